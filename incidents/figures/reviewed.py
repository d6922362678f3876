"""What incidents bring to reviews, to the calendar and to the rollout: near misses, outages, deadlines, a first postmortem."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from governance.core import clock
from governance.core.asking import asked
from governance.core.calendar import bounds
from governance.core.contributions import (
    AgendaLine,
    AgendaSection,
    CalendarEvent,
    CalendarSource,
    RolloutCheck,
    contribute,
)
from incidents.cases.models import OPEN, Incident
from incidents.clocks import queries as clocks
from incidents.clocks.models import Clock
from incidents.postmortems import queries as postmortems
from incidents.postmortems.models import ActionItem, Postmortem

MOST = 40


def _within(rows: QuerySet[Incident], window: Any) -> QuerySet[Incident]:
    begun = timezone.make_aware(datetime.combine(window.since, time()))
    over = timezone.make_aware(datetime.combine(window.until + timedelta(days=1), time()))
    found = rows.filter(reported_at__gte=begun, reported_at__lt=over).select_related("owner", "surface", "vendor")
    return found.order_by("severity", "reported_at")[:MOST]


def _lines(rows: QuerySet[Incident]) -> list[AgendaLine]:
    return [
        AgendaLine(
            each.title,
            f"{each.severity} {each.get_state_display().lower()}".strip(),
            " · ".join(part for part in (each.key, str(each.surface or ""), "near miss" if each.near_miss else "") if part),
            each.get_absolute_url(),
            "stop" if each.state in OPEN and not each.near_miss else "warn",
            ("incidents.incident", str(each.pk)),
            each.owner,
        )
        for each in asked(rows)
    ]


def missed(window: Any) -> QuerySet[Incident]:
    """Return the near misses of some days."""
    return _within(Incident.objects.filter(near_miss=True), window)


def went_wrong(window: Any) -> QuerySet[Incident]:
    """Return the incidents of some days."""
    return _within(Incident.objects.filter(near_miss=False), window)


def near_misses(window: Any, subject: Any) -> list[AgendaLine]:
    """What nearly went wrong."""
    return _lines(missed(window))


def happened(window: Any, subject: Any) -> list[AgendaLine]:
    """What went wrong."""
    return _lines(went_wrong(window))


def of_vendor(window: Any, subject: Any) -> list[AgendaLine]:
    """Outages of a vendor, and incidents on its endpoints."""
    touched = Q(vendor=subject) | Q(endpoint_rows__endpoint__vendor=subject)
    mine = Incident.objects.filter(pk__in=Incident.objects.filter(touched).order_by().values("pk"))
    return _lines(_within(mine, window))


contribute(
    AgendaSection(
        "eval.incidents", "Incidents", "eval", happened, "Nothing went wrong.", 45, lambda window, subject: (went_wrong(window),)
    )
)
contribute(
    AgendaSection(
        "eval.near_misses", "Near misses", "eval", near_misses, "Nobody reported one.", 50,
        lambda window, subject: (missed(window),),
    )
)  # fmt: skip
contribute(AgendaSection("vendor.incidents", "Outages and incidents", "vendor", of_vendor, "Nothing went wrong.", 20))


def running(user: Any, start: date, end: date) -> QuerySet[Clock]:
    """Return the clocks of incidents that run out on some days."""
    begun, over = bounds(start, end)
    rows = clocks.visible_to(user).filter(stopped_at__isnull=True, paused_at__isnull=True, due_at__gte=begun, due_at__lt=over)
    return rows.select_related("incident")


def clock_event(row: Clock, user: Any) -> list[CalendarEvent]:
    """Put a clock on the moment at which it runs out."""
    incident, level = row.incident, "stop" if row.due_at <= clock.now() else "warn"
    said, where = f"{row.name}: {incident.title}", incident.get_absolute_url()
    return [
        CalendarEvent(f"clock-{row.pk}", said, row.due_at, where, incident.key, level=level, mine=incident.owner_id == user.pk)
    ]


def items(user: Any, start: date, end: date) -> QuerySet[ActionItem]:
    """Return the action items that are to be done by some days."""
    rows = postmortems.items_visible_to(user).filter(state=ActionItem.State.OPEN, due_on__range=(start, end))
    return rows.select_related(None).only("what", "due_on", "owner")


def item_event(row: ActionItem, user: Any) -> list[CalendarEvent]:
    """Put an action item on its last day."""
    level, where = "stop" if row.due_on < clock.today() else "", row.get_absolute_url()
    return [CalendarEvent(row.key, row.what, row.due_on, where, row.key, level=level, mine=row.owner_id == user.pk)]


contribute(CalendarSource("clocks", "Deadlines of incidents", running, clock_event, order=25))
contribute(CalendarSource("action-items", "Action items", items, item_event, order=27))
contribute(
    RolloutCheck(
        "incident_drill",
        "An incident, or a drill of one, has an approved postmortem.",
        lambda: reverse("postmortems"),
        lambda: (Postmortem.objects.filter(state=Postmortem.State.APPROVED),),
    )
)

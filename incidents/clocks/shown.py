"""What clocks contribute: the round of time, who is told, navigation, inbox, briefing, the strip, REST."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core import clock as time
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    ObjectLink,
    Schedule,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people.models import Role, User
from incidents.cases.models import Incident
from incidents.cases.panels import IncidentButton, IncidentPanel
from incidents.clocks import actions, queries, reading
from incidents.clocks.models import Clock
from incidents.clocks.panel import flag_button, panel

HEAR_OF_MISSES = (Role.LEADER, Role.RISK_OFFICER)


def _tick(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return actions.tick(progress=progress)


contribute(JobKind("clocks.tick", _tick, label="Warn of what is due soon, and tell of what was missed"))
contribute(Schedule("clocks.tick", "clocks.tick", every=timedelta(seconds=30)))


def _incident(body: dict[str, Any]) -> Incident | None:
    number = str(body["payload"].get("incident", "")).removeprefix("INC-")
    return Incident.objects.filter(pk=int(number)).first() if number.isdigit() else None


def _working(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Whoever has a part in the incident, or flagged the deadline."""
    incident = _incident(body)
    parts = [incident.owner_id, incident.commander_id, incident.communications_id] if incident else []
    flagged = Clock.objects.filter(pk=entry.subject_id).values("flagged_by")
    return User.objects.filter(Q(pk__in=[pk for pk in parts if pk]) | Q(pk__in=flagged), is_active=True)


def _and(*roles: Role) -> Callable[[Any, dict[str, Any]], Iterable[User]]:
    def told(entry: Any, body: dict[str, Any]) -> Iterable[User]:
        others = User.objects.persons().working(time.now()).filter(role__in=roles)
        return {person.pk: person for person in (*_working(entry, body), *others)}.values()

    return told


def _says(words: str) -> Callable[[Any, dict[str, Any]], str]:
    def text(entry: Any, body: dict[str, Any]) -> str:
        incident, said = _incident(body), body["payload"]
        named = f"{incident.key} {incident.title}" if incident else said["incident"]
        return words.format(name=said["name"], incident=named)[:400]

    return text


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("incident", args=[body["payload"]["incident"]])


contribute(NoticeRule("clock.warned", _working, _says("“{name}” is due soon: {incident}"), _page))
contribute(NoticeRule("clock.missed", _and(*HEAR_OF_MISSES), _says("The time for “{name}” ran out: {incident}"), _page))
contribute(NoticeRule("clock.flagged", _and(Role.RISK_OFFICER), _says("“{name}” was flagged: {incident}"), _page))


def pressing(user: Any) -> QuerySet[Clock]:
    """Return the clocks of a person's own incidents that are due soon or over."""
    return queries.mine(user).filter(warn_at__lte=time.now(), paused_at__isnull=True).order_by("due_at")


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return what a person has to do before a clock runs out, or after it did."""
    for clock in pressing(user).select_related("incident")[:50]:
        yield InboxLine(
            verb="Do",
            title=f"{clock.name}: {clock.incident.title}",
            url=clock.get_absolute_url(),
            detail=f"{clock.incident.key} · {reading.standing(clock)[1]}",
            due=clock.due_at,
            tier=clock.incident.tier,
            asked_at=clock.started_at,
        )


contribute(InboxSource("clocks", to_do, rows=lambda user: (pressing(user),), order=6))
contribute(
    BriefingLine(
        "clocks.overdue",
        "burning",
        "clocks of incidents that ran out",
        queries.overdue,
        lambda user: f"{reverse('clocks')}?state=overdue",
        order=6,
        level="stop",
        one="clock of an incident that ran out",
    )
)
contribute(
    BriefingLine(
        "clocks.soon",
        "due",
        "clocks of incidents that are due soon",
        queries.pressing,
        lambda user: f"{reverse('clocks')}?state=soon",
        order=6,
        level="warn",
        one="clock of an incident that is due soon",
    )
)
contribute(NavItem("clocks", "Clocks", "clocks", "clock", group="What happened", order=20, family="incidents"))
contribute(IncidentPanel("clocks", "strip", panel, order=10))
contribute(IncidentButton("clocks.flag", flag_button, order=60))


def _where(pk: str) -> str:
    return str(Clock.objects.get(pk=pk).get_absolute_url())


contribute(ObjectLink("incidents.clock", _where))
contribute(ApiRoute("clocks", "clocks", load=lambda: import_string("incidents.clocks.api.ClockApi")))

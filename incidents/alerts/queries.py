"""Reads of alerts: `visible_to` is the door for readers; what is due is asked by Plumbline itself."""

import re
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance.channels.models import Delivery
from governance.core.errors import NotVisible
from incidents.alerts.models import Alert, AlertNotice
from incidents.alerts.rules import Way
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from registry.oncall import queries as oncall
from registry.oncall.models import EscalationPath

KEY = re.compile(r"^(?:[Aa][Ll]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Alert]:
    """Return the alerts of the incidents that a person may see."""
    seen = cases.visible_to(user).values("pk")
    return Alert.objects.filter(incident__in=seen).select_related("incident", "path", "acknowledged_by")


def get(user: Any, key: str) -> Alert:
    """Return one alert by its key (AL-12). Raises NotVisible."""
    found = KEY.match(key)
    alert = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if alert is None:
        raise NotVisible(f"There is no alert {key[:40]} that you can see.", fix="Look at its incident.")
    return alert


def of_incident(incident: Incident) -> Alert | None:
    """Return the alert of an incident, if it has one."""
    return Alert.objects.select_related("path", "acknowledged_by").filter(incident=incident).first()


def notices_of(alert: Alert) -> QuerySet[AlertNotice]:
    """Return whom an alert told, the newest first, with how each message went."""
    return alert.notices.select_related("person", "channel", "delivery", "path").order_by("-pk")


def waiting_for(user: Any) -> QuerySet[Alert]:
    """Return the alerts that call a person and that nobody answered yet."""
    mine = AlertNotice.objects.filter(alert=OuterRef("pk"), person=user)
    return Alert.objects.filter(Exists(mine), state__in=(Alert.State.FIRING, Alert.State.EXHAUSTED)).select_related("incident")


def unanswered(user: Any) -> QuerySet[Alert]:
    """Return the alerts that ran out of people to call, as far as a person sees their incidents."""
    return visible_to(user).filter(state=Alert.State.EXHAUSTED)


def due(now: datetime) -> QuerySet[Alert]:
    """Return the alerts whose next step is due: its time has come, or nothing of the last step could be delivered."""
    last = AlertNotice.objects.filter(alert=OuterRef("pk"), round=OuterRef("round"), step=OuterRef("step"))
    reached = last.filter(Q(delivery__isnull=True) | ~Q(delivery__state=Delivery.State.DEAD))
    lost = Q(Exists(last)) & ~Q(Exists(reached))
    return Alert.objects.filter(Q(next_at__lte=now) | lost, state=Alert.State.FIRING).order_by(F("next_at"), "pk")


def path_of(incident: Incident) -> EscalationPath:
    """Return the path that the routes choose for an incident as it stands. Raises Unavailable before there is any route."""
    surface = incident.surface
    return oncall.path_for(
        category=incident.category,
        tier=incident.tier if incident.tier is not None else (surface.tier if surface else None),
        team_id=surface.team_id if surface else None,
        surface_id=incident.surface_id,
    )


def way(path: EscalationPath) -> Way:
    """Return a path as the calling walks it."""
    return Way(path.pk, tuple(step.number for step in oncall.steps_of(path)), path.repeat)


def was_called(alert: Alert, *, person: int | None = None, channel: int | None = None) -> bool:
    """Whether an alert called a person, or a channel, by id."""
    return alert.notices.filter(person=person, channel=channel).exists()

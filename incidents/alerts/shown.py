"""What alerts contribute: the look at what is due, who is told by notice, inbox, briefing, the incident's panel, API."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    JobKind,
    Metric,
    ObjectLink,
    PaletteCommand,
    Schedule,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people.models import Role, User
from incidents.alerts import actions, queries
from incidents.alerts.models import Alert
from incidents.alerts.panel import panel
from incidents.cases.models import Incident
from incidents.cases.panels import IncidentPanel

HEAR_OF_SILENCE = (Role.LEADER, Role.RISK_OFFICER, Role.ADMINISTRATOR)
"""Who is told when nobody answered."""


def _escalate(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"gone_on": actions.escalate_due(clock.now())}


contribute(JobKind("alerts.escalate", _escalate, label="Call the next one where nobody answered"))
contribute(Schedule("alerts.escalate", "alerts.escalate", every=timedelta(seconds=15)))


def _named(body: dict[str, Any]) -> Incident | None:
    key = str(body["payload"].get("incident", ""))
    return Incident.objects.filter(pk=int(key.removeprefix("INC-") or 0)).first()


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("incident", args=[body["payload"]["incident"]])


def _says(words: str) -> Callable[[Any, dict[str, Any]], str]:
    def text(entry: Any, body: dict[str, Any]) -> str:
        incident = _named(body)
        return words.format(incident=f"{incident.key} {incident.title}" if incident else body["payload"]["incident"])

    return text


def _called(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.filter(ref__in=body["payload"]["people"])


def _leaders(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.persons().working(clock.now()).filter(role__in=HEAR_OF_SILENCE)


contribute(NoticeRule("alert.noticed", _called, _says("A near miss was reported: {incident}"), _page))
contribute(NoticeRule("alert.exhausted", _leaders, _says("Everybody was called and nobody answered: {incident}"), _page))


def waiting(user: Any) -> QuerySet[Alert]:
    """Return the alerts that call a person."""
    return queries.waiting_for(user)


def to_answer(user: Any) -> Iterable[InboxLine]:
    """Return what a person is called for, to be answered."""
    for alert in waiting(user)[:50]:
        yield InboxLine(
            verb="Do",
            title=f"Answer: {alert.incident.title}",
            url=alert.incident.get_absolute_url(),
            detail=f"{alert.incident.key} · you are called",
            due=alert.next_at,
            tier=alert.incident.tier,
            asked_at=alert.created_at,
        )


contribute(InboxSource("alerts", to_answer, rows=lambda user: (waiting(user),), order=5))
contribute(
    BriefingLine(
        "alerts.unanswered",
        "burning",
        "incidents that nobody answers for",
        queries.unanswered,
        lambda user: f"{reverse('alerts')}?state={Alert.State.EXHAUSTED}",
        order=5,
        level="stop",
        one="incident that nobody answers for",
    )
)


contribute(
    PaletteCommand("alerts", "Alerts", lambda user: reverse("alerts"), words="who was called on call answered page", icon="bell")
)


def figures() -> list[str]:
    """Return how many alerts call somebody, and how many nobody answered, for Prometheus."""
    name, states = "plumbline_alerts", (Alert.State.FIRING, Alert.State.EXHAUSTED)
    counts = [f'{name}{{state="{state.value}"}} {Alert.objects.filter(state=state).count()}' for state in states]
    return [f"# HELP {name} Alerts that nobody answered yet, by state.", f"# TYPE {name} gauge", *counts]


contribute(Metric("alerts", figures))
contribute(IncidentPanel("alert", "aside", panel, order=20))
contribute(ApiRoute("alerts", "alerts", load=lambda: import_string("incidents.alerts.api.AlertApi")))


contribute(ObjectLink("incidents.alert", lambda pk: reverse("alert", args=[f"AL-{pk}"])))

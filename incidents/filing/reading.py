"""What a reporter reads: how far their problem is, who has it, and what happens next. No word of it needs our vocabulary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.people.models import User
from governance.policy import queries as policy
from incidents.cases.models import Incident, IncidentState
from incidents.filing import doors, queries
from incidents.filing.models import Report, ReportLink
from registry.surfaces.models import Surface

NOBODY_BLAMED = "Nobody is blamed for reporting."
_AFTER = {
    IncidentState.REPORTED: "Now they find out how bad it is and whom it touches.",
    IncidentState.TRIAGED: "It is known how bad it is. Now it is contained.",
    IncidentState.MITIGATING: "They are stopping it, and then put it right.",
    IncidentState.RESOLVED: "It no longer happens. What is learned from it is written down.",
    IncidentState.POSTMORTEM: "It no longer happens. What is learned from it is written down.",
    IncidentState.CLOSED: "It is over. Report it again if you see it once more.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was reached, in the shape that the timeline draws."""

    html: str
    at: datetime
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a report stands: a headline with its mark, who has it, what comes next, and the steps so far, newest first."""

    state: tuple[str, str]
    who: str
    following: str
    steps: list[Step]
    open: bool


def progress(report: Report, *, names: bool) -> Progress:
    """Return how a report stands for its reporter; `names` lets them know by whole name who has it.

    Without it they read a first name where policy allows that, else "somebody on call".
    """
    incident = report.incident
    person = responder(incident)
    who = _called(person, names or queries.names_are_shown(), whole=names)
    return Progress(state_of(incident), who, _following(incident, person), _steps(incident, who), incident.is_open)


def responder(incident: Incident) -> User | None:
    """Return who has an incident: its commander, else who answered the alert. None while nobody took it."""
    if incident.commander is not None:
        return incident.commander
    if incident.acknowledged_at is None:
        return None
    alert: Any = getattr(incident, "alert", None)
    return (alert.acknowledged_by if alert is not None else None) or incident.owner


def _called(person: User | None, shown: bool, *, whole: bool) -> str:
    if person is None:
        return ""
    if not shown:
        return "Somebody on call"
    return person.name if whole else person.name.split(" ")[0]


def state_of(incident: Incident) -> tuple[str, str]:
    """Return how an incident stands for who reported it, as a mark and words."""
    if incident.state == IncidentState.CLOSED:
        return "ok", "Closed"
    if incident.state in (IncidentState.RESOLVED, IncidentState.POSTMORTEM):
        return "ok", "It is over"
    if incident.state == IncidentState.MITIGATING:
        return "warn", "Being stopped"
    if incident.state == IncidentState.TRIAGED or incident.acknowledged_at is not None:
        return "warn", "Somebody is on it"
    return "wait", "Sent"


def _following(incident: Incident, person: User | None) -> str:
    if incident.state != IncidentState.REPORTED or person is not None:
        return _AFTER[IncidentState(incident.state)]
    if incident.near_miss:
        return "It is kept as a near miss and looked at, without calling anybody out of bed."
    left = minutes_to_answer()
    return (
        f"Whoever is on call has {left} minutes from your report to answer. If nobody does, the next one is called, "
        "until somebody answers."
    )


def minutes_to_answer() -> int:
    """Return how many minutes policy gives whoever is on call, before it is known how bad it is."""
    return policy.incident_rules().before_triage_minutes


def _steps(incident: Incident, who: str) -> list[Step]:
    on_it = f"{who} is on it" if who else "Somebody is on it"
    reached = (
        (incident.reported_at, "You reported it", "held"),
        (incident.acknowledged_at, on_it, ""),
        (incident.triaged_at, "It is known how bad it is", ""),
        (incident.mitigated_at, "It is contained", ""),
        (incident.resolved_at, "It is over", ""),
        (incident.closed_at, "It is closed", "held"),
    )
    return [Step(text, at, tone) for at, text, tone in reversed(reached) if at is not None]


def promise(*, surface: Surface | None, team_id: int | None, user: User | None) -> tuple[str, str]:
    """Return who gets a report and what then happens, before it is sent: a name to begin with (or nothing), and the rest."""
    person = queries.first_told(surface=surface, team_id=team_id) if user is not None or queries.names_are_shown() else None
    name = _called(person, shown=True, whole=user is not None)
    rest = f"gets it at once and has {minutes_to_answer()} minutes to answer. You will see each step here. {NOBODY_BLAMED}"
    return (name, rest) if name else ("", f"Whoever is on call {rest}")


def own_address(report: Report) -> str:
    """Return where a person follows what they reported under their own name."""
    return reverse("my-report", args=[report.incident.key])


def secret_address(report: Report) -> str:
    """Return the address under which a report is followed without an account."""
    return reverse("report-follow", args=[doors.token_for(doors.REPORT, report.nonce)])


def form_address(link: ReportLink) -> str:
    """Return the address of the form that a link opens."""
    return reverse("report-public", args=[doors.token_for(doors.LINK, link.nonce)])


def address_state(link: ReportLink, allowed: bool) -> tuple[str, str]:
    """Return where a link stands as a mark and words; `allowed` is what policy says of links at all."""
    if link.state == ReportLink.State.REVOKED:
        return "stop", "Revoked"
    if link.expires_at <= clock.now():
        return "until", "Expired"
    return ("held", "Open") if allowed else ("stop", "Closed by policy")

"""An incident moves on: acknowledged, taken up, mitigated, resolved, into its postmortem, reopened."""

from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from incidents.running import rules
from incidents.running.actions.common import follow, move, ready

STATE = TimelineEntry.Kind.STATE


@action
def acknowledge(incident: Incident, *, actor: User, via: str = "page", expected_version: int | None = None) -> Incident:
    """Take an incident: whoever acknowledges answers for it from then on, and calling others stops.

    `via` is how it was said (page, api, alert). Raises Denied when somebody else was first or the person has no part in it.
    """
    now = ready("acknowledge", incident, actor, expected_version)
    changes: dict[str, Any] = {"acknowledged_at": clock.now()}
    told: dict[str, Any] = {"via": via}
    if actor.kind == User.Kind.PERSON:
        told["before"] = now.owner.ref if now.owner else ""
        changes["owner"] = actor
    return _step(now, actor, "incident.acknowledged", "acknowledged it and has it now.", changes, told, via=via)


@action
def start_mitigating(incident: Incident, *, actor: User, reason: str = "", expected_version: int | None = None) -> Incident:
    """Say that the harm is being stopped. Raises Denied, StaleState."""
    now = ready("start_mitigating", incident, actor, expected_version)
    changes, told = _to(now, "start_mitigating")
    return _step(now, actor, "incident.moved", _sentence("began to mitigate", reason), changes, told, reason)


@action
def mitigated(incident: Incident, *, actor: User, reason: str = "", expected_version: int | None = None) -> Incident:
    """Say that the harm has stopped, though its cause may stay. Raises Denied, StaleState."""
    now = ready("mitigated", incident, actor, expected_version)
    changes, told = _to(now, "mitigated")
    changes |= {"mitigated_at": clock.now(), "ongoing": False}
    told = {"before": told["before"]}
    return _step(now, actor, "incident.mitigated", _sentence("says the harm has stopped", reason), changes, told, reason)


@action
def resolve(incident: Incident, *, actor: User, reason: str, expected_version: int | None = None) -> Incident:
    """Say that the cause is gone, and how one knows. Raises Denied, StaleState, Invalid without a reason."""
    now = ready("resolve", incident, actor, expected_version)
    _needed(reason, "Say what was done, and how you know that it works.")
    moment = clock.now()
    changes, told = _to(now, "resolve")
    changes |= {"resolved_at": moment, "mitigated_at": now.mitigated_at or moment, "ongoing": False}
    return _step(now, actor, "incident.resolved", _sentence("resolved it", reason), changes, told, reason)


@action
def begin_postmortem(incident: Incident, *, actor: User, expected_version: int | None = None) -> Incident:
    """Take a resolved incident into its postmortem. Raises Denied, StaleState."""
    now = ready("begin_postmortem", incident, actor, expected_version)
    changes, told = _to(now, "begin_postmortem")
    return _step(now, actor, "incident.moved", "began the postmortem.", changes, told)


@action
def reopen(incident: Incident, *, actor: User, reason: str, expected_version: int | None = None) -> Incident:
    """Take a resolved or closed incident up again: what had ended goes on. Raises Denied, StaleState, Invalid without reason."""
    now = ready("reopen", incident, actor, expected_version)
    _needed(reason, "Say what came back, or what was overlooked.")
    changes, told = _to(now, "reopen")
    changes |= {"resolved_at": None, "mitigated_at": None, "closed_at": None}
    return _step(now, actor, "incident.reopened", _sentence("reopened it", reason), changes, told, reason)


def _to(incident: Incident, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    state = rules.reaches(step, incident)
    return {"state": state}, {"before": IncidentState(incident.state).label.lower(), "state": state.label.lower()}


def _step(
    incident: Incident,
    actor: User,
    kind: str,
    text: str,
    changes: dict[str, Any],
    told: dict[str, Any],
    reason: str = "",
    via: str = "page",
) -> Incident:
    data = {"before": incident.state, "after": changes.get("state", incident.state)}
    done = move(incident, actor=actor, kind=kind, entry=STATE, text=text, changes=changes, told=told, reason=reason, data=data)
    follow(done, actor, via)
    return done


def _needed(reason: str, why: str) -> None:
    if not reason.strip():
        raise Invalid(why, fields={"reason": ["This is needed."]})


def _sentence(said: str, reason: str) -> str:
    return f"{said}: {reason.strip()}" if reason.strip() else f"{said}."

"""An alert follows its incident: answered, over, on another path, or worse than it was told."""

from typing import Any

from django.conf import settings

from governance.channels import actions as channels
from governance.channels.message import Event
from governance.core import clock
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from incidents.alerts import queries, rules, wording
from incidents.alerts.actions.calling import KIND, advance, start
from incidents.alerts.models import Alert
from incidents.cases import actions as cases
from incidents.cases.models import Incident


def follow(incident: Incident, *, actor: User, via: str = "page") -> Alert | None:
    """Bring the calling in line with what holds of an incident; changes nothing where nothing is different.

    Called inside the action that changed the incident. Whoever acknowledged it answered; one that is over calls nobody;
    one that is routed elsewhere and unanswered calls there; one of another severity tells those who were told.
    """
    alert = _locked(incident)
    wanted = rules.calls(incident)
    if alert is None:
        return start(incident, actor=actor) if wanted and incident.acknowledged_at is None else None
    if not wanted:
        return _stop(alert, actor=actor) if alert.state != Alert.State.STOPPED else alert
    if alert.state == Alert.State.STOPPED:
        return _again(alert, actor=actor)
    if alert.state != Alert.State.ACKNOWLEDGED and incident.acknowledged_at is not None:
        alert = _answer(alert, actor=actor, via=via)
    if alert.state == Alert.State.FIRING and (path := queries.path_of(incident)).pk != alert.routed_id:
        return _move(alert, path, actor=actor)
    return _update(alert, actor=actor) if alert.severity != incident.severity else alert


def acknowledge(incident: Incident, *, actor: User, via: str) -> Alert | None:
    """Stop calling because somebody answered; None where nobody was called, the alert as it is where somebody has it.

    What acknowledging means for the incident itself (who answers for it, when) is written by whoever calls this.
    """
    alert = _locked(incident)
    if alert is None or alert.state in (Alert.State.ACKNOWLEDGED, Alert.State.STOPPED):
        return alert
    return _answer(alert, actor=actor, via=via)


def stop(incident: Incident, *, actor: User) -> Alert | None:
    """Call nobody any more, and let receivers know that it is over; None where nobody was called."""
    alert = _locked(incident)
    return _stop(alert, actor=actor) if alert is not None and alert.state != Alert.State.STOPPED else alert


def _locked(incident: Incident) -> Alert | None:
    alert = Alert.objects.select_for_update(of=("self",)).select_related("path").filter(incident_id=incident.pk).first()
    if alert is not None:
        alert.incident = incident
    return alert


@action
def _answer(alert: Alert, *, actor: User, via: str) -> Alert:
    told = {"incident": alert.incident.key, "via": via, "round": alert.round, "step": alert.step}
    changes = {"state": Alert.State.ACKNOWLEDGED, "next_at": None, "acknowledged_at": clock.now(), "acknowledged_by": actor}
    _spread(alert, "acknowledge", f"{actor} has it.", "answered", but=actor)
    return _changed(alert, actor, "alert.acknowledged", changes, told)


@action
def _stop(alert: Alert, *, actor: User) -> Alert:
    _spread(alert, "resolve", "", "over", people=False)
    changes = {"state": Alert.State.STOPPED, "next_at": None}
    return _changed(alert, actor, "alert.stopped", changes, {"incident": alert.incident.key})


@action
def _again(alert: Alert, *, actor: User) -> Alert:
    """Take up the alert of an incident that came back: whoever had it has it; unanswered it calls anew."""
    incident = alert.incident
    row = cases.write(incident, actor=system_actor(), kind=KIND, text="The alert is taken up again.")
    told = {"incident": incident.key, **cases.row_told(row)}
    if alert.acknowledged_by_id and incident.acknowledged_at is not None:
        _spread(alert, "trigger", "It came back.", "again", but=actor)
        return _changed(alert, actor, "alert.again", {"state": Alert.State.ACKNOWLEDGED}, told)
    path = queries.path_of(incident)
    fresh = _from_the_start(alert, path)
    return advance(_changed(alert, actor, "alert.again", {"state": Alert.State.FIRING, **fresh}, told))


@action
def _move(alert: Alert, path: Any, *, actor: User) -> Alert:
    told = {"incident": alert.incident.key, "path": path.key, "before": alert.path.key}
    return advance(_changed(alert, actor, "alert.moved", _from_the_start(alert, path), told))


@action
def _update(alert: Alert, *, actor: User) -> Alert:
    incident, before = alert.incident, alert.severity
    said = f"Now {wording.severity_of(incident)}" + (f", before {before}." if before else ".")
    people, ways = _spread(alert, "trigger", said, "severity", but=actor)
    text = f"Told {wording.told(people, ways)} of the new severity."
    row = cases.write(incident, actor=system_actor(), kind=KIND, text=text)
    told = {"incident": incident.key, "before": before, "severity": incident.severity, **cases.row_told(row)}
    return _changed(alert, actor, "alert.updated", {"severity": incident.severity}, told)


def _from_the_start(alert: Alert, path: Any) -> dict[str, Any]:
    """Return the columns with which the calling begins on a path; rounds count on, so that no step tells twice."""
    start = {"routed": path, "path": path, "step": 0, "round": alert.round + 1, "laps_left": path.repeat}
    return {**start, "severity": alert.incident.severity, "next_at": clock.now()}


def _changed(alert: Alert, actor: User, kind: str, changes: dict[str, Any], told: dict[str, Any]) -> Alert:
    return transitions.change(alert, actor=actor, kind=kind, changes=changes, payload=told, touches=alert.ledger_touches)


def _spread(
    alert: Alert, event: Event, said: str, word: str, *, people: bool = True, but: User | None = None
) -> tuple[int, list[Any]]:
    """Send what became of an alert to every channel and person it called; return how many people, and the channels.

    `word` names this telling, so that it is written once; `but` knows already.
    """
    notices = list(alert.notices.select_related("person", "channel"))
    ways = {notice.channel.pk: notice.channel for notice in notices if notice.channel}
    called = {notice.person.pk: notice.person for notice in notices if notice.person and people}
    if but is not None:
        called.pop(but.pk, None)
    message = wording.message(alert.incident, event=event, said=said)
    about: dict[str, Any] = {"kind": "alert", "subject": alert.incident}
    key = f"alert:{alert.pk}:{word}:{alert.version}"
    for channel in ways.values():
        channels.send(message, channel=channel, key=f"{key}:c{channel.pk}", **about)
    for person in called.values() if settings.MAIL_IS_SET_UP else ():
        channels.send(message, person=person, key=f"{key}:p{person.pk}", **about)
    return len(called), list(ways.values())

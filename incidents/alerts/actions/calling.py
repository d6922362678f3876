"""Calling: the first step at once, the next when nobody answers, the fallback path, and an end that leaders hear of."""

from datetime import datetime, timedelta

from django.conf import settings

from governance.channels import actions as channels
from governance.channels.models import Channel
from governance.core import clock
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from incidents.alerts import links, queries, wording
from incidents.alerts.models import Alert, AlertNotice
from incidents.alerts.rules import Place, following
from incidents.cases import actions as cases
from incidents.cases.models import Incident, TimelineEntry
from registry.oncall import queries as oncall
from registry.oncall.models import EscalationPath
from registry.oncall.queries import Targets

KIND = TimelineEntry.Kind.ALERT


@action
def start(incident: Incident, *, actor: User) -> Alert | None:
    """Call for an incident: tell the first step of its path at once. One that is called for already stays as it is.

    A near miss calls nobody; who is on call gets a notice, and None is returned. What is done here is done by Plumbline
    itself; `actor` is whoever gave cause. Raises Unavailable before there is a route.
    """
    if incident.near_miss:
        _notice(incident)
        return None
    path = queries.path_of(incident)
    held = queries.of_incident(incident)
    if held is not None:
        return held
    alert = Alert(incident=incident, routed=path, path=path, laps_left=path.repeat, next_at=clock.now())
    alert.severity = incident.severity
    told = {"incident": incident.key, "path": path.key}
    transitions.create(alert, actor=system_actor(), kind="alert.started", payload=told, touches=alert.ledger_touches)
    return advance(alert)


def _notice(incident: Incident) -> None:
    """Tell the people of the first step of a near miss, without calling them."""
    path = queries.path_of(incident)
    steps = oncall.steps_of(path)
    people = _targets(incident, path, steps[0].number).people if steps else []
    text = f"A near miss calls nobody; {wording.told(len(people), [])} on the path {path} got a notice."
    row = cases.write(incident, actor=system_actor(), kind=KIND, text=text)
    told = {"incident": incident.key, "path": path.key, "people": [person.ref for person in people], **cases.row_told(row)}
    journal.record("alert.noticed", actor=system_actor(), subject=incident, payload=told, touches=incident.ledger_touches)


def advance(alert: Alert) -> Alert:
    """Tell the next step that reaches anybody, inside an action; where nobody is left, say so."""
    now, incident = clock.now(), alert.incident
    fallback = oncall.fallback().path
    known = {alert.path_id: alert.path, fallback.pk: fallback}
    place = Place(alert.path_id, alert.step, alert.round, alert.laps_left)
    while found := following(place, queries.way(known[place.path]), queries.way(fallback)):
        place = found
        targets = _targets(incident, known[place.path], place.step)
        if targets:
            return _tell(alert, known[place.path], place, targets, now)
    return _exhaust(alert, place)


def _targets(incident: Incident, path: EscalationPath, step: int) -> Targets:
    team = incident.surface.team_id if incident.surface else None
    return oncall.targets(path, step, clock.now(), team_id=team)


def _tell(alert: Alert, path: EscalationPath, place: Place, targets: Targets, now: datetime) -> Alert:
    """Write notices, messages, timeline and row of one step."""
    minutes = next(step.wait_minutes for step in oncall.steps_of(path) if step.number == place.step)
    for person in targets.people:
        _notify(alert, path, place, person=person)
    for channel in targets.channels:
        _notify(alert, path, place, channel=channel)
    changes = {
        "path": path,
        "step": place.step,
        "round": place.round,
        "laps_left": place.laps_left,
        "next_at": now + timedelta(minutes=minutes),
    }
    after = Alert(incident_id=alert.incident_id, path=path, step=place.step, round=place.round)
    text = wording.step_line(after, len(targets.people), targets.channels, minutes)
    reached = {"people": [each.ref for each in targets.people], "channels": [each.key for each in targets.channels]}
    spot = {"path": path.key, "round": place.round, "step": place.step}
    row = cases.write(alert.incident, actor=system_actor(), kind=KIND, text=text, data={**spot, **reached})
    told = {"incident": alert.incident.key, **spot, **reached, "minutes": minutes, **cases.row_told(row)}
    return transitions.change(
        alert,
        actor=system_actor(),
        kind="alert.told",
        changes=changes,
        expected={"state": Alert.State.FIRING},
        payload=told,
        touches=(*alert.ledger_touches, path),
    )


def _notify(
    alert: Alert, path: EscalationPath, place: Place, *, person: User | None = None, channel: Channel | None = None
) -> None:
    """Write one notice and its message. A person without mail is told in Plumbline only: their inbox shows it."""
    delivery = None
    if channel is not None or settings.MAIL_IS_SET_UP:
        called = links.called(alert, person=person, channel=channel)
        delivery = channels.send(
            wording.message(alert.incident, ack_url=links.link(called)),
            channel=channel,
            person=person,
            key=f"alert:{alert.pk}:{place.round}:{place.step}:{called.kind}{called.who}",
            kind="alert",
            subject=alert.incident,
        )
    AlertNotice.objects.create(
        alert=alert,
        path=path,
        round=place.round,
        step=place.step,
        person=person,
        channel=channel,
        delivery=delivery,
        at=clock.now(),
    )


def _exhaust(alert: Alert, place: Place) -> Alert:
    """Say that nobody is left to call; leaders and risk officers get a notice of it."""
    incident = alert.incident
    text = "Everybody on the path and on the fallback path was called, and nobody answered. Leaders and risk officers are told."
    row = cases.write(incident, actor=system_actor(), kind=KIND, text=text)
    return transitions.change(
        alert,
        actor=system_actor(),
        kind="alert.exhausted",
        changes={"state": Alert.State.EXHAUSTED, "next_at": None},
        expected={"state": Alert.State.FIRING},
        payload={"incident": incident.key, "round": place.round, **cases.row_told(row)},
        touches=alert.ledger_touches,
    )

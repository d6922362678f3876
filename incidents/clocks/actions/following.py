"""Clocks follow their incident: they start, are set anew, stop and go on by its facts, whoever moved it."""

from datetime import datetime
from typing import Any

from governance.core import clock as time
from governance.ledger import transitions
from governance.people.models import User
from governance.people.system import system_actor
from governance.policy import queries as policy_queries
from governance.policy.incidentrules import IncidentRules
from incidents.cases.models import Incident
from incidents.clocks import rules
from incidents.clocks.actions.common import forgotten, miss, rested, shape, times, told
from incidents.clocks.models import Clock
from incidents.clocks.rules import Facts, Wanted

MET, OFF = Clock.Stopped.MET, Clock.Stopped.OFF


def follow(incident: Incident, *, actor: User) -> list[Clock]:
    """Bring the clocks that policy sets in line with an incident, and return all its clocks. Doing so twice changes nothing.

    Called by every action that opens an incident or changes its severity, near miss, tier or moments, as a part of it: it
    asks no permission of its own, and raises OutsideAction where it would have to write outside one. Deadlines that
    somebody flagged stay as they are: the law does not end with an incident.
    """
    policy = policy_queries.incident_rules()
    needed = rules.wanted(facts_of(incident), policy)
    held = {row.kind: row for row in Clock.objects.select_for_update(of=("self",)).filter(incident=incident)}
    for row in held.values():
        row.incident = incident
    for kind in rules.STEPS:
        if kind in needed:
            held[kind] = _bring(incident, kind, needed[kind], held.get(kind), actor, policy)
        elif kind in held and held[kind].is_running:
            _call_off(held[kind], actor)
    return sorted(held.values(), key=lambda row: (row.due_at, row.pk))


def facts_of(incident: Incident) -> Facts:
    """Return what of an incident decides which clocks run. Its postmortem lies above; only the relation's name is known."""
    learned = Incident.objects.filter(pk=incident.pk).values_list("postmortem__approved_at", flat=True).first()
    surface_tier = incident.surface.tier if incident.surface else None
    return Facts(
        severity=incident.severity,
        tier=surface_tier if incident.tier is None else incident.tier,
        near_miss=incident.near_miss,
        imported=incident.source == Incident.Source.IMPORT,
        reported_at=incident.reported_at,
        acknowledged_at=incident.acknowledged_at or incident.triaged_at,
        mitigated_at=incident.mitigated_at,
        resolved_at=incident.resolved_at,
        closed_at=incident.closed_at,
        postmortem_demanded=incident.postmortem_demanded,
        learned_at=learned,
    )


def _bring(incident: Incident, kind: str, want: Wanted, row: Clock | None, actor: User, policy: IncidentRules) -> Clock:
    if row is None:
        return _start(incident, kind, want, actor, policy)
    if row.stopped_as == MET:
        return row if _stays_met(row, want) else _go_on(row, want, actor, policy)
    if want.met_at is not None:
        return _stop(row, want.met_at, actor, policy) if row.is_running else row
    if row.stopped_as == OFF or (row.started_at, row.limit_seconds, row.business) != _terms(want):
        return _set(row, want, list(row.pauses), actor, policy)
    return row


def _terms(want: Wanted) -> tuple[datetime, int, bool]:
    return want.started_at, want.limit_seconds, want.business


def _stays_met(row: Clock, want: Wanted) -> bool:
    """A postmortem is done once for each resolution; every other step is done as long as the incident says so."""
    if row.kind == rules.POSTMORTEM:
        return row.started_at == want.started_at
    return want.met_at is not None


def _start(incident: Incident, kind: str, want: Wanted, actor: User, policy: IncidentRules) -> Clock:
    row = Clock(
        incident=incident,
        kind=kind,
        name=rules.STEPS[kind],
        started_at=want.started_at,
        limit_seconds=want.limit_seconds,
        business=want.business,
        **times(want.started_at, want.limit_seconds, [], policy, business=want.business),
    )
    made = transitions.create(row, actor=actor, kind="clock.started", payload=shape(row), touches=row.ledger_touches)
    return _stop(made, want.met_at, actor, policy) if want.met_at else made


def _set(row: Clock, want: Wanted, pauses: list[Any], actor: User, policy: IncidentRules) -> Clock:
    """Set a clock to other terms; a pause that lasts goes on lasting, and a miss that those terms undo is taken back."""
    moments = times(want.started_at, want.limit_seconds, pauses, policy, business=want.business)
    changes: dict[str, Any] = {
        "started_at": want.started_at,
        "limit_seconds": want.limit_seconds,
        "business": want.business,
        "pauses": pauses,
        "stopped_at": None,
        "stopped_as": "",
        **moments,
        **forgotten(row, moments["due_at"], moments["warn_at"]),
    }
    payload = told(row, due_at=moments["due_at"], limit_seconds=want.limit_seconds, business=want.business)
    return transitions.change(
        row, actor=actor, kind="clock.set", changes=changes, payload=payload, touches=row.ledger_touches
    )  # fmt: skip


def _go_on(row: Clock, want: Wanted, actor: User, policy: IncidentRules) -> Clock:
    """Let a clock run again: of an incident taken up anew, while it counted as done no time passed for it."""
    anew = row.kind == rules.POSTMORTEM
    stopped = row.stopped_at or time.now()
    pauses = [] if anew else [*row.pauses, [stopped.isoformat(), time.now().isoformat(), "done, and taken up again"]]
    return _set(row, want, pauses, actor, policy)


def _stop(row: Clock, at: datetime, actor: User, policy: IncidentRules) -> Clock:
    at = max(at, row.started_at)
    changes: dict[str, Any] = {"stopped_at": at, "stopped_as": MET}
    if row.paused_at is not None:
        pauses = rested(row, at)
        changes |= {"paused_at": None, "pauses": pauses}
        changes |= times(row.started_at, row.limit_seconds, pauses, policy, business=row.business)
    payload = told(row, due_at=changes.get("due_at", row.due_at), stopped_at=at)
    row = transitions.change(row, actor=actor, kind="clock.met", changes=changes, payload=payload, touches=row.ledger_touches)
    return miss(row, system_actor(), policy) if rules.missed(row, at) and row.breached_at is None else row


def _call_off(row: Clock, actor: User) -> None:
    now = time.now()
    changes = {"stopped_at": now, "stopped_as": OFF, "paused_at": None, "pauses": rested(row, now)}
    payload = told(row, due_at=row.due_at)
    transitions.change(
        row, actor=actor, kind="clock.called_off", changes=changes, payload=payload, touches=row.ledger_touches
    )  # fmt: skip

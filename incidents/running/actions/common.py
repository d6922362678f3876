"""What every step of an incident does: look at it anew under a lock, ask the rule, write row, timeline and ledger as one."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import require
from governance.ledger import transitions
from governance.people.models import User
from governance.people.system import system_actor
from incidents.alerts import actions as alerts
from incidents.cases import actions as cases
from incidents.cases import queries
from incidents.cases.models import Incident
from incidents.clocks import actions as clocks
from incidents.running import rules
from incidents.running.queries import standing
from registry.budgets import actions as budgets


def locked(incident: Incident, expected_version: int | None = None) -> Incident:
    """Return an incident as it stands now, locked until the action ends. Raises StaleState for another version."""
    now = queries.whole(Incident.objects.select_for_update(of=("self",))).get(pk=incident.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def ready(step: str, incident: Incident, actor: User, expected_version: int | None = None) -> Incident:
    """Return an incident, locked, with which somebody may take a step. Raises Denied, StaleState."""
    now = locked(incident, expected_version)
    require(rules.may_respond(actor, now, standing(actor, now)))
    require(rules.may_step(step, now))
    return now


def move(
    incident: Incident,
    *,
    actor: User,
    kind: str,
    entry: str,
    text: str,
    changes: Mapping[str, Any],
    told: Mapping[str, Any] | None = None,
    reason: str = "",
    touches: tuple[Any, ...] = (),
    data: Mapping[str, Any] | None = None,
) -> Incident:
    """Write a step: the timeline entry (`entry` is its kind), the row, and the ledger entry that tells of both."""
    row = cases.write(incident, actor=actor, kind=entry, text=text, data=data)
    return transitions.change(
        incident,
        actor=actor,
        kind=kind,
        changes=changes,
        payload={**(told or {}), **cases.row_told(row)},
        touches=(*incident.ledger_touches, *touches),
        reason=reason.strip(),
    )


def follow(incident: Incident, actor: User, via: str = "page") -> None:
    """Let what hangs on an incident's facts follow them: who is called, the clocks, and error budgets once it is triaged.

    `via` is by which way somebody acknowledged it. An imported incident is past: nothing follows it.
    """
    if incident.source == Incident.Source.IMPORT:
        return
    alerts.follow(incident, actor=actor, via=via)
    clocks.follow(incident, actor=actor)
    if not incident.severity:
        return
    found = queries.surfaces_of(incident)
    facts = budgets.IncidentFacts(
        key=incident.key,
        at=incident.began_at,
        surfaces=tuple(each.pk for each in found),
        bad=incident.people_estimated or 1,
        near_miss=incident.near_miss,
    )
    budgets.count_incident(facts, actor=system_actor())

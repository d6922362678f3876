"""The writers of taken-over incidents: many at once, and corrections of single ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases.models import Incident
from incidents.filing import rules


@action
def take_over(incidents: Sequence[Incident], *, actor: User, reason: str) -> None:
    """Store past incidents with their history and entries, in few statements. Raises Denied, Invalid, Conflict.

    Those of a surface touch it, so that its activity tells of them.
    """
    require(rules.may_import(actor))
    placed = [incident for incident in incidents if incident.surface_id]
    transitions.create_many(
        (incident for incident in incidents if not incident.surface_id),
        actor=actor,
        kind="incident.imported",
        payload=_told,
        reason=reason,
    )
    for incident in placed:
        transitions.create(
            incident,
            actor=actor,
            kind="incident.imported",
            payload=_told(incident),
            touches=incident.ledger_touches,
            reason=reason,
        )


def _told(incident: Incident) -> dict[str, Any]:
    return {
        "source": incident.source,
        "surface": incident.surface.key if incident.surface else "",
        "category": incident.category,
        "near_miss": incident.near_miss,
    }


@action
def correct(incident: Incident, *, actor: User, changes: Mapping[str, Any], reason: str) -> Incident:
    """Change what a file says differently of an incident that was taken over. Raises Denied, Invalid, StaleState."""
    require(rules.may_import(actor))
    return transitions.change(
        incident,
        actor=actor,
        kind="incident.import_corrected",
        changes=changes,
        touches=incident.ledger_touches,
        reason=reason,
    )

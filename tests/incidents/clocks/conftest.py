"""Fixtures of clocks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from governance.core import clock
from governance.ledger import transitions
from governance.ledger.journal import action
from incidents.cases.models import Incident
from incidents.clocks import actions
from tests.incidents.building import make_case_surface, make_incident


@action
def move(incident: Incident, *, actor: Any, **changes: Any) -> Incident:
    """Change facts of an incident as `running` does, and let its clocks follow in the same transaction."""
    transitions.change(incident, actor=actor, kind="test.made", changes=changes)
    actions.follow(incident, actor=actor)
    return incident


def triage(incident: Incident, actor: Any, severity: str = "SEV2", **more: Any) -> Incident:
    """Give an incident a severity."""
    now = clock.now()
    given = {"state": "triaged", "triaged_at": now, "acknowledged_at": incident.acknowledged_at or now, **more}
    return move(incident, actor=actor, severity=severity, **given)


def at(moment: datetime, **later: float) -> Any:
    """Let the clock tell a later moment."""
    return clock.telling(moment + timedelta(**later))


@pytest.fixture
def incident(world: Any) -> Incident:
    surface = make_case_surface(world, tier=2)
    made = make_incident(actor=world.sam, surface=surface)
    return move(made, actor=world.sam, where="In the chat.")

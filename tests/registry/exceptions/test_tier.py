"""R4: a tier below what the contract implies is allowed only while an exception on that surface says so."""

from datetime import timedelta

import pytest
import time_machine

from governance.core.errors import Denied, Invalid
from registry.changes import actions as changes
from registry.changes import holds
from registry.exceptions import queries
from registry.surfaces import actions as surfaces
from registry.surfaces import queries as held
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for
from tests.registry.exceptions.conftest import approve, in_days

PAYS = {
    "description": "Pays.",
    "tools": [{"key": "payments.release", "effect": "irreversible", "approval": True, "limits": "500"}],
}
LOGS = {
    **CONTRACT["auditability"],
    "fields": [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals", "tool_calls"],
}


def propose(surface, actor):
    contract = contract_for(actor, authority=PAYS, auditability=LOGS)
    return changes.propose(surface, actor=actor, title="Pays", why="It saves time.", contract=contract, record=RECORD)


def test_the_exception_lets_it_be_proposed_and_its_end_refuses_again(world, surface, ask):
    with pytest.raises(Denied, match="tier 4"):
        propose(surface, world.noor)
    lower = approve(ask(controls=["tier"], expires_on=in_days(30)), world.priya)
    assert queries.active_for([surface])[surface.pk]["tier"] == lower and held.is_tier_excepted(surface)
    change = propose(surface, world.noor)
    assert change.revision.tier == 2
    assert holds.TIER not in {hold.kind for hold in holds.holds(change)}
    assert holds.TIER in {hold.kind for hold in holds.holds(change, lower.ends_at + timedelta(seconds=1))}
    changes.withdraw(change, actor=world.noor)
    with time_machine.travel(lower.ends_at + timedelta(seconds=1)), pytest.raises(Denied, match="tier 4"):
        assert not held.is_tier_excepted(surface)
        propose(Surface.objects.get(pk=surface.pk), world.noor)


def test_it_lasts_no_longer_than_the_tier_that_is_implied_allows(world, surface, ask):
    surfaces.save_draft(surface, actor=world.noor, contract=contract_for(world.noor, authority=PAYS))
    assert queries.longest_for([surface], ["tier"]).tier == 4
    with pytest.raises(Invalid, match="30 days"):
        ask(controls=["tier"], expires_on=in_days(31))
    assert queries.longest_for([surface], ["rate_limits"]).tier == 2

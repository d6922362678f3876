"""How one surface stands, live: what is red and why, and what would hold a revision back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.controls import queries
from registry.controls.models import Status
from registry.surfaces.models import Surface
from tests.registry.building import contract_for, make_catalog, make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.daniel)
    return make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)


def by_key(standing: Any) -> dict[str, Any]:
    return {result.key: result for result in standing.results}


def test_before_there_is_a_contract_every_check_of_one_says_so(surface):
    found = by_key(queries.standing(surface))
    assert found["budget_set"].why == "No contract has been proposed yet."
    assert found["owner_active"].status == Status.MET


def test_low_tiers_show_red_and_are_not_held_back(world, surface):
    low = queries.standing(surface, contract=contract_for(world.noor), tier=0)
    assert {result.key for result in low.unmet} == {"secrets_hygiene", "vendor_review", "on_call_route"}
    assert low.unmet_blocking == []
    high = queries.standing(surface, contract=contract_for(world.noor), tier=2)
    assert {"secrets_hygiene", "vendor_review", "evals_above_threshold"} <= {result.key for result in high.unmet_blocking}


def test_it_takes_few_queries(world, surface):
    contract = contract_for(world.noor)
    with CaptureQueriesContext(
        connection,
    ) as found:
        queries.standing(surface, contract=contract, tier=2)
    assert len(found) <= 15, "\n".join(each["sql"][:120] for each in found)

"""Pages and REST of controls: the tab, the heat map and its rows, who sees what, and how many queries it takes."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.approvals import actions as approvals
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.changes import actions as changes
from registry.controls import actions
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.daniel)
    made = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    actions.evaluate([made])
    return made


def test_the_tab_says_what_is_red_why_and_what_to_do(world, client_as, surface):
    page = client_as(world.noor).get(f"/surfaces/{surface.key}/controls/").content.decode()
    assert "Holds a revision back" in page and "No contract has been proposed yet." in page
    assert "Write the contract and propose it." in page and "Audit trail" in page


def test_the_tab_of_a_surface_without_a_tier_asks_for_one(world, client_as):
    bare = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=None)
    assert "No tier, no controls" in client_as(world.noor).get(f"/surfaces/{bare.key}/controls/").content.decode()


def test_a_revision_that_is_not_there_is_not_found(world, client_as, surface):
    client = client_as(world.noor)
    assert client.get(f"/surfaces/{surface.key}/controls/?revision=99").status_code == 404
    assert client.get(f"/surfaces/{surface.key}/controls/?revision=x").status_code == 404


def test_who_does_not_see_the_surface_sees_no_control_of_it(world, client_as, api_as, surface):
    assert client_as(world.ben).get(f"/surfaces/{surface.key}/controls/").status_code == 404
    assert api_as(world.ben).get("/api/v1/controls").json()["results"] == []
    assert api_as(world.ben).get(f"/api/v1/surfaces/{surface.key}/controls").status_code == 404
    assert "S-" not in client_as(world.ben).get("/controls/results/?q=budget").content.decode().split("<main")[1]


def test_the_heat_map_opens_exactly_its_rows(world, client_as, surface):
    client = client_as(world.ada)
    page = client.get("/controls/?surfaces=all").content.decode()
    assert "0 of 1" in page and "Budget set" in page
    found = client.get("/controls/results/?control=budget_set&tier=2&status=not_met").content.decode()
    assert "Budget set" in found and surface.name in found


def test_the_list_takes_as_many_queries_at_three_surfaces_as_at_one(world, client_as, surface):
    client = client_as(world.ada)
    address = "/controls/results/?control=owner_active"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    more = [make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=1, name=n) for n in ("B", "C")]
    actions.evaluate(more)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(one) == len(three)


def test_the_tab_of_a_surface_takes_fifteen_queries_at_most(world, client_as, surface):
    client = client_as(world.noor)
    client.get(f"/surfaces/{surface.key}/controls/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/surfaces/{surface.key}/controls/").status_code == 200
    assert len(seen) <= 15


def test_a_program_reads_the_standing_live(world, api_as, surface):
    found = api_as(world.noor).get(f"/api/v1/surfaces/{surface.key}/controls").json()
    assert found["demanded"] == found["met"] + found["unmet"] and "budget_set" in found["holding"]
    first = next(each for each in found["controls"] if each["control"] == "owner_active")
    assert first["status"] == "met" and first["why"] == "Noor Haddad answers for it."
    assert api_as(world.noor).get(f"/api/v1/surfaces/{surface.key}/controls?revision=9").status_code == 404
    listed = api_as(world.noor).get("/api/v1/controls?status=met").json()
    assert {row["surface"] for row in listed["results"]} == {surface.key}


def test_owners_and_leaders_are_told_what_holds_a_live_surface_back(world, client_as, surface):
    live = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=0, name="Runbook search")
    contract = contract_for(world.noor)
    change = changes.propose(live, actor=world.noor, title="First", why="In use.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.request.subject_digest)
    rule = catalog.RuleChange(
        data_class=DataClass.objects.get(key="internal"), endpoint=Endpoint.objects.get(key="meridian-large-eu"), rule="never"
    )
    catalog.set_rules([rule], actor=world.rosa, reason="Terms changed.")
    actions.evaluate([live])
    assert "Meet 1 control of Runbook search" in client_as(world.noor).get("/inbox/").content.decode()
    assert "blocking control not met on a live surface" in client_as(world.ingrid).get("/").content.decode()
    overview = client_as(world.noor).get(f"/surfaces/{live.key}/").content.decode()
    assert "Data rules satisfied on every route" in overview and "What to do next" in overview
    assert "Meet" not in client_as(world.ben).get("/inbox/").content.decode().split("<main")[1]

"""Where gate checks are read: the list, one check, the surface's tab, the change's page, REST."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.changes.models import Change
from registry.gates.models import GateCheck
from registry.surfaces.models import Surface
from tests.registry.evals.files import plain_run

Ask = Callable[..., dict[str, Any]]


def test_the_pages_say_what_was_asked_and_why_not(
    ask: Ask, good: bytes, world: Any, surface: Surface, change: Change, client_as: Any
) -> None:
    client = client_as(world.noor)
    assert "Nobody asked the gate yet" in client.get("/gates/").content.decode()
    assert "CI has not asked yet" in client.get(f"/surfaces/{surface.key}/gate/").content.decode()
    failed = ask(plain_run(18, 2), commit="9c1f3aa4")
    page = client.get(f"/gates/{failed['key']}/").content.decode()
    assert "does not come into force like this" in page and "90\u00a0% passed" in page and "9c1f3aa4" in page
    for address in ("/gates/", "/gates/?passed=false&q=9c1f", f"/surfaces/{surface.key}/gate/", f"/changes/{change.key}/"):
        assert failed["key"] in client.get(address).content.decode(), address
    passed = ask(good)
    page = client.get(f"/gates/{passed['key']}/").content.decode()
    assert "Nothing speaks against it." in page
    assert "does not come into force" not in client.get(f"/gates/{failed['key']}/").content.decode()
    assert client.get("/gates/-/export.csv").status_code == 200
    assert client.get(f"/gates/{failed['key']}/activity/").status_code == 200


def test_what_holds_a_revision_back_is_on_the_briefing_until_it_passes(ask: Ask, good: bytes, world: Any, client_as: Any) -> None:
    client = client_as(world.noor)
    ask(plain_run(1, 1))
    key = ask(plain_run(18, 2))["key"]
    assert "revision that failed its gate and waits" in client.get("/").content.decode()
    listed = client.get("/gates/?holds=true").content.decode()
    assert key in listed and "1 to 1 of 1" in listed
    ask(good)
    assert "failed its gate" not in client.get("/").content.decode()


def test_who_may_not_see_the_surface_sees_no_check_of_it(ask: Ask, good: bytes, world: Any, client_as: Any, api_as: Any) -> None:
    key = ask(good)["key"]
    assert client_as(world.ben).get(f"/gates/{key}/").status_code == 404
    assert key not in client_as(world.ben).get("/gates/").content.decode()
    assert api_as(world.ben).get(f"/api/v1/gate-checks/{key}").status_code == 404
    assert api_as(world.ben).get("/api/v1/gate-checks").json()["results"] == []
    mine = api_as(world.aud).get(f"/api/v1/gate-checks/{key}").json()
    assert mine["passed"] is True and mine["policy"]


def test_lists_cost_the_same_at_one_row_and_at_three(ask: Ask, world: Any, surface: Surface, client_as: Any, api_as: Any) -> None:
    client, program = client_as(world.noor), api_as(world.noor)

    def cost(get: Any, address: str) -> int:
        get(address)
        with CaptureQueriesContext(connection) as caught:
            assert get(address).status_code == 200
        return len(caught)

    addresses = ((client.get, "/gates/"), (client.get, f"/surfaces/{surface.key}/gate/"), (program.get, "/api/v1/gate-checks"))
    ask(plain_run(20))
    one = [cost(*each) for each in addresses]
    ask(plain_run(20))
    ask(plain_run(1, 1))
    assert GateCheck.objects.count() == 3
    assert [cost(*each) for each in addresses] == one

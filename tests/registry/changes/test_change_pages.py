"""Changes in the browser and over REST: what holds them, freezes, emergencies, lanes, how long reviews take."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.approvals import actions as approvals
from governance.core import clock
from registry.changes import actions, latency, queries
from registry.changes.models import Change, EmergencyReview, FreezeWindow
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface

API = "/api/v1"


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def live(world: Any, surface: Surface) -> Surface:
    approve(propose(surface, world), world.sam)
    surface.refresh_from_db()
    return surface


def propose(surface: Surface, world: Any, **changes: Any) -> Change:
    contract = contract_for(surface.owner, **changes)
    return actions.propose(surface, actor=world.noor, title="Next", why="Time.", contract=contract, record=RECORD)


def approve(change: Change, *people: Any) -> Change:
    for person in people:
        approvals.decide(change.request, actor=person, verdict="approve")
    change.refresh_from_db()
    return change


def declare(world: Any) -> FreezeWindow:
    now = clock.now()
    ends = now + timedelta(days=2)
    return actions.freeze(actor=world.rosa, name="Year end", reason="Quiet.", starts_at=now, ends_at=ends, tiers=[0])


def counted(get: Callable[[], Any]) -> int:
    get()  # what is read once and kept
    with CaptureQueriesContext(connection) as seen:
        assert get().status_code == 200
    return len(seen)


def test_a_change_takes_fifteen_queries_on_each_tab(world: Any, live: Surface, client_as: Any) -> None:
    change = propose(live, world, notes="Second.")
    rosa = client_as(world.rosa)
    for tab in ("", "contract/", "activity/"):
        assert counted(lambda tab=tab: rosa.get(f"/changes/{change.key}/{tab}")) <= 15, tab


def test_a_held_change_says_what_holds_it_and_goes_on_when_it_falls(world: Any, live: Surface, client_as: Any) -> None:
    window = declare(world)
    change = approve(propose(live, world, notes="Second."), world.sam)
    noor = client_as(world.noor)
    page = noor.get(f"/changes/{change.key}/").content.decode()
    assert "Approved, and held." in page and "Year end" in page and f"/changes/freezes/{window.key}/" in page
    refused = noor.post(f"/changes/{change.key}/start/")
    assert refused.status_code == 403 and "Year end" in refused.content.decode()
    assert "held" in noor.get("/inbox/").content.decode()
    assert change.title in noor.get(f"/changes/freezes/{window.key}/").content.decode()
    ended = client_as(world.rosa).post(f"/changes/freezes/{window.key}/end/", {"reason": "Done."})
    assert ended.status_code == 302
    assert "Bring into force now" in noor.get(f"/changes/{change.key}/").content.decode()
    assert client_as(world.aud).post(f"/changes/{change.key}/start/").status_code == 403
    assert noor.post(f"/changes/{change.key}/start/").status_code == 302
    change.refresh_from_db()
    assert change.state == "in_force"
    assert "What stood when it came into force" in noor.get(f"/changes/{change.key}/").content.decode()


def test_a_voided_change_is_proposed_again_with_one_click(world: Any, live: Surface, client_as: Any) -> None:
    change = propose(live, world, notes="Second.")
    surfaces.set_tier(Surface.objects.get(pk=live.pk), actor=world.rosa, tier=1, answers={}, reason="Wider.")
    sam = client_as(world.sam)
    assert "Its approval is void" in sam.get(f"/approvals/{change.request.key}/").content.decode()
    actions.proceed(change, actor=world.system)
    noor = client_as(world.noor)
    page = noor.get(f"/changes/{change.key}/").content.decode()
    assert "Propose it again" in page and "tier was 0" in page
    assert noor.post(f"/changes/{change.key}/again/").status_code == 302
    assert Change.objects.latest("pk").revision.number == change.revision.number + 1
    assert "Another change followed" in noor.get(f"/changes/{change.key}/").content.decode()


def test_an_emergency_goes_through_in_the_browser(world: Any, live: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)
    contract = contract_for(world.noor, notes="Without the source.")
    surfaces.save_draft(Surface.objects.get(pk=live.pk), actor=world.noor, contract=contract)
    assert "propose it as an emergency" in noor.get(f"/changes/propose/{live.key}/").content.decode()
    given = {"title": "Take it away", "incident": "It leaks.", "why": "Now."}
    assert noor.post(f"/changes/emergency/{live.key}/", {**given, "incident": ""}).status_code == 422
    assert noor.post(f"/changes/emergency/{live.key}/", given).status_code == 302
    change = approve(Change.objects.latest("pk"), world.sam)
    assert (change.state, change.is_emergency) == ("in_force", True)
    review = EmergencyReview.objects.get()
    rosa = client_as(world.rosa)
    assert "Close the review" in rosa.get(f"/changes/{change.key}/").content.decode()
    assert "The emergency Take it away" in rosa.get("/inbox/").content.decode()
    assert noor.get(f"/changes/emergencies/{review.key}/review/").status_code == 403
    closing = {"outcome": "kept", "findings": "A test is added.", "version": review.version}
    assert rosa.post(f"/changes/emergencies/{review.key}/review/", closing).status_code == 302
    assert "Reviewed" in rosa.get("/changes/emergencies/").content.decode()


def test_freezes_are_declared_and_read(world: Any, surface: Surface, client_as: Any) -> None:
    rosa = client_as(world.rosa)
    at = clock.now() + timedelta(days=1)
    given = {"name": "Close", "reason": "By hand.", "starts_at": f"{at:%Y-%m-%dT%H:%M}", "tiers": ["3", "4"]}
    wrong = rosa.post("/changes/freezes/new/", given | {"ends_at": f"{at:%Y-%m-%dT%H:%M}"})
    assert wrong.status_code == 422 and "ends after it starts" in wrong.content.decode()
    made = rosa.post("/changes/freezes/new/", given | {"ends_at": f"{at + timedelta(days=1):%Y-%m-%dT%H:%M}"})
    assert made.status_code == 302
    assert "T3, T4" in client_as(world.ben).get("/changes/freezes/").content.decode()
    assert "Close" in client_as(world.ben).get("/changes/freezes/?when=ahead&tier=3").content.decode()
    assert "Close" not in client_as(world.ben).get("/changes/freezes/?tier=2").content.decode().partition("<tbody")[2]
    assert client_as(world.ben).get("/changes/freezes/new/").status_code == 403
    window = FreezeWindow.objects.get()
    assert client_as(world.gus).get(f"/changes/freezes/{window.key}/").status_code == 404


def test_lanes_and_latency_say_their_figures_and_open_their_rows(world: Any, live: Surface, client_as: Any, freeze: Any) -> None:
    traveller = freeze(clock.now())
    change = propose(live, world, notes="Second.")
    traveller.shift(timedelta(hours=30))
    approve(change, world.sam)
    found = latency.latency(world.noor)
    quick = next(each for each in found.lanes if each.key == "quick")
    assert quick.count == 2 and quick.slow == timedelta(hours=30)
    assert [share.count for share in quick.shares] == [1, 0, 0, 1, 0, 0, 0]
    assert found.positions[0].label == "Team lead"
    page = client_as(world.noor).get("/changes/lanes/").content.decode()
    for word in ("Release lanes", "Emergency", "Two-person", "Half of the 2", "Executive sponsor", 'role="img"'):
        assert word in page, word
    for address in (
        "lane=quick&took=2d",
        "decided_by=team-lead&took=2d",
        f"took=2d&decided_since={found.since:%Y-%m-%dT%H:%M:%SZ}",
    ):
        rows = client_as(world.noor).get(f"/changes/?{address}").content.decode().partition("<tbody")[2]
        assert change.key in rows and "C-" + str(change.pk - 1) not in rows, address
    assert queries.visible_to(world.ben).count() == 0 and latency.latency(world.ben).whole is None
    propose(Surface.objects.get(pk=live.pk), world, notes="Third.")
    assert "state=proposed" in client_as(world.noor).get("/changes/lanes/").content.decode()


def test_pages_cost_the_same_for_one_and_three(world: Any, live: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)
    declare(world)
    lists = ("/changes/", "/changes/freezes/", "/changes/lanes/")
    one = [counted(lambda at=at: noor.get(at)) for at in lists]
    declare(world)
    declare(world)
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Other")
    approve(propose(other, world), world.sam)
    propose(Surface.objects.get(pk=live.pk), world, notes="Second.")
    three = [counted(lambda at=at: noor.get(at)) for at in lists]
    assert three == one


def test_by_rest(world: Any, live: Surface, api_as: Any) -> None:
    noor, rosa = api_as(world.noor), api_as(world.rosa)
    window = {"name": "Close", "reason": "Quiet.", "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2036-01-01T00:00:00Z"}
    made = rosa.post(f"{API}/freeze-windows", window | {"tiers": [0], "teams": ["claims"]}, format="json")
    assert made.status_code == 201 and (made.json()["tiers"], made.json()["teams"]) == ([0], ["claims"])
    assert noor.post(f"{API}/freeze-windows", window, format="json").status_code == 403
    assert rosa.post(f"{API}/freeze-windows", window | {"tiers": [7]}, format="json").status_code == 400
    change = approve(propose(live, world, notes="Second."), world.sam)
    standing = noor.get(f"{API}/changes/{change.key}/standing").json()
    assert [hold["kind"] for hold in standing["holds"]] == ["freeze"] and standing["drift"] == []
    assert noor.post(f"{API}/changes/{change.key}/start", {}, format="json").status_code == 403
    ended = rosa.post(f"{API}/freeze-windows/{made.json()['key']}/end", {"reason": "Done."}, format="json")
    assert ended.status_code == 200 and ended.json()["ended_why"] == "Done."
    assert noor.post(f"{API}/changes/{change.key}/start", {}, format="json").json()["state"] == "in_force"
    assert noor.post(f"{API}/changes/{change.key}/renewal", {}, format="json").status_code == 409
    lanes = noor.get(f"{API}/changes/lanes").json()
    assert {(row["tier"], row["lane"]) for row in lanes} >= {(0, "quick"), (4, "two_person"), (4, "emergency")}
    told = noor.get(f"{API}/changes/latency?days=30").json()
    assert told["days"] == 30 and told["whole"]["count"] == 2
    assert noor.get(f"{API}/changes/latency?days=31").status_code == 400
    body = {"surface": live.key, "title": "Now", "incident": "It leaks.", "why": "x", "contract": contract_for(world.noor)}
    emergency = noor.post(f"{API}/changes/emergencies", body, format="json")
    assert emergency.status_code == 201 and emergency.json()["lane"] == "emergency", emergency.content
    approve(Change.objects.latest("pk"), world.sam)
    review = rosa.get(f"{API}/emergency-reviews").json()["results"][0]
    at = f"{API}/emergency-reviews/{review['key']}/closing"
    assert noor.post(at, {"outcome": "kept", "findings": "x"}, format="json").status_code == 403
    assert rosa.post(at, {"outcome": "kept", "findings": "Tested."}, format="json").json()["state"] == "closed"


def test_prompts_are_compared_word_by_word(world: Any, live: Surface, api_as: Any, client_as: Any) -> None:
    prompt = {"key": "triage", "version": "v32", "held": "here", "text": "You sort claims. Always say why."}
    change = propose(live, world, prompts=[prompt])
    told = api_as(world.noor).get(f"{API}/changes/{change.key}/differences").json()
    words = next(each for each in told if each["part"] == "prompts")["segments"]
    assert {"kind": "ins", "text": "Always say"} in words or any(each["kind"] == "ins" for each in words)
    assert "".join(each["text"] for each in words if each["kind"] != "del") == prompt["text"]
    page = client_as(world.noor).get(f"/changes/{change.key}/").content.decode()
    assert '<span class="said">added: </span>' in page

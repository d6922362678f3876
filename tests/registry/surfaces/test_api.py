"""Surfaces over REST: the same rows, rules and refusals as the pages."""

import pytest

from registry.surfaces import actions
from registry.surfaces.models import Surface

BASE = "/api/v1/surfaces"


@pytest.fixture
def triage(world):
    return actions.register(actor=world.noor, name="Claims triage", team=world.team("claims"), tier=1)


@pytest.fixture
def noor(world, api_as):
    return api_as(world.noor)


def tag(surface):
    return {"HTTP_IF_MATCH": f'"v{Surface.objects.get(pk=surface.pk).version}"'}


def test_a_surface_is_registered_read_and_changed(world, noor):
    made = noor.post(BASE, {"name": "Letters", "team": "claims", "tier": 2}, format="json")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert made["Location"].endswith(f"{BASE}/{key}") and made.json()["owner"] == world.noor.ref
    read = noor.get(f"{BASE}/{key}")
    assert read.status_code == 200 and read["ETag"] == '"v1"'
    changed = noor.patch(f"{BASE}/{key}", {"purpose": "Translates."}, format="json", HTTP_IF_MATCH='"v1"')
    assert changed.status_code == 200 and changed.json()["purpose"] == "Translates."
    assert noor.patch(f"{BASE}/{key}", {"purpose": "Late"}, format="json", HTTP_IF_MATCH='"v1"').status_code in (409, 412)


def test_what_one_may_not_see_is_not_there(world, api_as, noor, triage):
    ben = api_as(world.ben)
    assert ben.get(f"{BASE}/{triage.key}").status_code == 404
    assert ben.get(BASE).json()["results"] == []
    assert noor.get(BASE).json()["results"][0]["key"] == triage.key
    assert noor.get(f"{BASE}/S-9999999").status_code == 404 and noor.get(f"{BASE}/nonsense").status_code == 404


def test_seen_but_forbidden_says_who_can(world, api_as, triage):
    refused = api_as(world.aud, "registry:read").patch(f"{BASE}/{triage.key}", {"purpose": "x"}, format="json", **tag(triage))
    assert refused.status_code == 403


def test_unknown_fields_and_keys_are_refused(noor, triage):
    assert noor.post(BASE, {"name": "X", "colour": "red"}, format="json").status_code == 400
    assert noor.post(BASE, {"name": "X", "team": "nobody"}, format="json").status_code == 400
    assert noor.get(f"{BASE}?colour=red").status_code == 400


def test_tier_state_and_owner_have_actions_of_their_own(world, api_as, noor, triage):
    assert noor.post(f"{BASE}/{triage.key}/tier", {"tier": 0, "answers": {"regulated": True}}, format="json").status_code == 400
    done = noor.post(f"{BASE}/{triage.key}/tier", {"tier": 3, "answers": {"regulated": True}}, format="json")
    assert done.status_code == 200 and done.json()["tier"] == 3
    assert noor.post(f"{BASE}/{triage.key}/state", {"state": "building"}, format="json").json()["state"] == "building"
    assert noor.post(f"{BASE}/{triage.key}/owner", {"owner": world.sam.ref}, format="json").status_code == 403
    given = api_as(world.rosa).post(f"{BASE}/{triage.key}/owner", {"owner": world.sam.ref}, format="json")
    assert given.json()["owner"] == world.sam.ref


def test_a_hand_over_by_api(world, api_as, noor, triage):
    asked = noor.post(f"{BASE}/{triage.key}/transfers", {"receiver": world.ben.ref}, format="json")
    assert asked.status_code == 201, asked.content
    number = asked.json()["id"]
    assert noor.post(f"/api/v1/transfers/{number}/acceptance", {}, format="json").status_code == 403
    done = api_as(world.ben).post(f"/api/v1/transfers/{number}/acceptance", {"answer": "Yes"}, format="json")
    assert done.json()["state"] == "accepted"
    assert api_as(world.ben).post(f"/api/v1/transfers/{number}/refusal", {"answer": "No"}, format="json").status_code == 409


def test_the_matrix_by_api(world, noor, triage):
    rows = noor.get(f"{BASE}/{triage.key}/raci").json()
    assert all(len(row["A"]) == 1 for row in rows) and all(row["is_default"] for row in rows)
    two = {"decision": "model", "R": ["position:engineering"], "A": ["position:legal", "position:security"]}
    assert noor.put(f"{BASE}/{triage.key}/raci", two, format="json").status_code == 400
    one = two | {"A": [f"person:{world.noor.ref}"]}
    assert noor.put(f"{BASE}/{triage.key}/raci", one, format="json").json()[0]["A"] == [f"person:{world.noor.ref}"]
    for odd in ("legal", "position:nobody", "team:claims"):
        assert noor.put(f"{BASE}/{triage.key}/raci", two | {"A": [odd]}, format="json").status_code == 400


def test_a_draft_by_api(noor, triage):
    address = f"{BASE}/{triage.key}/draft"
    assert noor.get(address).status_code == 404
    kept = noor.put(address, {"contract": {"notes": "One"}}, format="json")
    assert kept.status_code == 200 and kept.json()["contract"]["notes"] == "One"
    wrong = noor.put(address, {"contract": {"outputs": {"audience": "all"}}}, format="json")
    assert wrong.status_code == 400 and "audience" in wrong.content.decode()
    assert noor.put(address, {"contract": {}, "draft_version": 99}, format="json").status_code == 409
    for hostile in (None, [], "text", 7):
        assert noor.put(address, {"contract": hostile}, format="json").status_code == 400
    assert noor.delete(address).status_code == 204 and noor.get(address).status_code == 404


def test_the_schema_is_published(noor):
    assert noor.get("/api/v1/contracts/schema").json()["title"] == "Contract"
    assert noor.get("/api/v1/contracts/file-schema").json()["properties"]["contract"]["title"] == "Contract"
    looked = noor.post("/api/v1/contracts/check", {"contract": {"outputs": {"audience": "public"}}, "tier": 2}, format="json")
    assert looked.status_code == 200 and looked.json()["minimum_tier"] == 2


def test_look_alikes_by_api(noor, triage):
    found = noor.get(f"{BASE}/look-alikes?name=claims+triage").json()
    assert found[0]["key"] == triage.key and found[0]["score"] == 100
    assert noor.get(f"{BASE}/look-alikes").status_code == 400


def test_shares_by_api(world, api_as, noor, triage):
    address = f"{BASE}/{triage.key}/shares"
    assert noor.post(address, {"person": world.ben.ref}, format="json").json() == [
        {"with": f"person:{world.ben.ref}", "may_edit": False}
    ]
    assert api_as(world.ben).get(f"{BASE}/{triage.key}").status_code == 200
    assert noor.post(f"{address}/removal", {"person": world.ben.ref}, format="json").json() == []
    assert noor.post(address, {}, format="json").status_code == 400


def test_the_activity_by_api(noor, triage):
    assert noor.get(f"{BASE}/{triage.key}/activity").json()["results"][0]["kind"] == "surface.registered"


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_many(world, noor, triage, django_assert_max_num_queries):
    noor.get(BASE)
    for number in range(10):
        actions.register(actor=world.noor, name=f"Surface {number}")
    with django_assert_max_num_queries(8):
        assert len(noor.get(BASE).json()["results"]) == 11

"""Incidents over REST: the same rules, filters and actions as the pages."""

from collections.abc import Callable
from typing import Any

import pytest

from incidents.cases.models import Incident
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident
from tests.registry.building import make_surface
from tests.world import World

API = "/api/v1/incidents"


@pytest.fixture
def surface(world: World) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def incident(world: World, surface: Surface) -> Incident:
    return make_incident(actor=world.sam, surface=surface)


def test_the_whole_way_over_rest(world: World, api_as: Callable[..., Any], incident: Incident) -> None:
    api, url = api_as(world.noor), f"{API}/{incident.key}"

    def post(name: str, status: int = 200, **given: Any) -> Any:
        answer = api.post(f"{url}/{name}", given, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()

    assert post("acknowledgement")["owner"] == world.noor.ref
    post("acknowledgement", 403)
    assert post("triage", 400, severity="SEV9")["errors"]
    done = post("triage", severity="SEV2", user_harm=2, blast_radius=2, reason="prices reached members")
    assert (done["state"], done["tier"], done["postmortem_demanded"]) == ("triaged", 2, True)
    assert api.get(f"{url}/severity-proposal").json() == {"severity": "SEV2", "why": "misled harm to many"}
    worse = api.put(f"{url}/severity", {"severity": "SEV1", "reason": "a member paid"}, format="json")
    assert worse.json()["severity"] == "SEV1"
    post("mitigation")
    post("mitigated", reason="retrieval is off")
    post("resolution", 400)
    assert post("resolution", reason="the old index is back")["state"] == "resolved"
    assert post("reopening", reason="again")["state"] == "mitigating"
    role = api.put(f"{url}/roles", {"role": "scribe", "person": world.sam.email}, format="json")
    assert role.json()["scribe"] == world.sam.ref
    note = post("timeline", 201, text="read 40 conversations")
    assert post("timeline", 201, text="read 14 conversations", corrects=note["id"])["corrects"] == note["id"]
    post("timeline", 404, text="of nothing", corrects=999_999)
    kinds = [each["kind"] for each in api.get(f"{url}/timeline").json()["results"]]
    assert kinds[:2] == ["note", "note"] and kinds[-1] == "report"
    for name in ("changes-before", "similar", "activity", "communications"):
        assert api.get(f"{url}/{name}").status_code == 200
    assert api.get(f"{url}/changes-before?hours=100000").status_code == 400


def test_edits_over_rest_overwrite_nothing(world: World, api_as: Callable[..., Any], incident: Incident) -> None:
    url, api = f"{API}/{incident.key}", api_as(world.noor)
    stale = api.get(url)["ETag"]

    def patch(tag: str = "", **given: Any) -> Any:
        return api.patch(url, given, format="json", HTTP_IF_MATCH=tag or api.get(url)["ETag"])

    assert patch(summary="The index is wrong.").status_code == 200
    assert patch(stale, summary="The card is wrong.").status_code == 412
    assert patch(impact="Three callers.").json()["summary"] == "The index is wrong."
    assert patch(vendor="nobody").status_code == 400
    assert patch(vendor="meridian", trace_ids=["4bf92f3577b34da6a3ce929d0e0e4736"]).json()["vendor"] == "meridian"
    assert api.patch(url, {"impact": "x"}, format="json").status_code == 428


def test_what_it_touches_and_what_is_told(world: World, api_as: Callable[..., Any], incident: Incident) -> None:
    url, api = f"{API}/{incident.key}", api_as(world.rosa)
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Benefits chat")
    given = {"surfaces": [other.key], "endpoints": ["meridian-large-eu"]}
    done = api.put(f"{url}/touches", given, format="json").json()
    assert (done["surfaces"], done["endpoints"]) == ([other.key], ["meridian-large-eu"])
    assert api.put(f"{url}/touches", {"endpoints": ["nope"]}, format="json").status_code == 400
    made = api.post(f"{url}/communications", {"audience": "regulators"}, format="json")
    assert made.status_code == 201 and made.json()["incident"] == incident.key
    message = f"/api/v1/communications/{made.json()['key']}"
    assert api.post(f"{message}/dispatch", {}, format="json").status_code == 400
    words = {"subject": "Notice", "text": "We found and stopped it."}
    changed = api.patch(message, words, format="json", HTTP_IF_MATCH=made["ETag"] if made.has_header("ETag") else '"v1"')
    assert changed.status_code == 200, changed.content
    assert api.post(f"{message}/dispatch", {}, format="json").json()["state"] == "sent"
    assert api.delete(message, HTTP_IF_MATCH='"v3"').status_code == 403
    assert api.get("/api/v1/communications").json()["results"][0]["state"] == "sent"


def test_rows_are_those_that_one_may_see(world: World, api_as: Callable[..., Any], incident: Incident) -> None:
    near = make_incident(actor=world.ben, near_miss=True)
    for nick, keys in (("noor", {incident.key}), ("ben", {near.key}), ("aud", {incident.key, near.key}), ("gus", set())):
        api = api_as(getattr(world, nick))
        assert {each["key"] for each in api.get(API).json()["results"]} == keys
        for each in (incident, near):
            assert api.get(f"{API}/{each.key}").status_code == (200 if each.key in keys else 404)
    assert [each["key"] for each in api_as(world.aud).get(f"{API}?near_miss=true").json()["results"]] == [near.key]
    reader = api_as(world.aud)
    assert reader.post(f"{API}/{incident.key}/timeline", {"text": "x"}, format="json").status_code == 403
    assert api_as(world.noor, "registry:read").get(API).status_code == 403

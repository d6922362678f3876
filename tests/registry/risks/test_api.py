"""The register by a program."""

from collections.abc import Callable
from typing import Any

from registry.evidence import actions as evidence
from registry.risks.models import Risk
from tests.registry.building import make_surface
from tests.world import World

AT = "/api/v1/risks"


def test_a_risk_lives_over_rest(world: World, api_as: Callable[..., Any]) -> None:
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)
    api = api_as(world.noor)
    body = {"title": "Cards", "area": "data_exposure", "likelihood": 3, "impact": 4, "surface": surface.key}
    assert api.post(AT, {**body, "likelihood": 9}, format="json").status_code == 400
    assert api.post(AT, {**body, "area": "x"}, format="json").json()["errors"][0]["pointer"] == "#/area"
    assert api.post(AT, {name: body[name] for name in body if name != "surface"}, format="json").status_code == 403
    made = api.post(AT, body, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["score"], made.json()["band"], made.json()["owner"]) == (12, "high", world.noor.ref)
    here = f"{AT}/{made.json()['key']}"
    assert api_as(world.ben).get(here).status_code == 404
    changed = api.patch(here, {"plan": "Mask."}, format="json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["plan"]) == (200, "Mask.")
    assert api.patch(here, {"plan": "x"}, format="json", headers={"If-Match": made["ETag"]}).status_code == 412
    assert api.post(f"{here}/acceptance", {}, format="json").status_code == 400
    assert api.post(f"{here}/acceptance", {"reason": "For now."}, format="json").json()["state"] == "accepted"
    assert api.post(f"{here}/reviews", {"likelihood": 4, "impact": 4}, format="json").json()["state"] == "open"
    assert api.put(f"{here}/owner", {"owner": world.sam.email}, format="json").json()["owner"] == world.sam.ref
    shown = evidence.collect(actor=world.noor, url="https://a.example")
    linked = api.post(f"{here}/links", {"evidence": shown.key}, format="json")
    assert (linked.status_code, linked.json()["proofs"]) == (201, [shown.key])
    for bad in ({}, {"evidence": "EV-999"}, {"evidence": shown.key, "surface": surface.key}):
        assert api.post(f"{here}/links", bad, format="json").status_code == 400
    assert api.post(f"{here}/unlinks", {"evidence": shown.key}, format="json").json()["proofs"] == []
    cells = api.get(f"{AT}/heat-map", {"surface": surface.key}).json()
    assert cells == [{"likelihood": 4, "impact": 4, "band": "severe", "count": 1}]
    assert api.get(f"{AT}/heat-map", {"surface": "S-9999"}).status_code == 400
    assert api.post(f"{here}/closure", {}, format="json").status_code == 400
    assert api.post(f"{here}/closure", {"reason": "Gone."}, format="json").json()["state"] == "closed"
    assert api.post(f"{here}/reopening", {}, format="json").json()["state"] == "open"
    assert api.get(f"{here}/activity").status_code == 200
    assert api.get(AT, {"high": "true", "area": "data_exposure"}).json()["results"][0]["key"] == made.json()["key"]
    assert api_as(world.aud).post(f"{here}/closure", {"reason": "x"}, format="json").status_code == 403


def test_the_areas_are_drafted_once(world: World, api_as: Callable[..., Any]) -> None:
    assert api_as(world.noor).post(f"{AT}/area-drafts", {}, format="json").status_code == 403
    api = api_as(world.rosa)
    made = api.post(f"{AT}/area-drafts", {}, format="json")
    assert (made.status_code, len(made.json())) == (201, 5)
    assert api.post(f"{AT}/area-drafts", {}, format="json").status_code == 409
    assert Risk.objects.count() == 5

"""The same by a program: collect by JSON and by upload, attach, renew, withdraw, download."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.evidence.models import Evidence
from registry.surfaces.models import Surface
from tests.registry.evidence.conftest import PDF
from tests.world import World

AT = "/api/v1/evidence"


def test_a_file_goes_in_serves_and_comes_out(world: World, api_as: Callable[..., Any], surface: Surface) -> None:
    api = api_as(world.noor)
    sent = {"file": SimpleUploadedFile("limits.pdf", PDF), "surface": surface.key, "control": "rate_limits"}
    made = api.post(f"{AT}/files", sent, format="multipart")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["kind"], body["media_type"], body["size"], body["collector"]) == (
        "file",
        "application/pdf",
        len(PDF),
        world.noor.ref,
    )
    here = f"{AT}/{body['key']}"
    uses = api.get(f"{here}/uses").json()["results"]
    assert [(use["surface"], use["control"]) for use in uses] == [(surface.key, "rate_limits")]
    file = api.get(f"{here}/file")
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment") and file["Content-Security-Policy"].endswith("sandbox")
    assert api_as(world.ben).get(here).status_code == 404
    assert api_as(world.aud).get(f"{here}/file").status_code == 200


def test_a_link_or_a_record_goes_in_by_json(world: World, api_as: Callable[..., Any], surface: Surface) -> None:
    api = api_as(world.noor)
    made = api.post(AT, {"url": "https://a.example", "expires_on": "2100-01-01"}, format="json")
    assert (made.status_code, made.json()["expires_on"], made["Location"]) == (
        201,
        "2100-01-01",
        f"http://testserver{AT}/{made.json()['key']}",
    )
    record = api.post(AT, {"record": surface.key, "surface": surface.key, "control": "audit:prompts"}, format="json")
    assert record.json()["record_type"] == "registry.surface"
    for bad in ({}, {"url": "file:///etc"}, {"record": "C-99"}, {"url": "https://a.example", "control": "x"}):
        answer = api.post(AT, bad, format="json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), bad
    assert api_as(world.aud).post(AT, {"url": "https://a.example"}, format="json").status_code == 403
    kinds = api.get(AT, {"kind": "link"}).json()["results"]
    assert [row["kind"] for row in kinds] == ["link"]


def test_attach_detach_renew_and_withdraw(world: World, api_as: Callable[..., Any], surface: Surface, limits: Evidence) -> None:
    api, here = api_as(world.noor), f"{AT}/{limits.key}"
    place = {"surface": surface.key, "control": "sandbox"}
    assert api.post(f"{here}/uses", place, format="json").status_code == 201
    assert api.post(f"{here}/uses", place, format="json").status_code == 409
    assert api.post(f"{here}/detachments", place, format="json").status_code == 204
    assert api.post(f"{here}/detachments", place, format="json").status_code == 400
    stale = api.post(f"{here}/renewals", {"url": "https://b.example"}, format="json", headers={"If-Match": '"v9"'})
    assert stale.status_code == 412
    renewed = api.post(f"{here}/renewals", {"url": "https://b.example"}, format="json", headers={"If-Match": '"v1"'})
    assert (renewed.status_code, renewed.json()["renews"]) == (201, limits.key)
    new = f"{AT}/{renewed.json()['key']}"
    assert api.get(f"{new}/uses").json()["results"][0]["control"] == "rate_limits"
    assert api.post(f"{new}/withdrawal", {"reason": ""}, format="json").status_code == 400
    assert api.post(f"{new}/withdrawal", {"reason": "Wrong."}, format="json").json()["state"] == "withdrawn"
    again = api.post(f"{here}/renewal-files", {"file": SimpleUploadedFile("b.pdf", PDF)}, format="multipart")
    assert again.status_code == 403
    assert api.get(f"{here}/activity").json()["results"][0]["kind"] == "evidence.renewed"

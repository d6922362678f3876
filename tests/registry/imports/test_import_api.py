"""The same path by a program with a token."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.core import jobs
from registry.surfaces.models import Surface
from tests.registry.imports.conftest import INVENTORY

pytestmark = pytest.mark.django_db
BAD = INVENTORY + b"A-4,,Claims,Planned,no name,,,\n"


def upload(api, data=INVENTORY, target="surfaces", name="inventory.csv"):
    return api.post("/api/v1/imports", {"file": SimpleUploadedFile(name, data), "target": target}, format="multipart")


def test_a_file_goes_in_and_out_again(world, api_as, store):
    api = api_as(world.rosa)
    made = upload(api, BAD)
    assert made.status_code == 201, made.content
    body = made.json()
    address = f"/api/v1/imports/{body['key']}"
    assert body["state"] == "mapping"
    assert body["mapping"]["fields"]["name"]["columns"] == ["Use case name"]
    assert {each["field"] for each in body["suggestions"]} >= {"name", "team", "state"}
    assert api.get(f"{address}/fields").json()[0]["key"] == "name"
    mapping = body["mapping"] | {"ignored": ["Notes"]}
    changed = api.patch(address, {"mapping": mapping}, format="json", headers={"If-Match": made["ETag"]})
    assert changed.status_code == 200, changed.content
    assert changed.json()["mapping"]["ignored"] == ["Notes"]
    asked = api.post(f"{address}/preview", {}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (202, "checking")
    jobs.run_pending()
    ready = api.get(address).json()
    assert (ready["state"], ready["counts"]["new"], ready["counts"]["refused"]) == ("ready", 3, 1)
    rows = api.get(f"{address}/rows").json()["results"]
    assert [row["outcome"] for row in rows] == ["new", "new", "new", "refused"]
    whole = api.post(f"{address}/commit", {"all_or_nothing": True}, format="json")
    assert whole.status_code == 400
    assert whole["Content-Type"] == "application/problem+json"
    assert "1 row is refused" in whole.json()["detail"]
    assert api.post(f"{address}/commit", {}, format="json").status_code == 202
    jobs.run_pending()
    assert Surface.objects.count() == 3
    refused = b"".join(api.get(f"{address}/refused").streaming_content).decode()
    assert "Name is empty." in refused
    assert api.post(f"{address}/undo", {}, format="json").status_code == 202
    jobs.run_pending()
    assert api.get(address).json()["state"] == "undone"
    assert not Surface.objects.exists()


@pytest.mark.parametrize(
    ("data", "target", "status"), [(b"%PDF-1.7", "surfaces", 400), (b"", "surfaces", 400), (INVENTORY, "ships", 404)]
)
def test_what_cannot_be_read_is_a_problem_that_says_what_to_do(world, api_as, store, data, target, status):
    answer = upload(api_as(world.rosa), data, target)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [{"mapping": {"fields": {"name": {"columns": ["Nope"]}}}}, {"mapping": []}, {"options": {"colour": "red"}}, {"x": 1}]
)
def test_a_mapping_that_does_not_fit_is_refused(world, api_as, store, body):
    api = api_as(world.rosa)
    made = upload(api)
    answer = api.patch(f"/api/v1/imports/{made.json()['key']}", body, format="json", headers={"If-Match": made["ETag"]})
    assert answer.status_code == 400


def test_an_older_version_is_refused(world, api_as, store):
    api = api_as(world.rosa)
    made = upload(api)
    address = f"/api/v1/imports/{made.json()['key']}"
    assert api.patch(address, {"create_missing": False}, format="json").status_code == 428
    good = api.patch(address, {"create_missing": False}, format="json", headers={"If-Match": made["ETag"]})
    assert good.json()["create_missing"] is False
    stale = api.patch(address, {"create_missing": True}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412


def test_others_know_of_no_import_and_tokens_need_their_scope(world, api_as, store):
    made = upload(api_as(world.noor)).json()
    assert api_as(world.ben).get(f"/api/v1/imports/{made['key']}").status_code == 404
    assert upload(api_as(world.rosa, "registry:read")).status_code == 403
    assert upload(api_as(world.aud)).status_code == 403


def test_saved_mappings_are_listed_taken_over_and_removed(world, api_as, store):
    api = api_as(world.rosa)
    first = upload(api).json()
    profile = api.post(f"/api/v1/imports/{first['key']}/profile", {"name": "Yearly"}, format="json")
    assert profile.status_code == 201, profile.content
    listed = api.get("/api/v1/import-profiles").json()["results"]
    assert [each["name"] for each in listed] == ["Yearly"]
    second = upload(api)
    taken = api.patch(
        f"/api/v1/imports/{second.json()['key']}",
        {"profile": listed[0]["id"]},
        format="json",
        headers={"If-Match": second["ETag"]},
    )
    assert taken.status_code == 200
    address = f"/api/v1/import-profiles/{listed[0]['id']}"
    tag = api.get(address)["ETag"]
    assert api.delete(address, headers={"If-Match": tag}).status_code == 204


def test_discarding(world, api_as, store):
    api = api_as(world.rosa)
    made = upload(api)
    address = f"/api/v1/imports/{made.json()['key']}"
    assert api.delete(address, headers={"If-Match": made["ETag"]}).status_code == 204
    assert api.get(address).json()["state"] == "discarded"

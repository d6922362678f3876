"""Pages and REST: administrators change, those who read the whole ledger see, and cosignatures go out with the note."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.core import jobs
from governance.people.roles import READS_ALL
from governance.people.rows import READERS
from governance.proofs import keys, notes, queries, sealing
from governance.witness import actions, ownkey, submitting
from governance.witness.models import Publication, WatchedLog, Witness
from tests.governance.witness.conftest import DOOR, Log
from tests.governance.witness.test_submitting import URL, witness  # noqa: F401 - a fixture
from tests.world import World

Enter = Callable[..., Client]
API = "/api/v1"


def vkey(name: str = "w.example.org", kind: int = notes.COSIGNATURE) -> str:
    return notes.Signer(name, Ed25519PrivateKey.generate(), kind).verifier.vkey


def test_a_target_is_kept_by_page(world: World, client_as: Enter, settings: Any, tmp_path: Path) -> None:
    settings.PUBLISH_FOLDER = tmp_path
    sealing.seal()
    client = client_as(world.ada)
    assert "do not leave this machine yet" in client.get("/ledger/published/").content.decode()
    assert client.get("/ledger/published/new/").status_code == 200
    given = {"name": "Audit", "kind": "file", "place": "../x", "every_minutes": "60"}
    refused = client.post("/ledger/published/new/", given)
    assert refused.status_code == 422 and "A folder reads like" in refused.content.decode()
    assert client.post("/ledger/published/new/", {**given, "place": "audit"}).status_code == 302
    page = Publication.objects.get().get_absolute_url()
    assert client.post(f"{page}now/").status_code == 302
    jobs.run_pending()
    shown = client.get(page).content.decode()
    assert "audit/" in shown and "Publish now" in shown and (tmp_path / "audit" / "latest.txt").exists()
    assert client.get(f"{page}edit/").status_code == 200
    stale = client.post(f"{page}edit/", {"name": "Late", "place": "audit", "every_minutes": "5", "version": "9"})
    assert stale.status_code == 409
    for verb, state in (("pause", "paused"), ("resume", "active"), ("retire", "retired")):
        assert client.get(f"{page}{verb}/").status_code == 200
        assert client.post(f"{page}{verb}/", {"reason": "Test."}).status_code == 302
        assert Publication.objects.get().state == state
    assert "ended publishing to" in client.get(f"{page}activity/").content.decode()


def test_witnesses_and_logs_are_kept_by_page(world: World, client_as: Enter, log: Log) -> None:
    client = client_as(world.ada)
    for address, empty, given in (
        ("/ledger/witnesses/", "Nobody cosigns yet", {"name": "Auditors", "vkey": vkey(), "url": URL}),
        ("/ledger/watched/", "No log is cosigned here", {"name": "X", "origin": "x.org", "vkeys": vkey("x.org", notes.NOTE)}),
    ):
        assert empty in client.get(address).content.decode()
        assert client.get(f"{address}new/").status_code == 200
        assert client.post(f"{address}new/", {**given, "name": ""}).status_code == 422
        made = client.post(f"{address}new/", given)
        assert made.status_code == 302
        page = made["Location"]
        assert client.get(page).status_code == 200 and given["name"] in client.get(address).content.decode()
        assert client.post(f"{page}edit/", {**given, "name": "Renamed"}).status_code == 302
        assert client.post(f"{page}pause/", {"reason": ""}).status_code == 302
    assert ownkey.signer().verifier.vkey in client.get(WatchedLog.objects.get().get_absolute_url()).content.decode()


def test_an_alarm_is_shown_and_cleared_with_a_reason(world: World, client_as: Enter) -> None:
    made = actions.add_witness(actor=world.ada, name="Auditors", vkey=vkey(), url=URL)
    actions.raise_alarm(made, actor=world.system, said="it has cosigned another ledger")
    for person in (world.rosa, world.ada):
        assert "witness that saw another ledger" in client_as(person).get("/").content.decode()
    client, page = client_as(world.ada), made.get_absolute_url()
    assert "It has seen another ledger than ours." in client.get(page).content.decode()
    assert made.key in client.get("/ledger/witnesses/?alarmed=true").content.decode()
    assert client_as(world.rosa).post(f"{page}clear/", {"reason": "Looked."}).status_code == 403
    assert client.post(f"{page}clear/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}clear/", {"reason": "Their disk was swapped."}).status_code == 302
    assert "Their disk was swapped." in client.get(f"{page}activity/").content.decode()


def test_who_may_not_sees_and_changes_nothing(world: World, client_as: Enter) -> None:
    made = actions.add_publication(actor=world.ada, name="Secret folder", kind="file", place="audit")
    page = made.get_absolute_url()
    assert client_as(world.aud).get(page).status_code == 200
    for person in (world.aud, world.rosa):
        assert "Publish now" not in client_as(person).get(page).content.decode()
        assert client_as(person).post(f"{page}now/").status_code == 403
        assert client_as(person).get("/ledger/published/new/").status_code == 403
    for person in (world.noor, world.gus):
        client = client_as(person)
        assert client.get(page).status_code == 404 and client.post(f"{page}pause/").status_code == 404
        assert "Secret folder" not in client.get("/ledger/published/").content.decode()


def test_cosignatures_go_out_with_the_note(
    witness: Witness,  # noqa: F811
    world: World,
    client_as: Enter,
    api_as: Any,
    to_ourselves: list[bytes],
) -> None:
    kept = submitting.submit(witness)
    assert kept is not None
    checkpoint = queries.get(kept.size)
    known = [*keys.verifiers(), witness.verifier]
    client = client_as(world.noor)
    page = f"/ledger/checkpoints/{kept.size}/"
    shown = client.get(page).content.decode()
    assert "Cosigned" in shown and f"key {witness.verifier.key_id.hex()}, 20" in shown
    for text in (client.get(f"{page}note.txt").content, api_as(world.aud).get(f"{API}/checkpoints/{kept.size}/note").content):
        _, signed = notes.verify(text.decode(), known)
        assert len(signed) == 2 and text.decode() == checkpoint.note + kept.line
    [row] = api_as(world.aud).get(f"{API}/witnesses/{witness.key}/cosignatures").json()["results"]
    assert (row["size"], row["line"]) == (kept.size, kept.line)
    [row] = api_as(world.aud).get(f"{API}/watched-logs/WL-{WatchedLog.objects.get().pk}/cosigned").json()["results"]
    assert (row["previous"], row["size"], row["note"]) == (0, kept.size, checkpoint.note)


def test_the_same_over_rest(world: World, api_as: Any, settings: Any, tmp_path: Path) -> None:
    settings.PUBLISH_FOLDER = tmp_path
    ada, aud = api_as(world.ada), api_as(world.aud)
    bodies = {
        "publications": {"name": "Audit", "kind": "file", "place": "audit"},
        "witnesses": {"name": "Auditors", "vkey": vkey(), "url": URL},
        "watched-logs": {"name": "X", "origin": "x.org", "vkeys": vkey("x.org", notes.NOTE)},
    }
    for name, body in bodies.items():
        address = f"{API}/{name}"
        assert api_as(world.rosa).post(address, body, format="json").status_code == 403
        made = ada.post(address, body, format="json")
        assert made.status_code == 201, made.json()
        one = f"{address}/{made.json()['key']}"
        assert ada.patch(one, {"name": "Other"}, format="json", HTTP_IF_MATCH=made["ETag"].replace("1", "9")).status_code in (
            409,
            412,
        )
        assert ada.patch(one, {"name": "Other"}, format="json", HTTP_IF_MATCH=made["ETag"]).json()["name"] == "Other"
        assert ada.post(f"{one}/pause", {"reason": "Test."}, format="json").json()["state"] == "paused"
        assert ada.post(f"{one}/resumption", {}, format="json").json()["state"] == "active"
        assert aud.get(one).status_code == 200 and api_as(world.noor).get(one).status_code == 404
        assert [row["name"] for row in aud.get(address).json()["results"]] == ["Other"]
        assert len(aud.get(f"{one}/activity").json()["results"]) >= 4
    assert ada.post(f"{API}/publications/CP-{Publication.objects.get().pk}/publish").status_code == 202
    clear = f"{API}/witnesses/WT-{Witness.objects.get().pk}/clearance"
    assert ada.post(clear, {"reason": "None."}, format="json").status_code == 409
    assert ada.post(f"{API}/publications", {"name": "H", "kind": "email", "channel": "CH-9"}, format="json").status_code == 400


@pytest.mark.parametrize("kind", ["published", "witnesses", "watched"])
def test_lists_take_as_many_statements_at_three_rows_as_at_one(world: World, client_as: Enter, kind: str) -> None:
    def add(number: int) -> Any:
        if kind == "published":
            return actions.add_publication(actor=world.ada, name=f"P{number}", kind="file", place=f"p{number}")
        if kind == "witnesses":
            return actions.add_witness(actor=world.ada, name=f"W{number}", vkey=vkey(), url=URL)
        origin = f"x{number}.org"
        return actions.watch(actor=world.ada, origin=origin, name="X", vkeys=vkey(origin, notes.NOTE))

    def statements(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    client, one = client_as(world.ada), add(1)
    at_one, page = statements(f"/ledger/{kind}/"), statements(one.get_absolute_url())
    add(2)
    add(3)
    assert statements(f"/ledger/{kind}/") == at_one <= 15 and page <= 15


def test_those_who_see_are_those_who_read_the_whole_ledger() -> None:
    assert set(READERS) == READS_ALL


def test_the_door_opens_nothing_else(world: World) -> None:
    for address in ("/witness/", "/witness/add-checkpoint/", "/witness/witnesses/"):
        assert Client().get(address).status_code in (302, 404)
    answer = Client().post(DOOR, b"", content_type="text/plain")
    assert answer.status_code == 400 and not answer.cookies

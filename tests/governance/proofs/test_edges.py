"""Checkpoints, proofs, heads and keys by page and by REST: what a stranger needs, and nothing that is not theirs."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from governance.ledger import heads, tags
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.proofs import keys, merkle, notes, offline, queries, reading, sealing
from governance.proofs.models import Checkpoint, LedgerKey
from tests.governance.proofs.test_sealing import as_owner, forge, told


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def test_inclusion_and_consistency_are_proved_over_rest(world: Any, api_as: Any) -> None:
    old = sealing.seal()
    told(world, 3)
    new = sealing.seal()
    api = api_as(world.noor)
    found = api.get("/api/v1/ledger/proof", {"seq": 5, "size": old.size}).json()
    merkle.verify_inclusion(raw(found["leaf"]), 4, old.size, [raw(each) for each in found["proof"]], old.root_bytes)
    assert (found["log"], raw(found["root"])) == (tags.found().origin, old.root_bytes)
    assert api.get("/api/v1/ledger/proof", {"seq": 5}).json()["size"] == new.size
    found = api.get("/api/v1/ledger/consistency", {"old": old.size, "new": new.size}).json()
    path = [raw(each) for each in found["proof"]]
    merkle.verify_consistency(old.size, new.size, raw(found["old_root"]), raw(found["new_root"]), path)
    assert raw(found["new_root"]) == new.root_bytes


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("proof?seq=99999", 400),
        ("proof?seq=1&size=99999", 404),
        ("proof?seq=0", 400),
        ("proof", 400),
        ("consistency?old=99999", 400),
        ("consistency?old=1&new=99999", 404),
        ("consistency?old=0", 400),
        ("heads?first=1&last=5000", 400),
    ],
)
def test_what_cannot_be_proved_is_refused_with_words(world: Any, api_as: Any, address: str, status: int) -> None:
    sealing.seal()
    answer = api_as(world.aud).get(f"/api/v1/ledger/{address}")
    assert answer.status_code == status and answer.json()["title"]


def test_heads_are_for_those_who_read_the_whole_ledger(world: Any, api_as: Any) -> None:
    size = sealing.seal().size
    rows = api_as(world.aud).get("/api/v1/ledger/heads", {"first": 1, "last": size}).json()
    assert merkle.root(heads.leaf(row["head"].encode()) for row in rows) == queries.root(size)
    assert api_as(world.noor).get("/api/v1/ledger/heads", {"first": 1, "last": 2}).status_code == 403


def test_checkpoints_and_keys_over_rest(world: Any, api_as: Any) -> None:
    checkpoint = sealing.seal()
    api = api_as(world.gus)
    [row] = api.get("/api/v1/checkpoints").json()["results"]
    assert row["size"] == checkpoint.size and raw(row["root"]) == checkpoint.root_bytes
    assert api.get(f"/api/v1/checkpoints/{checkpoint.size}/note").content.decode() == checkpoint.note
    [key] = api.get("/api/v1/ledger/keys").json()["results"]
    notes.verify(row["note"], [notes.Verifier.parse(key["vkey"])])
    assert api.get("/api/v1/checkpoints/99999").status_code == 404
    assert api.post("/api/v1/checkpoints/seal").status_code == 403


def test_who_governs_seals_and_replaces_the_key_over_rest(world: Any, api_as: Any) -> None:
    sealing.seal()
    size = told(world)
    assert api_as(world.rosa).post("/api/v1/checkpoints/seal").json()["size"] >= size
    given = {"reason": "Yearly."}
    assert api_as(world.rosa).post("/api/v1/ledger/keys/replace", given, format="json").status_code == 403
    answer = api_as(world.ada).post("/api/v1/ledger/keys/replace", given, format="json")
    assert (answer.status_code, answer.json()["key"]) == (201, keys.current()[-1].key)


def test_the_pages_show_what_holds(world: Any, client_as: Any, django_assert_max_num_queries: Any) -> None:
    sealing.seal()
    told(world)
    checkpoint = sealing.seal()
    client = client_as(world.aud)
    with django_assert_max_num_queries(15):
        listed = client.get("/ledger/checkpoints/").content.decode()
    assert f"{checkpoint.size:,} entries" in listed
    with django_assert_max_num_queries(15):
        page = client.get(f"/ledger/checkpoints/{checkpoint.size}/").content.decode()
    assert page.count("Holds") == 3 and "Broken" not in page
    assert client.get(f"/ledger/checkpoints/{checkpoint.size}/note.txt").content.decode() == checkpoint.note
    assert LedgerKey.objects.get().vkey in client.get("/ledger/keys/").content.decode().replace("&#x2B;", "+")
    assert client.get("/ledger/checkpoints/99999/").status_code == 404
    assert client.get("/ledger/checkpoints/99999/note.txt").status_code == 404


def test_a_forged_checkpoint_shows(world: Any, client_as: Any) -> None:
    checkpoint = sealing.seal()
    as_owner("UPDATE governance_checkpoint SET root = %s WHERE size = %s", "0" * 64, checkpoint.size)
    page = client_as(world.aud).get(f"/ledger/checkpoints/{checkpoint.size}/").content.decode()
    assert page.count("Broken") == 2


def test_what_hinders_sealing_stands_above_the_list(world: Any, client_as: Any) -> None:
    sealing.seal()
    forge(told(world) + 1)
    assert "was not written by this installation" in client_as(world.aud).get("/ledger/checkpoints/").content.decode()


def test_the_key_is_replaced_on_a_page_by_administrators_who_prove_who_they_are(world: Any, client_as: Any) -> None:
    sealing.seal()
    before = keys.current()
    assert client_as(world.rosa).get("/ledger/keys/replace/").status_code == 403
    assert "reauthenticate" in client_as(world.ada, fresh=False).get("/ledger/keys/replace/").headers["Location"]
    client = client_as(world.ada)
    assert client.post("/ledger/keys/replace/", {"reason": ""}).status_code == 422 and keys.current() == before
    assert client.post("/ledger/keys/replace/", {"reason": "Yearly."}).headers["Location"] == "/ledger/keys/"
    assert keys.current() != before
    assert "its private half is deleted" in client.get("/ledger/keys/").content.decode()


def test_the_entry_page_proves_the_entry(world: Any, client_as: Any, django_assert_max_num_queries: Any) -> None:
    seq = told(world)
    client = client_as(world.aud)
    assert "not sealed yet" in client.get(f"/ledger/entries/{seq}/").content.decode()
    sealing.seal()
    with django_assert_max_num_queries(22):
        assert "Re-computed just now" in client.get(f"/ledger/entries/{seq}/").content.decode()
    as_owner("UPDATE governance_entry SET about = %s WHERE seq = %s", "0" * 32, seq)
    assert "It is not what was sealed" in client.get(f"/ledger/entries/{seq}/").content.decode()


def test_a_proof_is_taken_by_whom_the_entry_or_a_line_of_it_was_shown(world: Any, client_as: Any) -> None:
    people.change_team(world.team("claims"), actor=world.ada, changes={"lead": world.sam})
    seq = reading.last()
    address = f"/ledger/entries/{seq}/proof.json"
    noor = client_as(world.noor)
    assert client_as(world.aud).get(address).status_code == 409  # not sealed yet
    sealing.seal()
    assert client_as(world.aud).get(address).status_code == 200
    assert noor.get(address).status_code == 404
    page = noor.get(f"/people/teams/{world.team('claims').key}/activity/").content.decode()
    [link] = set(re.findall(rf'href="({re.escape(address)}\?shown=[^"]+)"', page))
    assert noor.get(link).json()["entry"]["seq"] == seq
    assert client_as(world.ben).get(link).status_code == 404  # shown to somebody else
    assert noor.get(link.replace(f"/{seq}/", f"/{seq - 1}/")).status_code == 404
    assert noor.get(address.replace("json", "tlog-proof")).status_code == 404


def test_a_line_that_was_shown_long_ago_gives_no_proof_any_more(world: Any, client_as: Any, freeze: Any) -> None:
    seq = told(world)
    sealing.seal()
    token = offline.token(seq, world.noor)
    assert offline.get(world.noor, seq, token).seq == seq
    freeze("2036-01-01")
    with pytest.raises(Exception, match="may not see it"):
        offline.get(world.noor, seq, token)


def test_the_proof_as_text_is_a_tlog_proof(world: Any, client_as: Any) -> None:
    checkpoint = sealing.seal()
    text = client_as(world.aud).get("/ledger/entries/5/proof.tlog-proof").content.decode()
    lines, _, note = text.partition("\n\n")
    first, index, *proof = lines.split("\n")
    assert (first, index, note) == ("c2sp.org/tlog-proof@v1", "index 4", checkpoint.note)
    [leaf] = reading.leaves(5, 5)
    merkle.verify_inclusion(leaf, 4, checkpoint.size, [raw(each) for each in proof], checkpoint.root_bytes)


def recipe() -> str:
    """The program that docs/ledger.md prints for strangers."""
    text = (settings.BASE_DIR / "docs" / "ledger.md").read_text()
    [found] = re.findall(r"```python\n(# check_entry\.py.*?)```", text, re.S)
    return str(found)


@pytest.mark.parametrize("spoil", ["", "body", "proof", "checkpoint", "key"])
def test_a_stranger_checks_the_file_with_the_program_of_the_manual(world: Any, tmp_path: Path, spoil: str) -> None:
    seq = told(world)
    sealing.seal()
    found = json.loads(offline.as_json(Entry.objects.get(pk=seq)))
    key = found["keys"][0]["vkey"]
    if spoil == "body":
        found["entry"]["body"] = found["entry"]["body"].replace("Crew", "Crow")
    elif spoil == "proof":
        found["proof"][0] = base64.b64encode(bytes(32)).decode()
    elif spoil == "checkpoint":
        found["checkpoint"] = found["checkpoint"].replace(f"\n{found['size']}\n", f"\n{found['size'] + 1}\n")
    elif spoil == "key":
        key = keys.make().verifier.vkey
    program, file = tmp_path / "check_entry.py", tmp_path / "proof.json"
    program.write_text(recipe())
    file.write_text(json.dumps(found))
    ran = subprocess.run([sys.executable, str(program), str(file), key], capture_output=True, text=True, check=False)
    assert (ran.returncode == 0) == (spoil == ""), ran.stderr
    if not spoil:
        assert f"Entry {seq} is in the log" in ran.stdout


def test_every_page_says_how_far_the_ledger_is_sealed(world: Any, client_as: Any) -> None:
    size = sealing.seal().size
    assert f"up to entry {size:,}, and sealed" in client_as(world.noor).get("/ledger/").content.decode()
    assert Checkpoint.objects.count() == 1

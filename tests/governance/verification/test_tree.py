"""Entries, tiles and checkpoints under a hostile owner of the database: each change is named, and none hides another."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from governance.core import digest
from governance.ledger import heads, tags
from governance.ledger.models import Entry
from governance.proofs import copies, merkle, notes, reading, sealing
from governance.proofs.models import Checkpoint
from governance.verification import entries
from governance.verification.report import Report
from tests.governance.verification.conftest import look, say
from tests.world import World

Owner, Found = Callable[..., None], Callable[..., list[tuple[str, str]]]
MIDDLE = 120


def kinds(found: list[tuple[str, str]]) -> set[str]:
    return {kind for kind, _ in found}


def test_a_changed_body_is_named_and_breaks_the_checkpoint(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    owner(f"UPDATE governance_entry SET body = replace(body, 'test.said', 'test.sung') WHERE seq = {MIDDLE}")
    assert ("entry-changed", f"Entry {MIDDLE}") in found()


def test_a_body_changed_with_its_hash_breaks_tile_and_checkpoint(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    body = Entry.objects.get(seq=MIDDLE).body.replace('"number":', '"number":9')
    owner(
        f"UPDATE governance_entry SET body = %s, digest = %s WHERE seq = {MIDDLE}",
        values=(body, digest.sha256(body.encode())),
    )
    seen = found()
    assert ("tile-changed", "Tile 0/0") in seen
    assert ("checkpoint-changed", f"Checkpoint over {sealed.size:,} entries in the database") in seen
    assert ("checkpoint-changed", f"Checkpoint over {sealed.size:,} entries in the copy outside the database") in seen


@pytest.mark.parametrize("column", ["kind", "actor_ref", "subject_type", "subject_id", "subject_key", "about"])
def test_a_column_beside_the_body_counts(column: str, sealed: Checkpoint, owner: Owner, found: Found) -> None:
    owner(f"UPDATE governance_entry SET {column} = 'other' WHERE seq = {MIDDLE}")
    assert ("tags-changed" if column == "about" else "entry-changed", f"Entry {MIDDLE}") in found()


def test_another_time_is_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    at = Entry.objects.get(seq=MIDDLE).at - timedelta(days=3)
    owner(f"UPDATE governance_entry SET at = %s WHERE seq = {MIDDLE}", values=(connection.ops.adapt_datetimefield_value(at),))
    assert {("entry-changed", f"Entry {MIDDLE}"), ("time-backwards", f"Entry {MIDDLE}")} <= set(found())


def test_a_deleted_entry_is_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    owner(f"DELETE FROM governance_entry WHERE seq = {MIDDLE}")
    seen = found()
    assert ("entry-missing", f"Entry {MIDDLE}") in seen and "entries-truncated" in kinds(seen)


def test_two_swapped_entries_are_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    owner(
        f"UPDATE governance_entry SET seq = 900000 WHERE seq = {MIDDLE}",
        f"UPDATE governance_entry SET seq = {MIDDLE} WHERE seq = {MIDDLE + 1}",
        f"UPDATE governance_entry SET seq = {MIDDLE + 1} WHERE seq = 900000",
    )
    seen = found()
    assert {("entry-changed", f"Entry {MIDDLE}"), ("entry-changed", f"Entry {MIDDLE + 1}")} <= set(seen)


def test_an_entry_put_in_at_the_end_is_named_as_foreign(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    columns = "seq, at, kind, actor_ref, subject_type, subject_id, subject_key, body, digest, about, mac"
    entry = Entry.objects.get(seq=sealed.size)
    body = entry.body.replace(f'"seq":{sealed.size}', f'"seq":{sealed.size + 1}')
    values = (entry.kind, entry.actor_ref, entry.subject_type, entry.subject_id, entry.subject_key, body)
    owner(
        f"INSERT INTO governance_entry ({columns}) SELECT {sealed.size + 1}, at, %s, %s, %s, %s, %s, %s, %s, about, mac "
        f"FROM governance_entry WHERE seq = {sealed.size}",
        values=(*values, digest.sha256(body.encode())),
    )
    assert found() == [("entry-foreign", f"Entry {sealed.size + 1}")]


def test_a_truncated_ledger_shows_against_every_older_checkpoint(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    older, left = sealed.note, sealed.size - 10
    owner(f"DELETE FROM governance_entry WHERE seq > {left}")
    assert kinds(found()) == {"entries-truncated"}
    # With the checkpoint gone as well, the copy outside the database still says so.
    owner(f"DELETE FROM governance_checkpoint WHERE size > {left}", "DELETE FROM governance_tile")
    assert found() == [("entries-truncated", f"Checkpoint over {sealed.size:,} entries in the copy outside the database")]
    # And with that gone, whoever kept an older checkpoint does.
    copies.path().unlink()
    assert found() == []
    given = f"Checkpoint over {sealed.size:,} entries in the checkpoint that was given"
    assert found(older=older) == [("entries-truncated", given)]


def test_a_ledger_that_grew_extends_an_older_checkpoint(sealed: Checkpoint, world: World) -> None:
    say(3, actor=world.ada)
    sealing.seal()
    report = look(older=sealed.note)
    assert report.holds and report.older == f"checkpoint over {sealed.size:,} entries"
    foreign = notes.Signer(tags.found().origin, Ed25519PrivateKey.generate())
    with pytest.raises(notes.BadNote):
        look(older=notes.sign(notes.checkpoint_text(foreign.name, 5, b"0" * 32), foreign))


def test_history_rewritten_and_signed_by_another_key_is_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    """Everything in the database is made anew to fit together; only the private key is not to be had."""
    body = Entry.objects.get(seq=MIDDLE).body.replace('"number":', '"number":9')
    owner(
        f"UPDATE governance_entry SET body = %s, digest = %s WHERE seq = {MIDDLE}",
        values=(body, digest.sha256(body.encode())),
    )
    leaves = list(reading.leaves(1, sealed.size))
    hashes, root = b"".join(leaves[:256]), merkle.root(leaves)
    mine = notes.Signer(tags.found().origin, Ed25519PrivateKey.generate())
    note = notes.sign(notes.checkpoint_text(mine.name, sealed.size, root), mine)
    owner("UPDATE governance_tile SET hashes = %s, root = %s", values=(hashes, merkle.root(leaves[:256])))
    owner("UPDATE governance_checkpoint SET root = %s, note = %s WHERE size = %s", values=(root.hex(), note, sealed.size))
    here = ("checkpoint-false", f"Checkpoint over {sealed.size:,} entries in the database")
    assert here in found()
    owner("UPDATE governance_ledgerkey SET vkey = %s", values=(mine.verifier.vkey,))
    seen = found()
    assert "key-unknown" in kinds(seen)
    assert ("checkpoint-changed", f"Checkpoint over {sealed.size:,} entries in the copy outside the database") in seen


def test_a_changed_and_a_removed_tile_are_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    owner("UPDATE governance_tile SET hashes = %s", values=(b"\x01" * 8192,))
    assert found() == [("tile-changed", "Tile 0/0")]
    owner("DELETE FROM governance_tile")
    assert found() == [("tile-missing", "Tile 0/0")]


def test_a_changed_checkpoint_and_a_removed_one_are_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    first = Checkpoint.objects.order_by("size")[0]
    what = f"Checkpoint over {first.size:,} entries"
    owner("UPDATE governance_checkpoint SET root = %s WHERE size = %s", values=("00" * 32, first.size))
    assert ("checkpoint-changed", f"{what} in the database") in found()
    owner(f"DELETE FROM governance_checkpoint WHERE size = {first.size}")
    assert found() == [("checkpoint-missing", what)]


def test_a_spoilt_line_of_the_copy_is_named(sealed: Checkpoint, found: Found) -> None:
    lines = copies.path().read_text().splitlines(keepends=True)
    told = json.loads(lines[1])
    copies.path().write_text(lines[0] + json.dumps(told | {"root": "00" * 32}) + "\nnonsense\n")
    seen = found()
    assert ("checkpoint-changed", f"Checkpoint over {sealed.size:,} entries in the copy outside the database") in seen
    assert ("checkpoint-changed", "Line 3 of the copy outside the database") in seen


def test_dropped_triggers_are_named(sealed: Checkpoint, found: Found) -> None:
    with connection.cursor() as cursor:
        table = " ON governance_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER plumbline_governance_entry_no_{'change' if table else 'update'}{table}")
    assert kinds(found()) == {"triggers-missing"}


def test_the_quick_look_sees_what_parsing_sees(sealed: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, whole = entries.Look(Report(sealed.sealed_at)), entries.Look(Report(sealed.sealed_at))
    monkeypatch.setattr(whole, "_quick", lambda row: (None, False))
    parsed = 0
    for batch in entries.stored(1, sealed.size):
        for row in batch:
            one, two = quick.at(row), whole.at(row)
            assert one[0] == two[0] == heads.head(row.seq, row.at[:10], row.about, row.digest)
            told = one[1] or entries.Told(row.seq, row.kind, [], {}, [])
            assert told == two[1]
            parsed += not quick._quick(row)[1]
    assert quick.report.count == whole.report.count == 0
    assert 0 < parsed < 60  # only those with personal parts


@pytest.mark.parametrize("key", ['a"b', "a\\b", "é", ',"subject":{"id":"', "\u2028", "{}[]"])
def test_odd_texts_in_columns_are_read_right(key: str, sealed: Checkpoint) -> None:
    row = next(iter(entries.stored(MIDDLE, MIDDLE)))[0]
    body = json.loads(row.body)
    body["subject"]["key"], body["payload"]["number"] = key, {"seq": 5, "subject": {"id": key}, "request": key, "rows": []}
    text = digest.canonical(body)
    odd = row._replace(key=key, body=text.decode(), digest=digest.sha256(text))
    report = Report(sealed.sealed_at)
    assert entries.Look(report).at(odd)[1] in (None, entries.Told(row.seq, row.kind, [], {}, []))
    assert report.count == 0
    entries.Look(report).at(odd._replace(key="other"))
    assert report.count == 1


def test_findings_are_counted_and_the_first_of_each_kind_held(sealed: Checkpoint) -> None:
    report = Report(sealed.sealed_at, known=frozenset())
    for number in range(1500):
        report.find("row-changed", f"Row {number}", "It was changed.", id=number)
    report.find("file-missing", "A file", "It is gone.")
    assert report.count == 1501 and len(report.findings) == 1001 and not report.holds
    again = Report(sealed.sealed_at, known=frozenset({report.findings[0].mark}))
    again.find("row-changed", "Row 0", "It was changed.", id=0)
    assert (again.count, again.accepted, again.problems, again.holds) == (1, 1, 0, True)
    assert again.plain_findings(5)[0]["accepted"] is True


def test_a_ledger_with_nothing_in_it_holds(db: Any, only_sqlite: None) -> None:
    report = look()
    assert report.size == 0 and [each.kind for each in report.findings if each.kind != "row-inserted"] == []

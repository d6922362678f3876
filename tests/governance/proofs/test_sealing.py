"""Entries are sealed under signed checkpoints: nothing that is not ours, nothing that contradicts what was signed."""

import json
import os
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from governance.core import digest
from governance.core.errors import Conflict, Denied, Invalid, Unavailable
from governance.ledger import appendonly, heads, tags
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.proofs import actions, copies, keys, merkle, notes, queries, reading, rotation, sealing, tiles
from governance.proofs.models import Checkpoint, LedgerKey, Tile


def told(world: Any, times: int = 1) -> int:
    for _ in range(times):
        people.create_team(f"Crew {reading.last()}", actor=world.ada)
    return reading.last()


def as_owner(sql: str, *values: Any) -> None:
    """Do what the owner of the database can: with the triggers out of the way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        appendonly.remove_all()
        cursor.execute(sql, values)
        appendonly.ensure_all()


def forge(seq: int, about: str = "") -> None:
    """Append an entry by SQL, as well as one can who has everything but the keys."""
    body = json.dumps({"seq": seq})
    columns = "seq, at, kind, actor_ref, subject_type, subject_id, subject_key, body, digest, about, mac"
    entry = Entry.objects.order_by("-seq")[0]
    values = (seq, entry.at, "team.changed", "p", "governance.team", "1", "", body, digest.sha256(body.encode()), about, "0" * 64)
    with connection.cursor() as cursor:
        adapted = [connection.ops.adapt_datetimefield_value(each) if each is entry.at else each for each in values]
        cursor.execute(f"INSERT INTO governance_entry ({columns}) VALUES ({', '.join(['%s'] * 11)})", adapted)


def test_all_that_happened_is_sealed_under_a_signed_checkpoint(world: Any) -> None:
    checkpoint = sealing.seal()
    assert checkpoint.size == reading.last() == Entry.objects.count()
    text, signed = notes.verify(checkpoint.note, keys.verifiers())
    head = notes.read_checkpoint(text)
    assert (head.origin, head.size, head.root) == (tags.found().origin, checkpoint.size, checkpoint.root_bytes)
    assert [each.name for each in signed] == [tags.found().origin]
    assert head.root == merkle.root(reading.leaves(1, checkpoint.size))


def test_sealing_again_changes_nothing_until_something_happens(world: Any) -> None:
    first = sealing.seal()
    assert sealing.seal() == first
    assert Checkpoint.objects.count() == 1
    told(world)
    assert sealing.seal().size == first.size + 1


def test_whoever_seals_second_takes_what_the_first_has_sealed(world: Any, monkeypatch: Any) -> None:
    sealing.seal()
    told(world)
    signers, others = keys.signers, []

    def meanwhile() -> list[notes.Signer]:
        monkeypatch.setattr(keys, "signers", signers)
        others.append(sealing.seal())
        return signers()

    monkeypatch.setattr(keys, "signers", meanwhile)
    assert sealing.seal() == others[0] == queries.latest()
    assert [each["size"] for each in copies.read()] == [each.size for each in Checkpoint.objects.order_by("size")]


def test_an_empty_ledger_has_nothing_to_seal(db: None) -> None:
    with pytest.raises(Conflict):
        sealing.seal()
    assert sealing.obstacle() == ""


def test_every_entry_is_proved_in_and_every_checkpoint_extends_the_ones_before(world: Any, monkeypatch: Any) -> None:
    """With tiles of four hashes, so that a small company fills three levels of them."""
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "HEIGHT", 2)
    monkeypatch.setattr(sealing, "WIDTH", 4)
    monkeypatch.setattr(sealing, "AT_ONCE", 11)
    sealing.seal()
    told(world, 3)
    newest = sealing.seal()
    assert set(Tile.objects.values_list("level", flat=True)) >= {0, 1, 2}
    every = list(Checkpoint.objects.order_by("size"))
    assert len(every) > 4
    leaves = list(queries.leaf_hashes(1, newest.size))
    assert leaves == list(reading.leaves(1, newest.size))
    assert list(queries.leaf_hashes(6, 13)) == leaves[5:13]
    for each in every:
        assert each.root_bytes == merkle.root(leaves[: each.size]) == queries.root(each.size)
        proof = queries.consistency(each.size, newest.size)
        merkle.verify_consistency(each.size, newest.size, each.root_bytes, newest.root_bytes, proof)
        seq = each.size // 2 + 1
        merkle.verify_inclusion(leaves[seq - 1], seq - 1, each.size, queries.inclusion(seq, each.size), each.root_bytes)


def test_an_entry_written_past_the_application_is_not_sealed_and_named(world: Any) -> None:
    good = told(world)
    forge(good + 1)
    told(world)
    with pytest.raises(sealing.NotSealed, match=f"Entry {good + 1} was not written by this installation"):
        sealing.seal()
    assert queries.sealed_size() == reading.last() - 2 or queries.sealed_size() == good
    assert f"Entry {good + 1}" in sealing.obstacle() or f"Entry {good + 1:,}" in sealing.obstacle()


def test_an_administrator_accepts_it_with_a_reason_and_only_as_it_stands(world: Any) -> None:
    bad = told(world) + 1
    forge(bad)
    with pytest.raises(Denied):
        actions.accept(bad, bad, actor=world.rosa, reason="It is fine.")
    with pytest.raises(Invalid):
        actions.accept(bad, bad, actor=world.ada, reason=" ")
    with pytest.raises(Invalid):
        actions.accept(bad, bad + 9, actor=world.ada, reason="All of them.")
    actions.accept(bad, bad, actor=world.ada, reason="Written by the old release during the upgrade.")
    assert Entry.objects.get(kind="ledger.accepted").subject_id == str(bad)
    as_owner("UPDATE governance_entry SET about = %s WHERE seq = %s", "0" * 32, bad)
    with pytest.raises(sealing.NotSealed):
        sealing.seal()
    as_owner("UPDATE governance_entry SET about = '' WHERE seq = %s", bad)
    assert sealing.seal().size == reading.last()
    assert sealing.obstacle() == ""


def test_an_acceptance_that_is_forged_itself_accepts_nothing(world: Any) -> None:
    bad = told(world) + 1
    forge(bad)
    actions.accept(bad, bad, actor=world.ada, reason="Not really.")
    as_owner("UPDATE governance_entry SET mac = %s WHERE kind = 'ledger.accepted'", "0" * 64)
    with pytest.raises(sealing.NotSealed):
        sealing.seal()


def test_an_entry_that_is_gone_before_it_was_sealed_is_named(world: Any) -> None:
    gone = told(world)
    told(world)
    as_owner("DELETE FROM governance_entry WHERE seq = %s", gone)
    with pytest.raises(sealing.NotSealed, match="is missing"):
        sealing.seal()
    assert queries.sealed_size() == gone - 1


def test_a_body_that_was_changed_before_it_was_sealed_is_named(world: Any) -> None:
    seq = told(world)
    as_owner("UPDATE governance_entry SET body = '{}' WHERE seq = %s", seq)
    with pytest.raises(sealing.NotSealed, match="does not have the hash"):
        sealing.seal()


def test_nothing_is_signed_that_contradicts_the_last_checkpoint(world: Any) -> None:
    sealing.seal()
    about = tags.tag("governance.team", 99)
    as_owner("UPDATE governance_entry SET about = %s WHERE seq = 3", about)
    entry = Entry.objects.get(pk=3)
    head = heads.head(3, entry.at.date().isoformat(), about, entry.digest)
    as_owner("UPDATE governance_entry SET mac = %s WHERE seq = 3", heads.mac(head))  # even with the code made anew
    told(world)
    with pytest.raises(sealing.NotSealed, match="not what was sealed"):
        sealing.seal()
    assert "verify_ledger" in sealing.obstacle()


def test_the_key_lies_in_a_file_that_only_its_owner_reads(world: Any) -> None:
    sealing.seal()
    key = LedgerKey.objects.get()
    path = keys.path_of(key.key)
    assert path.parent == settings.KEYS and os.stat(path).st_mode & 0o777 == 0o600
    assert Entry.objects.get(kind="ledger.key_made").subject_id == str(key.pk)
    assert b"PRIVATE" in path.read_bytes() and key.vkey not in path.read_text()
    assert keys.published() == [{"vkey": key.vkey, "from_size": 1, "until_size": None}]


@pytest.mark.parametrize("spoilt", ["missing", "garbage", "another"])
def test_without_its_key_nothing_is_sealed_and_health_says_so(world: Any, spoilt: str) -> None:
    sealing.seal()
    path = keys.path_of(LedgerKey.objects.get().key)
    if spoilt == "missing":
        path.unlink()
    elif spoilt == "garbage":
        path.write_text("-----BEGIN PRIVATE KEY-----")
    else:
        other = keys.make()
        keys.path_of(other.verifier.key_id.hex()).rename(path)
    told(world)
    with pytest.raises(Unavailable, match="key"):
        sealing.seal()
    assert "key" in sealing.obstacle()


def test_a_key_is_replaced_by_a_checkpoint_that_both_sign(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    before = sealing.seal()
    old = LedgerKey.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        new = rotation.rotate(actor=world.ada, reason="Yearly.")
    old.refresh_from_db()
    both = queries.get(old.until_size)
    assert [each.vkey for each in notes.verify(both.note, keys.verifiers())[1]] == [old.vkey, new.vkey]
    announced = Entry.objects.get(kind="ledger.key_announced")
    assert announced.seq <= both.size and json.loads(announced.body)["payload"]["before"] == old.key
    assert not keys.path_of(old.key).exists() and keys.path_of(new.key).exists()
    after = rotation.keep_up()
    assert [each.vkey for each in notes.verify(after.note, keys.verifiers())[1]] == [new.vkey]
    assert after.size > both.size > before.size
    assert [(each["from_size"], each["until_size"]) for each in keys.published()] == [(1, both.size), (announced.seq, None)]
    notes.verify(before.note, keys.verifiers())


def test_only_administrators_replace_the_key_and_say_why(world: Any) -> None:
    sealing.seal()
    with pytest.raises(Denied):
        rotation.rotate(actor=world.rosa, reason="I wish to.")
    with pytest.raises(Invalid):
        rotation.rotate(actor=world.ada, reason="")
    assert LedgerKey.objects.count() == 1


def test_a_replacement_that_was_interrupted_goes_on_with_the_next_sealing(world: Any) -> None:
    sealing.seal()
    new = actions.announce_key(actor=world.ada, reason="Yearly.")
    with pytest.raises(Conflict, match="already"):
        actions.announce_key(actor=world.ada, reason="Again.")
    rotation.keep_up()
    assert keys.current() == [new]


def test_a_lost_key_is_replaced_and_its_span_ends_where_it_last_signed(world: Any) -> None:
    last = sealing.seal()
    old = LedgerKey.objects.get()
    keys.path_of(old.key).unlink()
    new = rotation.rotate(actor=world.ada, reason="The disk died; the key was in no backup.")
    old.refresh_from_db()
    assert (old.until_size, keys.current()) == (last.size, [new])
    assert sealing.seal().size == reading.last()


def test_every_checkpoint_is_copied_to_a_file_outside_the_database(world: Any) -> None:
    first = sealing.seal()
    told(world)
    second = sealing.seal()
    assert [each["note"] for each in copies.read()] == [first.note, second.note]
    with copies.path().open("a") as file:
        file.write('{"size": 9')  # the machine died here
    assert copies.catch_up() == 0
    told(world)
    third = sealing.seal()
    assert [each.get("size") for each in copies.read()] == [first.size, second.size, None, third.size]
    copies.path().unlink()
    assert copies.catch_up() == 3


def test_entries_about_a_thing_are_found_by_its_tags_alone(world: Any) -> None:
    team = world.team("claims")
    people.change_team(team, actor=world.ada, changes={"lead": world.sam})
    size = sealing.seal().size
    found = list(queries.entries_about({tags.tag("governance.team", team.pk)}, 1, size))
    assert found[-1].kind == "team.changed"
    assert [each.seq for each in found] == sorted(each.seq for each in found)
    body = [json.loads(each.body) for each in found]
    mine = ["governance.team", str(team.pk)]
    assert all(
        [each["subject"]["type"], each["subject"]["id"]] == mine or mine in each["touches"] + each["within"] for each in body
    )
    day = found[-1].at.date()
    assert queries.span(day, day)[1] == size

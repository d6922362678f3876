"""What an entry concerns is committed when it is written, blinded, under a time that never runs backwards."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from governance.core import clock, digest
from governance.ledger import check, heads, queries, tags, transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry, LedgerIdentity
from governance.people import actions
from governance.people.models import User

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


@action
def move(person: User, *, actor: Any, team: Any) -> User:
    return transitions.change(person, actor=actor, kind="person.changed", changes={"team": team})


def head_of(entry: Entry) -> bytes:
    return heads.head(entry.seq, entry.at.astimezone(UTC).date().isoformat(), entry.about, entry.digest)


def newest() -> Entry:
    found = queries.head()
    assert found is not None
    return found


def test_an_entry_carries_the_tags_of_its_subject_of_what_it_touches_and_of_what_it_lies_within(world: Any) -> None:
    actions.change_team(world.team("platform"), actor=world.ada, changes={"lead": world.daniel})
    entry, body = newest(), json.loads(newest().body)
    assert body["v"] == 2
    assert body["within"] == [["governance.team", str(world.team("engineering").pk)]]
    things = [tuple(body["subject"][name] for name in ("type", "id")), *map(tuple, body["touches"]), *map(tuple, body["within"])]
    assert entry.about == " ".join(sorted({tags.tag(*thing) for thing in things}))
    assert all(each.ok for each in check.entry(entry))


def test_what_moves_concerns_both_where_it_was_and_where_it_is(world: Any) -> None:
    before, after = world.team("claims"), world.team("legal")
    move(world.noor, actor=world.ada, team=after)
    for team in (before, after):
        assert tags.tag("governance.team", team.pk) in newest().about.split()


def test_a_tag_is_what_a_stranger_computes_from_the_salt(world: Any) -> None:
    salt = bytes.fromhex(tags.salt("governance.team", 7))
    assert hashlib.sha256(salt + b"governance.team:7").digest()[:16].hex() == tags.tag("governance.team", "7")
    assert tags.tag("governance.team", 8) != tags.tag("governance.team", 7)


@given(st.integers(1, 2**53 - 1), st.dates(), st.lists(st.text("0123456789abcdef", min_size=32, max_size=32)), HEX)
def test_a_head_is_canonical_json(seq: int, day: Any, about: list[str], body: str) -> None:
    made = heads.head(seq, day.isoformat(), " ".join(about), body)
    assert made == digest.canonical({"v": 2, "seq": seq, "day": day.isoformat(), "body": body, "about": about})


def test_every_entry_bears_a_code_that_only_this_installation_can_make(world: Any, settings: Any) -> None:
    entries = list(Entry.objects.all())
    assert all(heads.is_own(head_of(entry), entry.mac) for entry in entries)
    settings.LEDGER_MAC = "the secret of somebody else"
    assert not any(heads.is_own(head_of(entry), entry.mac) for entry in entries)


def test_a_changed_tag_shows(world: Any) -> None:
    entry = newest()
    entry.about = tags.tag("governance.team", 1)
    assert [each.what for each in check.entry(entry) if not each.ok] == ["Its tags name what its body says it concerns"]


def test_time_never_runs_backwards_in_the_ledger(world: Any) -> None:
    later = clock.now() + timedelta(days=2)
    with clock.telling(later):
        actions.create_team("Actuaries", actor=world.ada)
    actions.create_team("Archive", actor=world.ada)
    assert newest().at == later
    assert json.loads(newest().body)["at"] == digest.plain(later)
    assert clock.now() < later


def test_a_log_has_one_identity_and_keeps_it(world: Any) -> None:
    identity = LedgerIdentity.objects.get()
    assert identity == tags.found() and identity.blinding == tags.blinding()
    assert "/ledger/" in identity.origin and not set(" +\n") & set(identity.origin)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_ledgeridentity SET blinding = 'mine'")


def test_an_older_release_can_go_on_writing(world: Any) -> None:
    """Between two releases: its statement names neither tags nor code, and sealing will ask about such an entry."""
    sql = (
        "INSERT INTO governance_entry (seq, at, kind, actor_ref, subject_type, subject_id, subject_key, body, digest)"
        " VALUES (%s, %s, 'team.changed', 'p', 'governance.team', '1', '', '{}', 'x')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [newest().seq + 1, connection.ops.adapt_datetimefield_value(datetime.now(UTC))])
    assert (newest().about, newest().mac) == ("", "")

"""What happened cannot be rewritten: by code, by SQL, by an administrator without the triggers (that one shows)."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core.errors import Invalid, OutsideAction, StaleState
from governance.ledger import appendonly, check, kinds, letgo, queries, transitions
from governance.ledger.journal import action, record
from governance.ledger.models import Entry, PersonalPayload
from governance.people.models import Team, User


@action
def rename(team: Team, *, actor: Any, name: str, reason: str = "", expected_version: int | None = None) -> Team:
    return transitions.change(
        team,
        actor=actor,
        kind="team.changed",
        changes={"name": name},
        payload={"name": name},
        reason=reason,
        expected_version=expected_version,
    )


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def settle() -> None:
    """Let PostgreSQL check the test's own rows now, so that no pending check stands in a statement's way."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_trigger_is_there(db: None) -> None:
    assert appendonly.missing() == set()


@pytest.mark.parametrize("table", sorted(model._meta.db_table for model in appendonly.protected_models()))
def test_each_protected_table_refuses_truncate(world: Any, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; DELETE is refused row by row")
    settle()
    refused(f"TRUNCATE {table} CASCADE")


def test_history_refuses_update_delete_and_replace(world: Any) -> None:
    row = world.team("claims").history.first()
    table, columns = row._meta.db_table, ", ".join(f.column for f in row._meta.concrete_fields)
    refused(f"UPDATE {table} SET name = 'x' WHERE history_id = %s", row.pk)
    refused(f"DELETE FROM {table} WHERE history_id = %s", row.pk)
    if connection.vendor == "sqlite":
        refused(f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE history_id = %s", row.pk)


def test_entries_refuse_update_delete_and_gaps(world: Any) -> None:
    refused("UPDATE governance_entry SET body = '{}' WHERE seq = 1")
    refused("DELETE FROM governance_entry WHERE seq = 1")
    last = queries.head()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(seq=last.seq + 2, at=last.at, kind="team.changed", actor_ref="p", subject_type="t", subject_id="1")


def test_governed_rows_are_written_by_actions_only(world: Any) -> None:
    team = world.team("claims")
    team.name = "Other"
    with pytest.raises(OutsideAction):
        team.save()
    with pytest.raises(OutsideAction):
        team.delete()


def test_a_stale_version_is_refused_and_leaves_nothing(world: Any) -> None:
    team, seen = world.team("claims"), world.team("claims")
    rename(team, actor=world.ada, name="Claims desk")
    entries, history = Entry.objects.count(), team.history.count()
    with pytest.raises(StaleState):
        rename(seen, actor=world.rosa, name="Claims office")
    with pytest.raises(StaleState):
        rename(Team.objects.get(pk=team.pk), actor=world.rosa, name="Claims office", expected_version=seen.version)
    assert (Entry.objects.count(), team.history.count()) == (entries, history)
    assert Team.objects.get(pk=team.pk).name == "Claims desk"


def test_bad_fields_are_named(world: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        rename(world.team("claims"), actor=world.ada, name="Cla\x00ims")
    assert "name" in refusal.value.fields


def test_unknown_kinds_and_fields_are_errors(world: Any) -> None:
    @action
    def odd(*, actor: Any, kind: str, payload: dict[str, Any]) -> None:
        record(kind, actor=actor, subject=world.team("claims"), payload=payload)

    with pytest.raises(LookupError):
        odd(actor=world.ada, kind="team.exploded", payload={})
    with pytest.raises(LookupError):
        odd(actor=world.ada, kind="team.changed", payload={"secret": 1})


def test_an_action_that_tells_nothing_is_an_error(world: Any) -> None:
    @action
    def silent(*, actor: Any) -> None:
        pass

    with pytest.raises(RuntimeError, match="told the ledger nothing"):
        silent(actor=world.ada)


def test_activity_reads_as_sentences_with_differences(world: Any) -> None:
    team = rename(world.team("claims"), actor=world.ada, name="Claims desk", reason="Clearer")
    line = queries.activity(team)[0]
    assert (line.actor_name, line.reason) == ("Ada Holm", "Clearer")
    assert line.sentence == "changed team Claims desk"
    assert [(each.label, each.before, each.after) for each in line.changes] == [("Name", "Claims", "Claims desk")]


def test_activity_costs_the_same_for_one_line_and_many(world: Any, django_assert_max_num_queries: Any) -> None:
    team = world.team("claims")
    for turn in range(8):
        team = rename(team, actor=world.ada, name=f"Claims {turn}")
    with django_assert_max_num_queries(9):
        assert len(queries.activity(team)) >= 8


def test_every_entry_of_the_company_holds(world: Any) -> None:
    broken = [(entry.seq, each) for entry in Entry.objects.all() for each in check.entry(entry) if not each.ok]
    assert broken == []


@action
def erase_parts(entry: Entry, person: User, *, actor: Any) -> None:
    letgo.forget_parts(PersonalPayload.objects.filter(entry=entry), cause="ER-1")
    record("person.erased", actor=actor, subject=person)


def _without_parts(entry: Entry) -> list[check.Finding]:
    with transaction.atomic():
        PersonalPayload.objects.filter(entry=entry).delete()
        found = check.entry(entry)
        transaction.set_rollback(True)
    return found


def test_an_erased_person_breaks_nothing(world: Any) -> None:
    joined = Entry.objects.filter(kind="person.joined").exclude(personal_payloads=None).last()
    subject = User.objects.get(pk=joined.subject_id)
    assert sum(not each.ok for each in _without_parts(joined)) == 2
    erase_parts(joined, subject, actor=world.ada)
    assert all(each.ok for each in check.entry(joined))
    assert "(erased)" not in queries.lines([joined])[0].sentence


def test_tampering_without_triggers_is_found(world: Any) -> None:
    team = rename(world.team("claims"), actor=world.ada, name="Claims desk")
    settle()
    appendonly.remove_all()
    row = team.history.first()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET name = 'Forged' WHERE history_id = %s", [row.pk])
    appendonly.ensure_all()
    entry = Entry.objects.order_by("-seq").first()
    assert json.loads(entry.body)["history"][0]["id"] == row.pk
    assert [each.detail for each in check.entry(entry) if not each.ok] == ["The row was changed after it was written."]


def test_a_sentence_cannot_use_what_its_payload_lacks() -> None:
    with pytest.raises(ValueError, match="does not carry"):
        kinds.EventKind("x.y", "did {what}")

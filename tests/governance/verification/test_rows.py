"""With SQL as the database's owner, triggers off: every row that was changed, removed, inserted or exchanged is named."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models

from governance.ledger import appendonly, journal, letgo
from governance.ledger.check import is_history, name_of
from governance.ledger.journal import action
from governance.ledger.models import PersonalPayload
from governance.people import actions as people
from governance.people.models import Team
from governance.policy.models import PolicyVersion
from governance.proofs.models import Checkpoint
from governance.verification import rows
from tests.governance.verification.conftest import look, the_one
from tests.world import World

Owner, Found = Callable[..., None], Callable[..., list[tuple[str, str]]]
HISTORY = Team.history.model


def test_a_ledger_nobody_touched_holds(sealed: Checkpoint) -> None:
    steps: list[tuple[int, int, str]] = []
    report = look(progress=lambda *step: steps.append(step))
    assert report.findings == [] and report.holds
    assert (report.size, report.root, report.checkpoints) == (sealed.size, sealed.root, 2)
    assert report.rows > 50 and report.parts > 0
    assert steps[0] == (sealed.size, sealed.size, "Entries") and steps[-1][2]


def test_a_changed_history_row_is_named(sealed: Checkpoint, owner: Owner) -> None:
    row = HISTORY.objects.get(name="Late shift")
    owner(f"UPDATE governance_historicalteam SET name = 'Day shift' WHERE history_id = {row.pk}")
    [finding] = look().findings
    assert (finding.kind, finding.what) == ("row-changed", f"History row {row.pk} of team")
    assert finding.model == "governance.historicalteam" and finding.id == row.pk and finding.seq > 0


def test_a_removed_history_row_is_named(sealed: Checkpoint, owner: Owner) -> None:
    row = HISTORY.objects.get(name="Late shift")
    owner(f"DELETE FROM governance_historicalteam WHERE history_id = {row.pk}")
    finding = the_one(look(), "row-removed")
    assert finding.what == f"History row {row.pk} of team" and "nothing says why" in finding.said


def test_an_inserted_history_row_is_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    names = ", ".join(f.column for f in HISTORY._meta.concrete_fields if not f.primary_key)
    row = HISTORY.objects.get(name="Late shift")
    table = "governance_historicalteam"
    owner(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE history_id = {row.pk}")
    newest = HISTORY.objects.order_by("-history_id")[0]
    assert found() == [("row-inserted", f"History row {newest.pk} of team")]


def test_two_rows_that_were_exchanged_are_named(sealed: Checkpoint, owner: Owner, found: Found) -> None:
    one, two = HISTORY.objects.get(name="Night shift").pk, HISTORY.objects.get(name="Late shift").pk
    owner(
        f"UPDATE governance_historicalteam SET history_id = 900000 WHERE history_id = {one}",
        f"UPDATE governance_historicalteam SET history_id = {one} WHERE history_id = {two}",
        f"UPDATE governance_historicalteam SET history_id = {two} WHERE history_id = 900000",
    )
    assert found() == [("rows-exchanged", f"History row {each} of team") for each in (one, two)]


def test_any_column_of_any_bound_table_counts(sealed: Checkpoint, owner: Owner) -> None:
    """In each table that holds something, one column after the other of one row; all of them are found in one walk."""
    expected, statements = set(), []
    for model in appendonly.bound_models():
        row = model._base_manager.order_by("-pk").first()
        column = next((f for f in model._meta.concrete_fields if _is_text(f)), None)
        if row is None or column is None:
            continue
        q, key = connection.ops.quote_name, model._meta.pk
        statements.append(f"UPDATE {q(model._meta.db_table)} SET {q(column.column)} = 'zz' WHERE {q(key.column)} = {row.pk}")
        expected.add((model._meta.label_lower, row.pk))
    owner(*statements)
    report = look()
    assert {(each.model, each.id) for each in report.findings if each.kind == "row-changed"} == expected
    assert len(expected) >= 5


def _is_text(column: Any) -> bool:
    kind = column.get_internal_type()
    return kind in {"CharField", "TextField"} and not column.unique and not column.choices and column.max_length != 1


def test_a_changed_policy_is_named_with_the_entry_that_binds_it(sealed: Checkpoint, owner: Owner) -> None:
    version = PolicyVersion.objects.order_by("-number")[0]
    owner(f"UPDATE governance_policyversion SET summary = 'As agreed.' WHERE id = {version.pk}")
    finding = the_one(look(), "row-changed")
    assert finding.what == f"Row {version.pk} of policy version" and f"Entry {finding.seq:,} binds" in finding.said


def test_what_was_let_go_is_explained_and_a_note_put_in_by_hand_is_not(sealed: Checkpoint, owner: Owner, world: World) -> None:
    row = HISTORY.objects.get(name="Late shift")

    @action
    def let_go(*, actor: Any) -> None:
        letgo.let_go("governance.historicalteam", [row.pk], because="retention", cause="teams")
        journal.record("test.said", actor=actor, subject=actor, payload={"number": 1})

    let_go(actor=world.ada)
    owner(f"DELETE FROM governance_historicalteam WHERE history_id = {row.pk}")
    report = look()
    assert report.findings == [] and report.gone == 1
    other = HISTORY.objects.get(name="Night shift")
    owner(
        f"UPDATE governance_letgo SET first_id = {other.pk} WHERE first_id = {row.pk}",
        f"DELETE FROM governance_historicalteam WHERE history_id = {other.pk}",
    )
    assert {each.kind for each in look().findings} >= {"row-changed"}


def test_personal_parts_are_held_to_their_salted_digests(sealed: Checkpoint, owner: Owner, world: World) -> None:
    part = PersonalPayload.objects.get(name="words")
    PersonalPayload.objects.filter(pk=part.pk).update(value="It was Ben.")
    assert the_one(look(), "part-changed").what == f"Personal part “words” of entry {part.entry_id}"

    @action
    def erase(*, actor: Any) -> None:
        letgo.forget_parts(PersonalPayload.objects.filter(pk=part.pk), cause="ER-1")
        journal.record("test.said", actor=actor, subject=actor, payload={"number": 1})

    erase(actor=world.ada)
    report = look()
    assert report.findings == [] and report.gone == 1
    PersonalPayload.objects.create(entry_id=part.entry_id, name="more", salt="00", value="x")
    assert the_one(look(), "part-inserted").what.startswith("Personal part “more”")
    PersonalPayload.objects.filter(name="more").delete()
    PersonalPayload.objects.all().delete()
    assert {each.kind for each in look().findings} == {"part-removed"}


def test_mentions_are_held_to_the_body(sealed: Checkpoint, owner: Owner, world: World) -> None:
    owner(f"UPDATE governance_mention SET subject_id = '{world.ada.pk}' WHERE subject_type = 'governance.team'")
    assert {each.kind for each in look().findings} == {"mention-changed"}


def test_what_is_written_while_the_walk_goes_on_is_not_taken_for_an_insertion(sealed: Checkpoint, world: World) -> None:
    written: list[Any] = []

    def meanwhile(done: int, total: int, label: str) -> None:
        if label == "team" and not written:
            written.append(people.create_team("Meanwhile", actor=world.ada))

    assert look(progress=meanwhile).findings == [] and written


def test_ids_take_a_bit_each() -> None:
    known = rows.IdSet()
    assert [known.add(each) for each in (1, 70_000, 1, 10**9)] == [True, True, False, True]
    assert 70_000 in known and 70_001 not in known and 10**9 in known and 5 not in known and known.count == 3


@pytest.mark.parametrize("model", [each for each in appendonly.bound_models() if is_history(each)][:3])
def test_history_is_called_by_what_it_is_the_history_of(model: type[models.Model]) -> None:
    assert "historical" not in name_of(model)

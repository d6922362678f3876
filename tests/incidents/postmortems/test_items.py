"""Action items are tracked until somebody else has verified them; cases asked for, until their first run."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from incidents.cases.models import Incident
from incidents.postmortems import actions, following, queries
from incidents.postmortems.models import ActionItem, EvalCaseRequest
from registry.evals import actions as evals
from registry.evals.formats import Case, Report
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface


def in_days(days: int) -> Any:
    return clock.today() + timedelta(days=days)


@pytest.fixture
def item(world: Any, resolved: Incident) -> ActionItem:
    return actions.add_item(resolved, actor=world.noor, what="Check the dates of an index", owner=world.sam, due_on=in_days(5))


def test_an_item_goes_from_open_to_verified_by_another(world: Any, item: ActionItem) -> None:
    with pytest.raises(Invalid):
        actions.finish_item(item, actor=world.sam, note=" ")
    with pytest.raises(Denied):
        actions.finish_item(item, actor=world.ben, note="Done.")
    done = actions.finish_item(item, actor=world.sam, note="C-12 is in force.", expected_version=1)
    with pytest.raises(Denied, match="does not verify"):
        actions.verify_item(done, actor=world.sam)
    with pytest.raises(StaleState):
        actions.finish_item(item, actor=world.sam, note="Again.")
    verified = actions.verify_item(done, actor=world.noor, note="Tried it.")
    assert (verified.state, verified.verified_by) == ("verified", world.noor)
    told = Entry.objects.filter(subject_type="incidents.actionitem").order_by("seq").values_list("kind", flat=True)
    assert list(told) == ["action_item.added", "action_item.done", "action_item.verified"]


def test_the_database_lets_nobody_verify_their_own(world: Any, item: ActionItem) -> None:
    done = actions.finish_item(item, actor=world.noor, note="Done for Sam.")
    for person in (world.sam, world.noor):
        statement = "UPDATE incidents_actionitem SET state='verified', verified_at=done_at, verified_by_id=%s WHERE id=%s"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [person.pk, done.pk])


def test_what_is_not_done_is_given_back(world: Any, item: ActionItem) -> None:
    done = actions.finish_item(item, actor=world.sam, note="Done.")
    with pytest.raises(Invalid):
        actions.give_back_item(done, actor=world.noor, reason="")
    back = actions.give_back_item(done, actor=world.noor, reason="It still takes old indexes.")
    assert (back.state, back.done_by, back.done_note) == ("open", None, "")


def test_a_later_day_needs_a_reason_and_a_dropped_item_too(world: Any, item: ActionItem) -> None:
    with pytest.raises(Invalid, match="later day"):
        actions.change_item(item, actor=world.sam, due_on=in_days(9))
    moved = actions.change_item(item, actor=world.sam, due_on=in_days(9), reason="The vendor answers late.")
    assert moved.due_on == in_days(9)
    with pytest.raises(Denied):
        actions.drop_item(moved, actor=world.sam, reason="Too hard.")
    with pytest.raises(Invalid):
        actions.drop_item(moved, actor=world.noor, reason="")
    dropped = actions.drop_item(moved, actor=world.noor, reason="The index is gone.")
    with pytest.raises(StaleState):
        actions.drop_item(dropped, actor=world.noor, reason="Again.")


def test_input_that_cannot_be_kept_is_refused_by_field(world: Any, resolved: Incident) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_item(resolved, actor=world.noor, what=" ", owner=world.bot, due_on=in_days(-1))
    assert set(refused.value.fields) == {"what", "owner", "due_on"}
    with pytest.raises(Denied):
        actions.add_item(resolved, actor=world.aud, what="Look", owner=world.noor, due_on=in_days(1))


def test_an_item_points_at_what_changes(world: Any, item: ActionItem, suite: EvalSuite) -> None:
    for kind, key in (("control", "rate_limits"), ("suite", suite.key), ("lever", item.incident.surface.key)):
        item = actions.point_item(item, actor=world.sam, target_type=kind, target_id=key)
        assert (item.target_type, item.target_id) == (kind, key)
        assert item.target_label
    for kind, key in (("change", "C-9999"), ("control", "no_such"), ("moon", "1")):
        with pytest.raises(Invalid) as refused:
            actions.point_item(item, actor=world.sam, target_type=kind, target_id=key)
        assert refused.value.fields
    assert actions.point_item(item, actor=world.sam, target_type="", target_id="").target_type == ""


def test_what_is_late_is_told_once_for_each_day_it_was_due(world: Any, item: ActionItem, freeze: Any) -> None:
    freeze(clock.now() + timedelta(days=6))
    assert queries.overdue(clock.today()).get() == item
    assert following.look_at_items(None, lambda *said: None) == {"told": 1}
    assert following.look_at_items(None, lambda *said: None) == {"told": 0}
    entry = Entry.objects.get(kind="action_item.overdue")
    body = {"payload": {"owner": world.sam.ref, "what": item.what, "due_on": str(item.due_on)}}
    assert {person.pk for person in following._leaders(entry, body)} == {world.sam.pk, world.ingrid.pk}


def test_those_concerned_are_told(world: Any, item: ActionItem, approved: Any) -> None:
    actions.finish_item(item, actor=world.sam, note="Done.")
    actions.give_back_item(item, actor=world.noor, reason="Not yet.")
    notifications.follow(lambda *said: None)
    told = set(Notice.objects.values_list("person__name", "text"))
    assert ("Sam Carter", f"You are to do by {item.due_on}: {item.what}") in told
    assert ("Noor Haddad", f"Done, to be verified: {item.what}") in told
    assert ("Sam Carter", f"Given back as not done: {item.what}") in told
    assert ("Noor Haddad", f"The postmortem of {item.incident.key} is approved") in told


def run_with(surface: Surface, suite: EvalSuite, actor: Any, name: str, outcome: str, mark: str) -> Any:
    report = Report(format="plumbline", digest=mark * 64, cases=(Case(name, outcome),), models=("meridian",), prompts={})
    return evals.record_run(surface, actor=actor, suite=suite, report=report)


def ask(world: Any, incident: Incident, suite: EvalSuite, name: str = "copay of this year") -> EvalCaseRequest:
    said = "What is my copay?"
    return actions.ask_for_case(incident, actor=world.noor, suite=suite, name=name, words=said, expected="40 euros.")


def test_a_case_shows_its_first_run_in_ci(
    world: Any, resolved: Incident, suite: EvalSuite, django_capture_on_commit_callbacks: Any
) -> None:
    asked = ask(world, resolved, suite)
    with pytest.raises(StaleState):
        actions.case_ran(asked, actor=world.system)
    with django_capture_on_commit_callbacks(execute=True):
        run = run_with(resolved.surface, suite, world.noor, asked.name, "fail", "a")
    asked.refresh_from_db()
    assert (asked.first_run, asked.first_outcome) == (run, "fail")
    run_with(resolved.surface, suite, world.noor, asked.name, "pass", "b")
    assert following.look_at_cases(None, None) == {"seen": 0}
    with pytest.raises(StaleState, match="has run"):
        actions.change_case(asked, actor=world.noor, words="Other", expected="Other")


def test_a_case_has_a_name_of_its_own_and_no_secret(world: Any, resolved: Incident, suite: EvalSuite) -> None:
    run_with(resolved.surface, suite, world.noor, "known case", "pass", "c")
    with pytest.raises(Conflict, match="has a case of this name"):
        ask(world, resolved, suite, "known case")
    asked = ask(world, resolved, suite)
    with pytest.raises(Conflict, match="asked for"):
        ask(world, resolved, suite)
    with pytest.raises(Denied):
        actions.change_case(asked, actor=world.aud, words="x", expected="y")
    with pytest.raises(Invalid):
        actions.change_case(asked, actor=world.noor, words="key sk-ant-api03-" + "a" * 95, expected="y")

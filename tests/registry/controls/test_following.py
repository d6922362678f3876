"""Kept results follow what they rest on: at once for a few, by the ledger's tail for the rest, by the clock otherwise."""

from datetime import timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import jobs
from governance.core.models import Job
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.changes import actions as changes
from registry.controls import actions, following
from registry.controls.models import ControlResult, ControlsState, Status
from registry.evidence import actions as evidence
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.daniel)
    return make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)


def silent(*said: Any) -> None:
    """Nobody watches."""


def status(surface: Surface, control: str) -> str:
    return ControlResult.objects.get(surface=surface, control=control).status


def test_a_first_look_keeps_a_result_for_each_control_and_tells_the_ledger_of_no_turn(surface):
    done = actions.evaluate([surface])
    assert (done.surfaces, done.turned) == (1, 0)
    assert done.written == ControlResult.objects.filter(surface=surface).count() > 15
    state = ControlsState.objects.get(surface=surface)
    assert state.demanded == state.met + state.unmet and state.unmet_blocking > 3
    assert not Entry.objects.filter(kind="control.turned").exists()


def test_a_second_look_writes_nothing(surface):
    actions.evaluate([surface])
    assert actions.evaluate([surface]).written == 0


def test_what_turns_is_told_to_the_ledger_with_the_reason_apart(world, surface):
    actions.evaluate([surface])
    people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert actions.evaluate([surface]).turned == 1
    assert status(surface, "owner_active") == Status.NOT_MET
    entry = Entry.objects.get(kind="control.turned")
    assert '["owner_active","met","not_met"]' in entry.body and "Noor" not in entry.body
    assert "Noor Haddad has left" in entry.personal_payloads.get().value


def test_the_tail_finds_what_an_entry_touched(world, surface):
    following.follow(silent)
    surfaces.assign_owner(surface, actor=world.rosa, owner=world.ben, reason="Moved.")
    assert "Noor" in ControlResult.objects.get(surface=surface, control="owner_active").why
    following.follow(silent)
    assert "Ben" in ControlResult.objects.get(surface=surface, control="owner_active").why
    assert following.follow(silent)["surfaces"] == 0


def test_who_leaves_touches_everything_that_rests_on_them(world, surface):
    following.follow(silent)
    people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert following.follow(silent)["turned"] == 1


def test_a_surface_that_is_retired_keeps_no_results(world, surface):
    actions.evaluate([surface])
    changes.retire(surface, actor=world.noor, reason="Replaced.")
    following.follow(silent)
    assert not ControlResult.objects.filter(surface=surface).exists()


def test_what_time_turned_is_due(surface):
    actions.evaluate([surface])
    state = ControlsState.objects.get(surface=surface)
    ControlsState.objects.filter(pk=state.pk).update(turns_at=state.checked_at - timedelta(minutes=1))
    assert following.due() == {surface.pk}


@pytest.fixture
def live(world: Any) -> Surface:
    """A surface of tier 0 with a revision in force, looked at once."""
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=0)
    change = changes.propose(
        surface, actor=world.noor, title="First", why="In use.", contract=contract_for(world.noor), record=RECORD
    )
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.request.subject_digest)
    surface.refresh_from_db()
    assert surface.state == "live"
    actions.evaluate([surface])
    return surface


def test_a_live_surface_is_looked_at_right_after_the_commit(world, live, django_capture_on_commit_callbacks):
    assert status(live, "owner_active") == Status.MET
    with django_capture_on_commit_callbacks(execute=True):
        people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert status(live, "owner_active") == Status.NOT_MET
    assert ControlResult.objects.get(surface=live, control="budget_set").why == "Noor Haddad, who owns the budget, has left."


def test_evidence_turns_a_control_at_once_and_its_withdrawal_back(world, live, django_capture_on_commit_callbacks):
    assert status(live, "secrets_hygiene") == Status.NOT_MET
    with django_capture_on_commit_callbacks(execute=True):
        shown = evidence.collect(
            actor=world.noor, title="Scan", url="https://wiki.example.org/scan", surface=live, control="secrets_hygiene"
        )
    assert status(live, "secrets_hygiene") == Status.MET
    with django_capture_on_commit_callbacks(execute=True):
        evidence.withdraw(shown, actor=world.noor, reason="Of another service.")
    assert status(live, "secrets_hygiene") == Status.NOT_MET


def test_a_data_rule_turns_every_surface_on_that_endpoint(world, live, django_capture_on_commit_callbacks):
    rule = catalog.RuleChange(
        data_class=DataClass.objects.get(key="internal"), endpoint=Endpoint.objects.get(key="meridian-large-eu"), rule="never"
    )
    with django_capture_on_commit_callbacks(execute=True):
        catalog.set_rules([rule], actor=world.rosa, reason="Terms changed.")
    assert "may never go to Meridian large, EU" in ControlResult.objects.get(surface=live, control="data_rules").why


def test_other_words_in_a_purpose_cost_no_look(world, live, django_capture_on_commit_callbacks, monkeypatch):
    looked: list[Any] = []
    monkeypatch.setattr(actions, "evaluate", looked.append)
    with django_capture_on_commit_callbacks(execute=True):
        surfaces.edit(live, actor=world.noor, purpose="Suggests one of five queues.")
    assert looked == []
    with django_capture_on_commit_callbacks(execute=True):
        surfaces.assign_owner(live, actor=world.rosa, owner=world.sam, reason="Moved.")
    assert looked == [[live.pk]]


def test_loads_of_thousands_leave_it_to_the_tail(world, live, django_capture_on_commit_callbacks):
    with following.paused(), django_capture_on_commit_callbacks(execute=True):
        people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert status(live, "owner_active") == Status.MET
    following.follow(silent)
    assert status(live, "owner_active") == Status.NOT_MET


def test_many_at_once_are_left_to_a_job(world, live, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(following, "AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert Job.objects.filter(kind=following.JOB).count() == 1
    jobs.run_pending()
    assert status(live, "owner_active") == Status.NOT_MET


def test_all_are_looked_at_once_a_night(live):
    ControlResult.objects.filter(surface=live).update(why="Old words.")
    assert following.look_at_all(silent)["written"] > 10
    assert not ControlResult.objects.filter(why="Old words.").exists()

"""Kept results follow what they rest on: at once for a few, by the ledger's tail for the rest, by the clock otherwise."""

from datetime import timedelta
from typing import Any

import pytest

from governance.ledger.models import Entry
from governance.people import actions as people
from registry.changes import actions as changes
from registry.controls import actions, following
from registry.controls.models import ControlResult, ControlsState, Status
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface


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

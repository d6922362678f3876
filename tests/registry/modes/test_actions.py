"""Lowering takes one person and takes effect at once; raising takes approval, and what moved meanwhile voids it."""

from itertools import pairwise
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.contracts.shape import RUNGS
from registry.modes import actions, ladder, queries
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces import actions as surface_actions
from registry.surfaces.models import Mode, Surface
from registry.surfaces.raci import Party
from tests.registry.building import make_surface
from tests.registry.modes.conftest import agree

State = ModeRaise.State


def mode_of(surface: Surface) -> str:
    return Surface.objects.get(pk=surface.pk).mode


def test_the_ladder_is_that_of_the_contract_and_each_rung_takes_away_what_those_above_take():
    assert tuple(ladder.RUNGS[1:]) == tuple(RUNGS)
    assert set(ladder.RUNGS) == set(Mode.values) == set(ladder.MEANS)
    held = [{what for what, yes in ladder.allowed(rung).items() if yes} for rung in ladder.RUNGS]
    assert all(after < before for before, after in pairwise(held)) and held[-1] == set()


def test_the_owner_lowers_at_once_and_it_is_on_record(world: Any, surface: Surface) -> None:
    step = actions.lower(surface, actor=world.noor, to="no_tools", reason=" It booked twice. ", drill="DR-12")
    assert mode_of(surface) == "no_tools"
    kept = ModeChange.objects.get()
    assert (kept.before, kept.after, kept.reason, kept.standing) == ("normal", "no_tools", "It booked twice.", "Owner")
    assert (kept.fallback, kept.drill, kept.request, kept.key) == ("The general queue", "DR-12", None, step.key)
    entry = Entry.objects.get(kind="mode.lowered")
    assert '"reason":"It booked twice."' in entry.body and f'"step":"{step.key}"' in entry.body
    assert Surface.objects.get(pk=surface.pk).history.first().mode == "no_tools"


@pytest.mark.parametrize(
    ("name", "standing"),
    [("noor", "Owner"), ("ada", "Administrator"), ("rosa", "Risk officer"), ("ingrid", "Leader"), ("daniel", "Engineering"),
     ("sam", "Team lead")],
)  # fmt: skip
def test_each_who_may_lowers_in_their_own_capacity(world: Any, surface: Surface, name: str, standing: str) -> None:
    actions.lower(surface, actor=getattr(world, name), to="off", reason="Harm.")
    assert ModeChange.objects.get().standing == standing


@pytest.mark.parametrize("name", ["aud", "gus", "ben", "priya", "bot"])
def test_others_are_told_who_can(world: Any, surface: Surface, name: str) -> None:
    with pytest.raises(Denied):
        actions.lower(surface, actor=getattr(world, name), to="off", reason="Harm.")
    assert mode_of(surface) == "normal"


def test_whom_the_raci_or_the_contract_names_may_lower(world: Any, surface: Surface) -> None:
    named = {"R": [("person", world.ben.ref)], "A": [("position", "engineering")]}
    assert queries.standing(world.ben, surface) == ""
    row = {letter: [Party(*who) for who in parties] for letter, parties in named.items()}
    surface_actions.set_raci(surface, actor=world.noor, decision="kill_switch", row=row)
    assert queries.standing(world.ben, surface) == "Named in the RACI"
    surface.in_force.contract["kill_switch"]["who"] = [world.bot.ref, "Legal", "Priya Raman"]
    assert queries.standing(world.bot, surface) == "Named in the contract"
    assert queries.standing(world.marta, surface) == "Legal"
    assert queries.standing(world.priya, surface) == ""  # a name proves nothing: everybody may change their own


def test_a_rung_that_the_contract_does_not_name_may_be_used(world: Any, surface: Surface) -> None:
    assert "safer_model" not in surface.in_force.contract["kill_switch"]["rungs"]
    actions.lower(surface, actor=world.noor, to="safer_model", reason="The main model invents plans.")
    assert mode_of(surface) == "safer_model"


@pytest.mark.parametrize("state", ["idea", "building"])
def test_a_surface_that_never_went_live_can_be_lowered(world: Any, state: str) -> None:
    surface = make_surface(actor=world.noor, owner=world.noor, team=None, tier=None)
    if state == "building":
        surface_actions.move(surface, actor=world.noor, state=state)
    actions.lower(surface, actor=world.noor, to="off", reason="It runs as a pilot that nobody approved.")
    assert mode_of(surface) == "off"
    with pytest.raises(Conflict, match="no tier"):
        actions.ask_to_raise(surface, actor=world.noor, to="normal", reason="Fine again.")


def test_lowering_needs_a_reason_and_goes_down_only(world: Any, lowered: Surface) -> None:
    for wrong, field in ((dict(to="off", reason=" "), "reason"), (dict(to="human_review", reason="x"), "to")):
        with pytest.raises(Invalid) as refused:
            actions.lower(lowered, actor=world.noor, **wrong)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid):
        actions.lower(lowered, actor=world.noor, to="sideways", reason="x")
    with pytest.raises(StaleState):
        actions.lower(lowered, actor=world.noor, to="no_tools", reason="x")
    assert ModeChange.objects.count() == 1


def test_of_two_at_once_one_wins_and_the_other_learns_the_new_state(world: Any, surface: Surface) -> None:
    seen = surface.version
    actions.lower(surface, actor=world.noor, to="no_tools", reason="It booked twice.", expected_version=seen)
    with pytest.raises(StaleState, match="no tools"):
        actions.lower(surface, actor=world.rosa, to="off", reason="Harm.", expected_version=seen)


def test_another_edit_in_the_meantime_keeps_nobody_from_the_lever(world: Any, surface: Surface) -> None:
    seen = surface.version
    surface_actions.edit(surface, actor=world.noor, name="Claims triage, north", expected_version=seen)
    actions.lower(surface, actor=world.rosa, to="off", reason="Harm.", expected_version=seen)
    assert mode_of(surface) == "off"


def test_raising_waits_for_the_tiers_approval_and_then_holds(world: Any, asked: ModeRaise) -> None:
    assert mode_of(asked.surface) == "no_tools"
    assert [step.position.key for step in asked.request.steps.all()] == ["team-lead"]
    done = agree(asked, world.sam)
    assert (done.state, mode_of(done.surface)) == (State.DONE, "normal")
    step = ModeChange.objects.first()
    assert (step.after, step.request, step.actor, step.standing) == (
        "normal",
        done.request,
        world.sam,
        f"Approved as {done.request.key}",
    )
    assert Entry.objects.filter(kind="mode.raised").count() == 1


def test_the_requester_never_approves(world: Any, lowered: Surface) -> None:
    raised = actions.ask_to_raise(lowered, actor=world.sam, to="normal", reason="Mended.")
    with pytest.raises(Denied):
        agree(raised, world.sam)
    assert mode_of(lowered) == "no_tools"


def test_going_lower_voids_the_raise_that_waits(world: Any, asked: ModeRaise) -> None:
    actions.lower(asked.surface, actor=world.noor, to="off", reason="It did it again.")
    asked.refresh_from_db()
    assert (asked.state, asked.request.state) == (State.VOIDED, "voided")
    with pytest.raises(StaleState):
        agree(asked, world.sam)
    assert mode_of(asked.surface) == "off"


def test_a_rejected_or_withdrawn_raise_changes_nothing(world: Any, asked: ModeRaise) -> None:
    approvals.decide(asked.request, actor=world.sam, verdict="reject", comment="Not yet.", digest=asked.digest)
    asked.refresh_from_db()
    assert (asked.state, mode_of(asked.surface)) == (State.REJECTED, "no_tools")
    again = actions.ask_to_raise(asked.surface, actor=world.noor, to="human_review", reason="A person looks at each.")
    assert actions.withdraw(again, actor=world.noor).state == State.WITHDRAWN
    assert mode_of(asked.surface) == "no_tools"


def test_raising_is_refused_to_strangers_downwards_and_twice(world: Any, asked: ModeRaise) -> None:
    surface = asked.surface
    with pytest.raises(Conflict):
        actions.ask_to_raise(surface, actor=world.noor, to="normal", reason="Again.")
    approvals.withdraw(asked.request, actor=world.noor)
    with pytest.raises(Denied):
        actions.ask_to_raise(surface, actor=world.ben, to="normal", reason="Please.")
    with pytest.raises(Invalid):
        actions.ask_to_raise(surface, actor=world.noor, to="off", reason="Down.")
    with pytest.raises(Invalid):
        actions.ask_to_raise(surface, actor=world.noor, to="normal", reason="")


def test_who_decides_on_a_raise_sees_the_surface(world: Any, surface: Surface, asked: ModeRaise) -> None:
    assert queries.raises_visible_to(world.sam).count() == 1
    assert queries.raises_visible_to(world.ben).count() == 0

"""The path from a proposal to coming into force, and every way in which it is refused."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from governance.approvals import actions as approvals
from governance.approvals.models import Decision
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.changes import actions, queries
from registry.changes.models import Change, InForce
from registry.surfaces.models import Revision, Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface, paperwork


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


def propose(surface: Surface, actor: Any, **changes: Any) -> Change:
    contract = contract_for(surface.owner or actor, **changes)
    return actions.propose(surface, actor=actor, title="First", why="It saves time.", contract=contract, record=RECORD)


def approve(change: Change, *people: Any) -> Change:
    for person in people:
        approvals.decide(change.request, actor=person, verdict="approve", digest=change.revision.digest)
    change.refresh_from_db()
    change.surface.refresh_from_db()
    return change


def test_a_tier_0_surface_comes_into_force_with_one_approval(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    surface.refresh_from_db()
    assert (change.state, surface.state) == ("proposed", "in_review")

    approve(change, world.sam)

    assert change.state == "in_force"
    surface.refresh_from_db()
    assert (surface.state, surface.in_force.number, surface.in_force.digest) == ("live", 1, change.revision.digest)
    assert queries.in_force_at(surface, change.in_force_at) == change.revision
    about = Entry.objects.filter(subject_id=str(surface.pk), subject_type="registry.surface")
    kinds = list(about.values_list("kind", flat=True))
    assert "surface.in_force" in kinds


def test_tier_3_needs_all_four_positions(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=3)
    everything = {"fields": [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]}
    everything["fields"] += ["immutable_trail", "retention_controls", "incident_deadlines", "override_reason"]
    change = propose(
        surface,
        world.noor,
        auditability={**CONTRACT["auditability"], **everything},
        human_review={"when": "always", "who": "claims handlers", "override": "The handler decides, with a reason."},
    )
    paperwork(surface, change.revision.contract, actor=world.rosa)
    approve(change, world.daniel, world.priya, world.marta)
    assert change.state == "proposed"
    approve(change, world.jun)
    assert change.state == "in_force"


def test_whoever_asks_never_approves(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    with pytest.raises(Denied, match="Whoever asks never approves"):
        approvals.decide(change.request, actor=world.noor, verdict="approve")


def test_the_database_refuses_the_requesters_own_decision(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    step = change.request.steps.get()
    own = Decision(
        step=step,
        request=change.request,
        person=world.noor,
        requester=world.noor,
        position=step.position,
        verdict="approve",
        subject_digest=change.revision.digest,
        policy_version=change.request.policy_version,
        decided_at=change.created_at,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Model.save(own)  # past the application, which writes a decision in its action only


def test_somebody_without_the_position_is_told_who_can(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    with pytest.raises(Denied) as refused:
        approvals.decide(change.request, actor=world.ben, verdict="approve")
    assert str(world.sam) in refused.value.grantors


def test_another_hash_is_stale(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    with pytest.raises(StaleState):
        approvals.decide(change.request, actor=world.sam, verdict="approve", digest="0" * 64)


def test_a_decided_request_takes_no_more_decisions(world: Any, surface: Surface) -> None:
    change = approve(propose(surface, world.noor), world.sam)
    with pytest.raises(StaleState):
        approvals.decide(change.request, actor=world.sam, verdict="reject", comment="Too late.")


def test_a_rejection_needs_a_reason_and_ends_the_change(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    with pytest.raises(Invalid):
        approvals.decide(change.request, actor=world.sam, verdict="reject")
    approvals.decide(change.request, actor=world.sam, verdict="reject", comment="No rollback plan.")
    change.refresh_from_db()
    surface.refresh_from_db()
    assert (change.state, surface.state, surface.in_force) == ("rejected", "building", None)


def test_a_second_change_waits_for_the_first(world: Any, surface: Surface) -> None:
    propose(surface, world.noor)
    with pytest.raises(Conflict, match="still open"):
        propose(surface, world.noor)


def test_proposing_what_is_in_force_is_refused(world: Any, surface: Surface) -> None:
    approve(propose(surface, world.noor), world.sam)
    with pytest.raises(Conflict, match="already in force"):
        propose(surface, world.noor)


def test_an_irreversible_tool_needs_tier_4(world: Any, surface: Surface) -> None:
    tools = [{"key": "payments.release", "effect": "irreversible", "approval": True, "limits": "up to 500 EUR"}]
    with pytest.raises(Denied, match="tier 4"):
        propose(surface, world.noor, authority={"description": "Pays.", "tools": tools})


def test_an_incomplete_contract_says_all_that_is_missing(world: Any, surface: Surface) -> None:
    with pytest.raises(Invalid) as refused:
        actions.propose(surface, actor=world.noor, title="Bare", why="To see.", contract={"notes": "nothing yet"})
    assert refused.value.code == "contract-incomplete"
    assert len(refused.value.fields) > 3


def test_an_unowned_surface_proposes_nothing(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    bare = make_surface(actor=world.ada, owner=None, team=world.team("claims"))
    with pytest.raises(Invalid, match="Name an owner"):
        propose(bare, world.ada)


def test_a_stranger_may_not_propose(world: Any, surface: Surface) -> None:
    with pytest.raises(Denied):
        propose(surface, world.ben)
    with pytest.raises(Denied):
        propose(surface, world.aud)


def test_an_older_page_of_the_surface_is_stale(world: Any, surface: Surface) -> None:
    with pytest.raises(StaleState):
        actions.propose(
            surface, actor=world.noor, title="x", why="y", contract=contract_for(world.noor), expected_version=surface.version - 1
        )


def test_rolling_back_goes_through_its_own_lane(world: Any, surface: Surface) -> None:
    first = approve(propose(surface, world.noor), world.sam)
    second = approve(propose(surface, world.noor, notes="Second."), world.sam)
    surface.refresh_from_db()
    assert surface.in_force == second.revision

    back = actions.roll_back(surface, actor=world.noor, to=first.revision, why="Re-queued doubled.")
    assert back.is_rollback and back.revision == first.revision and "rollback" in back.kinds
    step = back.request.steps.select_related("position").first()
    people = {"team-lead": world.sam, "engineering": world.daniel, "security": world.priya}
    approve(back, people[step.position.key])
    surface.refresh_from_db()
    second.refresh_from_db()
    assert (surface.in_force, second.state, back.state) == (first.revision, "superseded", "in_force")


def test_a_revision_that_never_held_is_no_rollback_target(world: Any, surface: Surface) -> None:
    change = propose(surface, world.noor)
    approvals.decide(change.request, actor=world.sam, verdict="reject", comment="No.")
    surface.refresh_from_db()
    with pytest.raises(Denied, match="never was in force"):
        actions.roll_back(surface, actor=world.noor, to=change.revision, why="?")


def test_withdrawing_closes_request_and_change(world: Any, surface: Surface) -> None:
    change = actions.withdraw(propose(surface, world.noor), actor=world.noor, reason="Smaller one comes.")
    assert (change.state, change.request.state) == ("withdrawn", "withdrawn")


def test_retiring_ends_what_is_in_force(world: Any, surface: Surface) -> None:
    approve(propose(surface, world.noor), world.sam)
    actions.retire(surface, actor=world.noor, reason="Replaced by the new desk.")
    surface.refresh_from_db()
    assert (surface.state, surface.in_force) == ("retired", None)
    assert InForce.objects.filter(surface=surface).count() == 2


class TestTheDatabaseItself:
    """What no code path may do, tried with plain SQL."""

    def refuse(self, sql: str, *values: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    def test_it_refuses_an_unapproved_revision(self, world: Any, surface: Surface) -> None:
        change = propose(surface, world.noor)
        self.refuse("UPDATE registry_surface SET in_force_id = %s WHERE id = %s", change.revision_id, surface.pk)

    def test_it_refuses_to_change_a_revision(self, world: Any, surface: Surface) -> None:
        change = propose(surface, world.noor)
        self.refuse("UPDATE registry_revision SET digest = 'x' WHERE id = %s", change.revision_id)
        self.refuse("DELETE FROM registry_revision WHERE id = %s", change.revision_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.filter(pk=change.revision_id).update(number=9)

    def test_it_refuses_to_approve_a_request_without_its_steps(self, world: Any, surface: Surface) -> None:
        change = propose(surface, world.noor)
        self.refuse("UPDATE governance_approvalrequest SET state = 'approved' WHERE id = %s", change.request_id)
        self.refuse("UPDATE governance_approvalstep SET state = 'approved' WHERE request_id = %s", change.request_id)

    def test_it_refuses_to_change_a_decision(self, world: Any, surface: Surface) -> None:
        change = approve(propose(surface, world.noor), world.sam)
        self.refuse("UPDATE governance_decision SET verdict = 'reject' WHERE request_id = %s", change.request_id)
        self.refuse("DELETE FROM governance_decision WHERE request_id = %s", change.request_id)

    def test_it_refuses_to_reopen_or_swap_the_hash(self, world: Any, surface: Surface) -> None:
        change = approve(propose(surface, world.noor), world.sam)
        self.refuse("UPDATE governance_approvalrequest SET state = 'open' WHERE id = %s", change.request_id)
        self.refuse("UPDATE governance_approvalrequest SET subject_digest = 'x' WHERE id = %s", change.request_id)

"""What keeps an approved change from coming into force, what voids it, and what lets it through."""

from datetime import timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.policy import queries as policy
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.changes import actions, following, queries, waiting
from registry.changes.drift import drift
from registry.changes.holds import holds, weigh
from registry.changes.models import Change, Clearance, EmergencyReview
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def live(world: Any, surface: Surface) -> Surface:
    approve(propose(surface, world.noor), world.sam)
    surface.refresh_from_db()
    return surface


def propose(surface: Surface, actor: Any, record: Any = RECORD, **changes: Any) -> Change:
    contract = contract_for(surface.owner or actor, **changes)
    return actions.propose(surface, actor=actor, title="Next", why="It saves time.", contract=contract, record=record)


def approve(change: Change, *people_: Any) -> Change:
    for person in people_:
        approvals.decide(change.request, actor=person, verdict="approve", digest=change.revision.digest)
    return fresh(change)


def fresh(change: Change) -> Change:
    return queries.whole(Change.objects.filter(pk=change.pk)).get()


def declare(world: Any, hours: int = 48, **scope: Any) -> Any:
    now = clock.now()
    window = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=hours)}
    return actions.freeze(actor=world.rosa, name="Year end", reason="Quiet weeks.", **window, **scope)


def again() -> dict[str, Any]:
    return following.move_on(None, lambda *seen: None)


class TestHolds:
    def test_a_freeze_holds_what_is_approved_until_it_ends(self, world: Any, live: Surface) -> None:
        window = declare(world)
        change = approve(propose(live, world.noor, notes="Second."), world.sam)
        assert change.state == "approved" and [hold.kind for hold in holds(change)] == ["freeze"]
        assert again() == {"approved": [change.key]}
        with pytest.raises(Denied, match="Year end"):
            actions.bring_into_force(change, actor=world.noor)
        lines = list(waiting.to_lift(world.noor))
        assert len(lines) == 1 and "Year end" in lines[0].detail
        actions.end_freeze(window, actor=world.ingrid, reason="Done early.")
        assert again() == {"in_force": [change.key]}
        assert fresh(change).state == "in_force" and Clearance.objects.filter(change=change, unmet=0, waived_by="").exists()

    def test_a_freeze_of_another_tier_or_team_holds_nothing(self, world: Any, live: Surface) -> None:
        declare(world, tiers=[3, 4])
        declare(world, teams=[world.team("support")])
        assert approve(propose(live, world.noor, notes="Second."), world.sam).state == "in_force"

    def test_a_rollback_passes_a_freeze(self, world: Any, live: Surface) -> None:
        first = live.in_force
        approve(propose(live, world.noor, notes="Second."), world.sam)
        declare(world)
        back = actions.roll_back(Surface.objects.get(pk=live.pk), actor=world.noor, to=first, why="Worse.")
        assert approve(back, world.sam).state == "in_force"

    def test_what_is_planned_waits_for_its_moment(self, world: Any, live: Surface, freeze: Any) -> None:
        traveller = freeze("2026-03-02 10:00")
        at = clock.now() + timedelta(days=2, hours=3)
        change = approve(propose(live, world.noor, record=RECORD | {"planned_at": at}, notes="Later."), world.sam)
        assert (change.state, change.planned_on) == ("approved", at.date())
        assert [hold.kind for hold in holds(change)] == ["planned"]
        traveller.shift(timedelta(days=2, hours=2))
        assert again() == {"approved": [change.key]}
        traveller.shift(timedelta(hours=1))
        assert again() == {"in_force": [change.key]}

    def test_a_day_too_far_or_past_is_refused(self, world: Any, live: Surface) -> None:
        for days in (-1, 91):
            with pytest.raises(Invalid):
                propose(live, world.noor, record=RECORD | {"planned_at": clock.now() + timedelta(days=days)}, notes="x")

    def test_a_suspended_endpoint_holds(self, world: Any, live: Surface) -> None:
        change = propose(live, world.noor, notes="Second.")
        catalog.suspend(Endpoint.objects.get(), actor=world.rosa, reason="Outage of trust.")
        assert "catalogue" in [hold.kind for hold in holds(approve(change, world.sam))]

    def test_unmet_controls_hold_from_the_tier_that_policy_says(self, world: Any, surface: Surface) -> None:
        tier2 = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2, name="Chat")
        record = RECORD | {"disclosure": []}
        fields = ["prompt", "prompt_version", "model", "output_fingerprint", "user", "sources", "human_edit", "trace"]
        fields += ["retrieval_sources", "safety_signals"]
        audit = {**contract_for(world.noor)["auditability"], "fields": fields}
        change = approve(propose(tier2, world.noor, record=record, auditability=audit), world.daniel, world.priya)
        weighing = weigh(change)
        assert change.state == "approved" and weighing.unmet == len(weighing.binding) > 0
        assert {hold.kind for hold in weighing.binding} == {"control"} and all(hold.url for hold in weighing.binding)
        with pytest.raises(Invalid) as refused:
            actions.propose(
                make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2, name="Bare"),
                actor=world.noor,
                title="x",
                why="y",
                contract=contract_for(world.noor, auditability=audit),
                record={"worst_case": "Bad."},
            )
        assert set(refused.value.fields) == {"blast_radius", "drift_signs", "rollback_trigger"}

    def test_unused_the_approval_expires(self, world: Any, live: Surface, freeze: Any) -> None:
        traveller = freeze("2026-03-02 10:00")
        declare(world, hours=24 * 60)
        change = approve(propose(live, world.noor, notes="Second."), world.sam)
        assert change.approval_ends_at == clock.now() + timedelta(days=14)
        traveller.shift(timedelta(days=14))
        assert again() == {"expired": [change.key]}
        assert "not brought into force" in fresh(change).ended_why
        renewed = actions.repropose(fresh(change), actor=world.noor)
        assert renewed.revision.digest == change.revision.digest and renewed.state == "proposed"

    def test_what_is_held_can_be_taken_back(self, world: Any, live: Surface) -> None:
        declare(world)
        change = approve(propose(live, world.noor, notes="Second."), world.sam)
        with pytest.raises(Denied):
            actions.withdraw(change, actor=world.ben, reason="Mine now.")
        assert actions.withdraw(change, actor=world.noor, reason="Not needed.").state == "withdrawn"
        with pytest.raises(StaleState):
            actions.withdraw(change, actor=world.noor)


class TestDrift:
    def voided(self, change: Change, word: str) -> Change:
        assert any(word in sentence for sentence in drift(fresh(change)))
        assert again() == {"voided": [change.key]}
        now = fresh(change)
        assert now.state == "voided" and word in now.ended_why and now.request.state in {"voided", "approved"}
        return now

    def test_a_raised_tier_voids_and_nobody_decides_any_more(self, world: Any, live: Surface) -> None:
        change = propose(live, world.noor, notes="Second.")
        surfaces.set_tier(Surface.objects.get(pk=live.pk), actor=world.rosa, tier=1, answers={}, reason="Wider use.")
        now = self.voided(change, "tier was 0")
        with pytest.raises(StaleState):
            approvals.decide(now.request, actor=world.sam, verdict="approve")
        again_ = actions.repropose(now, actor=world.noor)
        assert again_.revision.tier == 1 and again_.revision.digest == change.revision.digest
        with pytest.raises(Conflict):
            actions.repropose(again_, actor=world.noor)

    def test_a_leaving_owner_voids(self, world: Any, live: Surface) -> None:
        change = propose(live, world.rosa, notes="Second.")
        people.deactivate(world.noor, actor=world.ada, reason="Left.")
        self.voided(change, "has left")
        told = Entry.objects.filter(kind="change.voided").get()
        assert "has left" in told.body

    def test_a_retired_endpoint_voids_what_is_approved(self, world: Any, live: Surface) -> None:
        declare(world)
        change = approve(propose(live, world.noor, notes="Second."), world.sam)
        catalog.retire(Endpoint.objects.get(), actor=world.rosa, reason="Gone.")
        now = self.voided(change, "was retired")
        assert now.request.state == "approved" and now.request.decisions.count() == 1  # R8: decisions stay

    def test_a_moved_region_voids(self, world: Any, live: Surface) -> None:
        change = propose(live, world.noor, notes="Second.")
        endpoint = Endpoint.objects.get()
        catalog.change_item(endpoint, actor=world.rosa, region="us-east")
        self.voided(change, "region of the endpoint")

    def test_the_last_approval_after_a_drift_brings_nothing_into_force(self, world: Any, live: Surface) -> None:
        change = propose(live, world.noor, notes="Second.")
        surfaces.set_tier(Surface.objects.get(pk=live.pk), actor=world.rosa, tier=1, answers={}, reason="Wider use.")
        assert approve(change, world.sam).state == "voided"
        assert Surface.objects.get(pk=live.pk).in_force_id == live.in_force_id


def emergency(surface: Surface, actor: Any, **changes: Any) -> Change:
    return actions.propose_emergency(
        surface,
        actor=actor,
        title="Take the source away",
        incident="Answers quote other members.",
        why="It leaks.",
        contract=contract_for(surface.owner or actor, **changes),
        record=RECORD,
    )


class TestEmergency:
    def test_it_passes_a_freeze_and_owes_a_review(self, world: Any, live: Surface) -> None:
        declare(world)
        change = approve(emergency(live, world.noor, notes="Without the source."), world.sam)
        assert change.state == "in_force" and change.request.lane == "emergency"
        review = EmergencyReview.objects.get()
        assert review.due_at == change.in_force_at + timedelta(hours=120)
        for person in (world.noor, world.sam, world.ben, world.aud):
            with pytest.raises(Denied):
                actions.close_review(review, actor=person, outcome="kept", findings="Fine.")
        with pytest.raises(Invalid):
            actions.close_review(review, actor=world.rosa, outcome="kept", findings=" ")
        with pytest.raises(Conflict, match="still in force"):
            actions.close_review(review, actor=world.rosa, outcome="rolled_back", findings="Taken back.")
        with pytest.raises(StaleState):
            actions.close_review(review, actor=world.rosa, outcome="kept", findings="x", expected_version=9)
        closed = actions.close_review(review, actor=world.rosa, outcome="kept", findings="A test is added.")
        assert (closed.state, closed.reviewer) == ("closed", world.rosa)
        assert not waiting.to_review(world.rosa).exists()

    def test_it_says_what_happened_and_is_not_planned(self, world: Any, live: Surface) -> None:
        with pytest.raises(Invalid):
            actions.propose_emergency(live, actor=world.noor, title="x", incident=" ", why="y")
        with pytest.raises(Invalid):
            later = {"planned_on": clock.today() + timedelta(days=2)}
            actions.propose_emergency(live, actor=world.noor, title="x", incident="z", why="y", record=later)

    def test_an_overdue_review_burns(self, world: Any, live: Surface, freeze: Any) -> None:
        traveller = freeze("2026-03-02 10:00")
        approve(emergency(live, world.noor, notes="Without."), world.sam)
        assert waiting.to_review(world.rosa).exists() and not waiting.overdue(world.rosa).exists()
        assert not waiting.to_review(world.noor).exists()
        traveller.shift(timedelta(hours=121))
        assert waiting.overdue(world.rosa).exists()

    def test_tier_4_takes_two_people_beside_whoever_asks(self, world: Any, surface: Surface) -> None:
        route = policy.route_for("change", tier=4, change_kinds=["emergency", "data"])
        assert route.people == 2 and route.lane == "emergency"
        for tier in range(4):
            assert policy.route_for("change", tier=tier, change_kinds=["emergency"]).people == 1


class TestFreezes:
    def test_only_those_who_govern_or_lead_declare(self, world: Any) -> None:
        now = clock.now()
        for person in (world.noor, world.aud, world.gus, world.bot):
            with pytest.raises(Denied):
                actions.freeze(actor=person, name="x", reason="y", starts_at=now, ends_at=now + timedelta(days=1))
        with pytest.raises(Invalid):
            actions.freeze(actor=world.rosa, name="x", reason="y", starts_at=now, ends_at=now)
        window = declare(world)
        with pytest.raises(StaleState):
            actions.end_freeze(window, actor=world.rosa, reason="x", expected_version=window.version + 1)
        with pytest.raises(Invalid):
            actions.end_freeze(window, actor=world.rosa, reason=" ")
        actions.end_freeze(window, actor=world.rosa, reason="Done.")
        with pytest.raises(Denied):
            actions.end_freeze(window, actor=world.rosa, reason="Again.")

"""What is counted: once, by whom it may, and what follows from it at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.verification.verifying import verify
from registry.budgets import actions, queries
from registry.budgets.actions import IncidentFacts, Item
from registry.budgets.models import BudgetEvent, BudgetHold, BudgetHour, BurnAlert, Objective
from registry.surfaces.models import Surface
from tests.registry.budgets.conftest import TERMS


def kinds() -> list[str]:
    found = Entry.objects.filter(kind__regex=r"^(objective|budget)\.").order_by("seq")
    return list(found.values_list("kind", flat=True))


def test_an_objective_is_set_changed_handed_over_and_retired(world: Any, objective: Objective) -> None:
    changed = actions.edit(objective, actor=world.noor, target="0.995", name="Right queues", expected_version=1)
    assert (str(changed.target), changed.version) == ("0.995", 2)
    assert actions.give_owner(changed, actor=world.noor, to=world.sam).owner == world.sam
    assert actions.retire(changed, actor=world.noor).state == "retired"
    assert kinds() == ["objective.added", "objective.changed", "objective.owner_set", "objective.retired"]
    with pytest.raises(StaleState):
        actions.edit(objective, actor=world.noor, name="Other", expected_version=1)
    with pytest.raises(StaleState):
        actions.retire(objective, actor=world.noor)
    with pytest.raises(Denied):
        actions.count(objective, bad=1, actor=world.noor, ref="", key="late")


@pytest.mark.parametrize("who", ["ben", "aud", "gus"])
def test_only_those_who_may_edit_the_surface_keep_its_objectives(world: Any, objective: Objective, who: str) -> None:
    person = getattr(world, who)
    for attempt in (
        lambda: actions.add(objective.surface, actor=person, **TERMS | {"name": "Second"}),
        lambda: actions.edit(objective, actor=person, name="Second"),
        lambda: actions.give_owner(objective, actor=person, to=world.sam),
        lambda: actions.retire(objective, actor=person),
        lambda: actions.count(objective, bad=1, actor=person, ref="", key="a"),
        lambda: actions.count_many(objective, [Item("a", clock.now(), 1)], actor=person),
    ):
        with pytest.raises(Denied):
            attempt()
    assert kinds() == ["objective.added"] and not BudgetEvent.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"target": "1"}, "target"),
        ({"target": "0"}, "target"),
        ({"window_days": 91}, "window_days"),
        ({"name": " "}, "name"),
        ({"bad_means": ""}, "bad_means"),
        ({"source": "incidents"}, "expected_events"),
        ({"source": "dreams"}, "source"),
    ],
)
def test_what_is_wrong_with_an_objective_is_said_by_field(world: Any, surface: Surface, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add(surface, actor=world.noor, **TERMS | given)
    assert list(refused.value.fields) == [field]


def test_a_batch_is_counted_once_whatever_is_sent_again(world: Any, objective: Objective) -> None:
    now = clock.now()
    batch = [Item("a", now, good=90, bad=1), Item("b", now - timedelta(hours=3), good=9)]
    assert actions.count_many(objective, batch, actor=world.noor) == actions.Counted(2, 0)
    assert actions.count_many(objective, [*batch, Item("c", now, good=1)], actor=world.noor) == actions.Counted(1, 2)
    assert BudgetEvent.objects.count() == 3 and BudgetHour.objects.count() == 2
    assert queries.standing(objective).counted == queries.Counted(100, 1)
    with pytest.raises(Conflict) as refused:
        actions.count_many(objective, [Item("d", now, 5), Item("a", now, good=91, bad=1)], actor=world.noor)
    assert "figures: a" in refused.value.message and BudgetEvent.objects.count() == 3


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Item("a", datetime(2020, 1, 1, tzinfo=UTC), 1), "90 days"),
        (Item("a", datetime(2999, 1, 1, tzinfo=UTC), 1), "future"),
        (Item(" ", datetime(2020, 1, 1, tzinfo=UTC), 1), "no key"),
        (Item("a", datetime(2020, 1, 1, tzinfo=UTC), -1), "whole numbers"),
        (Item("a", datetime(2020, 1, 1, tzinfo=UTC)), "not both 0"),
    ],
)
def test_nothing_of_a_batch_is_counted_when_one_event_is_wrong(world: Any, objective: Objective, item: Item, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.count_many(objective, [Item("sound", clock.now(), 1), item], actor=world.noor)
    assert refused.value.fields["events"][0].startswith("Event 2") and said in refused.value.fields["events"][0]
    twice = [Item("a", clock.now(), 1), Item("a", clock.now(), 1)]
    for wrong in (twice, []):
        with pytest.raises(Invalid):
            actions.count_many(objective, wrong, actor=world.noor)
    assert not BudgetEvent.objects.exists()


def test_what_is_counted_by_hand_is_told_and_counted_once(world: Any, objective: Objective) -> None:
    actions.count(objective, bad=2, actor=world.noor, ref="Call of 3 March", key="call")
    assert kinds()[:2] == ["objective.added", "budget.counted"]
    with pytest.raises(Conflict):
        actions.count(objective, bad=3, actor=world.noor, ref="", key="call")
    for wrong in (
        {"bad": -1, "key": "x"},
        {"bad": 1, "key": " "},
        {"bad": 1, "key": "y", "at": datetime(2020, 1, 1, tzinfo=UTC)},
    ):
        with pytest.raises((Invalid, Conflict)):
            actions.count(objective, actor=world.noor, ref="", **wrong)


def test_a_spent_budget_holds_until_it_recovers(world: Any, objective: Objective, counts: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    counts(objective, good=989, bad=9)
    assert not BudgetHold.objects.exists() and queries.holding([objective.surface_id]) == {}
    counts(objective, bad=1)
    hold = BudgetHold.objects.get()
    assert (hold.closed_at, queries.holding([objective.surface_id])) == (None, {objective.surface_id: [hold]})
    for attempt in (
        lambda: actions.retire(objective, actor=world.noor),
        lambda: actions.edit(objective, actor=world.noor, target="0.9"),
    ):
        with pytest.raises(Denied):
            attempt()
    assert actions.edit(objective, actor=world.noor, name="Said better").name == "Said better"
    traveller.shift(timedelta(days=29))
    assert actions.settle_due(queries.to_look_at()) == 1
    hold.refresh_from_db()
    assert hold.closed_at == clock.now() and queries.holding([objective.surface_id]) == {}
    assert queries.holding([objective.surface_id], clock.now() - timedelta(days=1)) == {objective.surface_id: [hold]}
    assert actions.settle_due(queries.to_look_at()) == 0
    assert [kind for kind in kinds() if kind in {"budget.spent", "budget.recovered"}] == ["budget.spent", "budget.recovered"]


def test_a_burn_is_told_once_and_ends(world: Any, objective: Objective, counts: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    counts(objective, good=40, bad=10, at=clock.now() - timedelta(minutes=1))
    assert set(BurnAlert.objects.values_list("pair", "level")) == {("fast", "page"), ("steady", "page"), ("slow", "ticket")}
    counts(objective, bad=1)
    assert BurnAlert.objects.count() == 3
    traveller.shift(timedelta(minutes=45))
    actions.settle_due(queries.to_look_at())
    assert list(BurnAlert.objects.filter(ended_at__isnull=True).values_list("pair", flat=True)) == ["slow"]


def test_an_incident_counts_once_and_is_corrected(world: Any, surface: Surface) -> None:
    terms = TERMS | {"source": "incidents", "expected_events": 1000}
    fed, other = (actions.add(surface, actor=world.noor, **terms | {"name": name}) for name in ("Harm", "More harm"))
    actions.retire(other, actor=world.noor)
    facts = {"key": "INC-4", "surfaces": (surface.pk,), "at": clock.now()}
    assert actions.count_incident(IncidentFacts(**facts)) == 1
    assert actions.count_incident(IncidentFacts(**facts), actor=world.noor) == 0
    assert actions.count_incident(IncidentFacts(**facts, bad=12), actor=world.noor) == 1
    assert queries.standing(fed).counted.bad == 12 and BudgetHold.objects.filter(closed_at__isnull=True).count() == 1
    assert actions.count_incident(IncidentFacts(**facts, bad=12, near_miss=True)) == 1
    assert queries.standing(fed).counted.bad == 0 and not BudgetHold.objects.filter(closed_at__isnull=True).exists()
    assert actions.count_incident(IncidentFacts("INC-4", (), clock.now())) == 0
    with pytest.raises(Denied):
        actions.count(fed, bad=1, actor=world.noor, ref="", key="mine")
    actions.count(fed, good=500, actor=world.noor, ref="", key="tasks of today")


def test_the_database_refuses_to_rewrite_and_to_reopen(world: Any, objective: Objective, counts: Any) -> None:
    counts(objective, good=1, bad=9)
    counts(objective, bad=40)
    statements = (
        "UPDATE registry_budgetevent SET bad = 0",
        "DELETE FROM registry_budgetevent",
        "UPDATE registry_objective SET target = 1",
        "UPDATE registry_objective SET surface_id = surface_id + 1",
        "UPDATE registry_budgethold SET surface_id = surface_id + 1",
        "UPDATE registry_budgethold SET opened_at = closed_at",
    )
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_day_is_sealed_once_and_a_changed_event_breaks_its_seal(world: Any, objective: Objective, counts: Any) -> None:
    counts(objective, good=5)
    today = clock.now().date()
    assert (actions.seal(today), actions.seal(today), actions.seal(today - timedelta(days=1))) == (1, 0, 0)
    sealed = Entry.objects.get(kind="budget.sealed").body
    assert actions.digest_of(objective, today) in sealed and '"good":5' in sealed
    counts(objective, good=1)
    assert actions.digest_of(objective, today) not in sealed


def test_what_services_count_is_bound_by_the_seal_of_its_day(world: Any, objective: Objective, counts: Any, freeze: Any) -> None:
    def unbound() -> list[str]:
        return [each.model for each in verify(look_at_files=False).findings if each.kind == "row-inserted"]

    day = clock.now()
    counts(objective, good=5)
    assert unbound() == []
    freeze(day + timedelta(days=6))
    assert unbound() == ["registry.budgetevent"]
    actions.seal(day.date())
    assert unbound() == []


def test_how_many_stand_takes_as_many_statements_as_one(world: Any, objective: Objective, counts: Any) -> None:
    counts(objective, good=99, bad=1)
    more = [actions.add(objective.surface, actor=world.noor, **TERMS | {"name": name, "window_days": 7}) for name in "ab"]
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        found = queries.standings([objective, *more])
        queries.curves([objective, *more])
    assert len(seen) == 5 and found[objective.pk].counted.total == 100

"""Single observations go when their time is over and their sums stay; budgets are fed; months are kept on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from governance.core import clock
from governance.core.contributions import RetentionKind, contribution
from governance.people.system import system_actor
from governance.retention import actions as retention
from registry.budgets import actions as budgets
from registry.budgets.models import BudgetEvent
from registry.surfaces.models import Surface
from registry.usage import feeding, partitions
from registry.usage.models import Observation, UsageBatch, UsageDay, UsageHour
from registry.usage.sealing.hours import check_batch
from registry.usage.synthesis import synthesise
from tests.registry.usage.observing import call, deliver

KIND = "observations"


def test_single_calls_go_when_policy_says_so_and_sums_stay(world: Any, live: Surface) -> None:
    old = clock.now() - timedelta(days=1200)
    deliver([call(old, claim=live.key), call(claim=live.key)])

    went = retention.expire(contribution(RetentionKind, KIND), actor=system_actor())

    assert went == 1
    assert Observation.objects.count() == 1
    assert sorted(UsageDay.objects.values_list("raw", "calls")) == [(False, 1), (True, 1)]
    deliver([call(old, claim=live.key)])
    assert sorted(UsageDay.objects.values_list("raw", "calls")) == [(True, 1), (True, 2)]


def test_a_budget_counts_what_is_observed_each_hour_and_late_calls_once(world: Any, live: Surface, freeze: Any) -> None:
    objective = budgets.add(
        live, actor=world.noor, name="Right", bad_means="It failed.", target="0.99", source="observations", expected_events=100
    )
    hour = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    deliver([call(hour, claim=live.key), call(hour, claim=live.key, outcome=2)])

    def run() -> Any:
        return feeding.feed(None, lambda *told: None)["hours"]

    assert (run(), run()) == (1, 0)
    deliver([call(hour, claim=live.key, outcome=3)])
    assert (run(), run()) == (1, 0)
    events = BudgetEvent.objects.filter(objective=objective)
    assert sum(events.values_list("good", flat=True)) == 1
    assert sum(events.values_list("bad", flat=True)) == 2
    UsageHour.objects.update(calls=1, errors=0, overridden=0)
    assert run() == 1
    assert sum(events.values_list("bad", flat=True)) == 0


def test_months_are_counted_on() -> None:
    assert partitions.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert partitions.after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert partitions.month_of(datetime(2026, 3, 31, 23, 59, tzinfo=UTC)) == date(2026, 3, 1)


def test_rows_of_months_without_a_table_are_kept_and_moved(world: Any, live: Surface) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("tables by months are PostgreSQL's")
    if not partitions.is_partitioned():
        with connection.schema_editor() as editor:
            partitions.PartitionObservations().database_forwards("registry", editor, None, None)
    late = clock.now() - timedelta(days=70)
    deliver([call(late, claim=live.key), call(claim=live.key)])

    done = partitions.keep(None, lambda *told: None)

    assert done["moved"] == 2
    assert f"{late:%Y-%m}" in done["made"]
    assert Observation.objects.count() == 2
    deliver([call(late, claim=live.key)])
    Observation.objects.filter(at__lt=clock.now() - timedelta(days=60)).delete()
    UsageDay.objects.filter(day__lt=late.date() + timedelta(days=1)).update(raw=False)
    assert partitions.keep(None, lambda *told: None)["dropped"] == [f"{late:%Y-%m}"]


def test_synthetic_calls_are_stored_like_any_other(world: Any, live: Surface) -> None:
    assert synthesise(300, 3, seed=7) == 300

    assert Observation.objects.count() == 300
    assert sum(UsageDay.objects.values_list("calls", flat=True)) == 300
    assert all(check_batch(batch).holds for batch in UsageBatch.objects.all())
    assert UsageBatch.objects.count() == 3

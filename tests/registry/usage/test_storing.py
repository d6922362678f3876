"""What is delivered is stored once, matched at its moment, and added up exactly."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from governance.core import clock
from registry.surfaces.models import Surface
from registry.usage import queries
from registry.usage.models import Observation, UsageBatch, UsageDay, UsageHour, UsagePath
from registry.usage.queries import Where
from tests.registry.usage.observing import call, deliver


def test_a_call_of_what_is_approved_is_stored_matched_and_counted(world: Any, live: Surface) -> None:
    done = deliver([call(claim=live.key)])

    path = UsagePath.objects.get()
    assert (done.stored, done.duplicates, done.refused) == (1, 0, [])
    assert (path.surface_id, path.revision_id, path.standing, path.reasons) == (live.pk, live.in_force_id, "approved", [])
    assert path.endpoint is not None and path.endpoint.key == "meridian-large-eu"
    assert (path.classes, path.classes_from, path.matched_by) == (" internal ", "contract", "claim")
    assert Observation.objects.get().path_id == path.pk
    today = clock.now().date()
    row = queries.total(world.ada, start=today - timedelta(days=1), end=today)
    assert (row.calls, row.tokens_in, row.tokens_out, row.latency_ms) == (1, 1_000, 200, 700)


def test_the_same_call_changes_nothing_when_it_comes_again(world: Any, live: Surface) -> None:
    one, other = call(claim=live.key), call(claim=live.key)
    deliver([one])
    done = deliver([one, other, other])

    assert (done.stored, done.duplicates) == (1, 2)
    assert Observation.objects.count() == 2
    assert sum(UsageHour.objects.values_list("calls", flat=True)) == 2
    assert sum(UsageDay.objects.values_list("calls", flat=True)) == 2
    assert list(UsageBatch.objects.order_by("pk").values_list("given", "stored", "duplicates")) == [(1, 1, 0), (3, 1, 2)]


def test_what_cannot_be_matched_is_kept_as_unknown(world: Any, live: Surface) -> None:
    deliver([call(service="expenses-bot", model="gpt-unheard-of", region="")])

    path = UsagePath.objects.get()
    assert (path.surface, path.standing, path.reasons) == (None, "not_approved", ["unknown_surface", "unknown_model"])
    assert queries.visible_to(world.noor).count() == 0
    assert queries.visible_to(world.ada).count() == 1


def test_sums_are_cut_and_limited(world: Any, live: Surface) -> None:
    now = clock.now()
    deliver(
        [call(claim=live.key), call(claim=live.key, model="gpt-x", outcome=2), call(claim=live.key, tool="mail.send", model="")]
    )

    day = {"start": now.date() - timedelta(days=1), "end": now.date()}
    by = {row.of["standing"]: row.calls for row in queries.sums(world.ada, **day, by=("standing",))}
    assert by == {"approved": 1, "not_approved": 2}
    assert queries.total(world.ada, **day, where=Where(tools=["mail.send"])).calls == 1
    assert queries.total(world.ada, **day, where=Where(reasons=["tool_not_in_revision"])).calls == 1
    assert queries.total(world.ada, **day, where=Where(reasons=["tool_not_in_revision:mail.send"])).calls == 1
    assert queries.total(world.ada, **day, where=Where(reasons=["mode"])).calls == 0
    assert queries.total(world.ada, **day, where=Where(data_classes=["internal"], with_tool=False)).calls == 2
    assert queries.total(world.ada, **day, where=Where(data_classes=["health"])).calls == 0
    [hour] = queries.sums(world.ada, start=now - timedelta(hours=2), end=now, by=("hour",), hours=True)
    assert hour.calls == 3 and hour.errors == 1
    [days] = queries.series(world.ada, **day).values()
    assert [row.calls for row in days] == [0, 3]


def test_a_clock_that_is_ahead_is_told_and_the_rest_is_stored(world: Any, live: Surface) -> None:
    ahead = call(clock.now() + timedelta(hours=3), claim=live.key)
    old = call(clock.now() - timedelta(days=20_000), claim=live.key)
    done = deliver([ahead, call(claim=live.key), old, call(claim=live.key, tokens_in=-1)])

    assert done.stored == 1
    assert [(each.place, each.reason) for each in done.refused] == [(0, "future"), (2, "too_old"), (3, "figures")]
    assert UsageBatch.objects.get().refusals == {"future": 1, "too_old": 1, "figures": 1}


def test_words_that_no_database_holds_are_cleaned(world: Any, live: Surface) -> None:
    odd = call(claim=live.key, service="a\x00b\ud800", error='say "no" \\ {x},', override_reason="x\x00\ud83d" * 300, uid=uuid4())
    deliver([odd])

    stored = Observation.objects.get()
    assert stored.error == 'say "no" \\ {x},'
    assert len(stored.override_reason) <= 400
    assert UsagePath.objects.get().service == "ab"

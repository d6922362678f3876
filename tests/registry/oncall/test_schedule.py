"""The arithmetic of rotas: one answer at any moment, no gap, no turn twice, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.oncall import schedule
from registry.oncall.schedule import Layer, Override, Plan, Shift, Window

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")])
STEP = timedelta(minutes=1)
# Around the four changes of 2026 in Berlin (29 March, 25 October) and New York (8 March, 1 November), and far from any.
MOMENTS = st.one_of(
    *(
        st.datetimes(datetime(2026, month, first), datetime(2026, month, first + 4), timezones=st.just(UTC))
        for month, first in ((3, 6), (3, 27), (6, 10), (10, 23), (11, 1))
    )
)
WALLS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
WINDOWS = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), WALLS, WALLS)
LAYERS = st.builds(
    Layer,
    order=st.integers(1, 9),
    people=st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple),
    rotation=st.sampled_from(list(schedule.LENGTHS)),
    every=st.integers(1, 13),
    handover=WALLS,
    starts_on=st.dates(date(2025, 11, 1), date(2026, 3, 1)),
    window=st.none() | WINDOWS,
)
OVERRIDES = st.builds(
    lambda person, start, hours: Override(person, start, start + timedelta(hours=hours)),
    st.integers(11, 13),
    MOMENTS,
    st.integers(1, 60),
)
PLANS = st.builds(
    Plan,
    ZONES,
    st.lists(LAYERS, max_size=3, unique_by=lambda layer: layer.order).map(tuple),
    st.lists(OVERRIDES, max_size=2).map(tuple),
)
few = settings(max_examples=80, deadline=None)


def layer(**given: object) -> Layer:
    defaults = {
        "order": 1,
        "people": (1, 2, 3),
        "rotation": "daily",
        "every": 1,
        "handover": time(9),
        "starts_on": date(2026, 1, 5),
    }
    return Layer(**defaults | given)


def in_berlin(*at: int) -> datetime:
    return datetime(*at, tzinfo=BERLIN)


@few
@given(PLANS, MOMENTS, st.integers(1, 96))
def test_shifts_say_at_any_moment_what_the_moment_says(plan: Plan, start: datetime, hours: int):
    end = start + timedelta(hours=hours)
    found = schedule.shifts(plan, start, end)
    assert all(start <= each.starts_at < each.ends_at <= end for each in found)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(found))
    for probe in range(0, hours * 60, 47):
        when = start + probe * STEP
        covering = [each for each in found if each.starts_at <= when < each.ends_at]
        now = schedule.at(plan, when)
        assert [(each.person, each.layer) for each in covering] == ([(now.person, now.layer)] if now else [])


@few
@given(LAYERS, ZONES, MOMENTS)
def test_a_layer_without_hours_never_leaves_a_gap(rows: Layer, zone: ZoneInfo, start: datetime):
    always = Plan(zone, (Layer(rows.order, rows.people, rows.rotation, rows.every, rows.handover, rows.starts_on),))
    end = start + timedelta(days=3)
    begins = schedule.turn_starts(rows, zone, 0)
    assert schedule.gaps(schedule.shifts(always, start, end), start, end) == (
        [] if begins <= start else [(start, min(begins, end))]
    )


@few
@given(PLANS, OVERRIDES)
def test_an_override_wins_over_every_layer(plan: Plan, override: Override):
    above = Plan(plan.zone, plan.layers, (*plan.overrides, override))
    found = schedule.shifts(above, override.starts_at, override.ends_at)
    assert found == [Shift(override.starts_at, override.ends_at, override.person, None)]
    assert schedule.at(above, override.ends_at) == schedule.at(plan, override.ends_at)


@few
@given(LAYERS, ZONES, st.integers(0, 400))
def test_turns_hand_over_in_order_and_at_the_very_moment(rows: Layer, zone: ZoneInfo, number: int):
    starts = [schedule.turn_starts(rows, zone, number + each) for each in range(3)]
    assert starts == sorted(starts)
    plan = Plan(zone, (Layer(rows.order, rows.people, rows.rotation, rows.every, rows.handover, rows.starts_on),))
    if starts[0] < starts[1]:
        assert schedule.at(plan, starts[0]).person == rows.people[number % len(rows.people)]
    if starts[0] < starts[1] < starts[2]:
        assert schedule.at(plan, starts[1] - timedelta(microseconds=1)).person == rows.people[number % len(rows.people)]
        assert schedule.at(plan, starts[1]).person == rows.people[(number + 1) % len(rows.people)]


@few
@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), ZONES)
def test_a_wall_time_is_the_first_moment_at_which_the_clock_shows_it_or_a_later_one(wall: datetime, zone: ZoneInfo):
    def shown(at: datetime) -> datetime:
        return at.astimezone(zone).replace(tzinfo=None)

    found = schedule.moment(wall, zone)
    assert shown(found) >= wall > shown(found - timedelta(seconds=1)) - timedelta(seconds=1)
    assert all(shown(found - minutes * STEP) < wall for minutes in (1, 7, 59, 61, 130))


@pytest.mark.parametrize(
    ("zone", "before", "hours"),
    [
        (BERLIN, datetime(2026, 3, 28, 9), 23),
        (BERLIN, datetime(2026, 10, 24, 9), 25),
        (NEW_YORK, datetime(2026, 3, 7, 9), 23),
        (NEW_YORK, datetime(2026, 10, 31, 9), 25),
    ],
)
def test_a_daily_turn_keeps_its_hour_when_the_clocks_change(zone: ZoneInfo, before: datetime, hours: int):
    start = before.replace(tzinfo=zone).astimezone(UTC)
    (turn,) = schedule.shifts(Plan(zone, (layer(),)), start, start + timedelta(hours=hours))
    assert turn.ends_at - turn.starts_at == timedelta(hours=hours)
    assert turn.ends_at.astimezone(zone).hour == 9


def test_a_handover_that_the_clock_skips_happens_when_it_is_skipped():
    night = Plan(BERLIN, (layer(handover=time(2, 30)),))
    found = schedule.shifts(night, in_berlin(2026, 3, 28, 12), in_berlin(2026, 3, 29, 12))
    assert [each.starts_at.astimezone(BERLIN).strftime("%H:%M") for each in found] == ["12:00", "03:00"]


def test_a_handover_that_the_clock_shows_twice_happens_once():
    night = Plan(NEW_YORK, (layer(handover=time(1, 30)),))
    found = schedule.shifts(night, datetime(2026, 11, 1, 0, tzinfo=NEW_YORK), datetime(2026, 11, 1, 12, tzinfo=NEW_YORK))
    assert [each.starts_at for each in found] == [datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


def test_the_higher_layer_answers_in_its_hours_and_the_lower_one_in_all_others():
    office = Window(frozenset(range(5)), time(9), time(17))
    plan = Plan(BERLIN, (layer(people=(1,)), layer(order=2, people=(2,), window=office)))
    friday = schedule.shifts(plan, in_berlin(2026, 6, 12), in_berlin(2026, 6, 15, 12))
    assert [(each.person, each.starts_at.astimezone(BERLIN).strftime("%a %H:%M")) for each in friday] == [
        (1, "Fri 00:00"),
        (2, "Fri 09:00"),
        (1, "Fri 17:00"),
        (2, "Mon 09:00"),
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on():
    night = Plan(BERLIN, (layer(people=(1,), window=Window(frozenset({4}), time(18), time(8))),))
    assert schedule.at(night, in_berlin(2026, 6, 13, 7, 59)) and not schedule.at(night, in_berlin(2026, 6, 13, 8))
    assert not schedule.at(night, in_berlin(2026, 6, 12, 7))
    assert schedule.gaps([], in_berlin(2026, 6, 12), in_berlin(2026, 6, 13)) == [(in_berlin(2026, 6, 12), in_berlin(2026, 6, 13))]


def test_nobody_is_on_call_before_the_first_turn_and_without_people():
    plan = Plan(BERLIN, (layer(), layer(order=2, people=())))
    assert schedule.at(plan, in_berlin(2026, 1, 5, 8, 59)) is None
    assert schedule.at(plan, in_berlin(2026, 1, 5, 9)).person == 1


def test_more_than_four_hundred_days_are_not_worked_out():
    with pytest.raises(ValueError, match="400 days"):
        schedule.shifts(Plan(BERLIN), in_berlin(2026, 1, 1), in_berlin(2027, 6, 1))

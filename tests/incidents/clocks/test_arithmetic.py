"""Counted time: business hours, pauses, days on which the clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policy.incidentrules import BusinessHours
from incidents.clocks.arithmetic import counted, due

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = frozenset(range(5))
OFFICE = BusinessHours(BERLIN, WEEK, time(9), time(17), frozenset({date(2026, 12, 25)}))
ALWAYS = BusinessHours(BERLIN, frozenset(range(7)), time(0), None, frozenset())
NIGHT = BusinessHours(ZoneInfo("America/New_York"), frozenset(range(7)), time(1), time(4), frozenset())
MINUTE, HOUR, DAY = 60, 3600, 86400


def at(*parts: int, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc, arg-type]


def test_every_hour_counts_without_business_hours():
    assert due(at(2026, 11, 20, 20, 46), 60 * MINUTE) == at(2026, 11, 20, 21, 46)
    assert counted(at(2026, 11, 20, 20, 46), at(2026, 11, 20, 21, 39)) == 53 * MINUTE


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(2026, 11, 20, 16, 30), 1, at(2026, 11, 23, 9, 30)),  # Friday into Monday
        (at(2026, 11, 21, 12), 2, at(2026, 11, 23, 11)),  # a Saturday
        (at(2026, 11, 23, 7), 8, at(2026, 11, 23, 17)),  # before the day begins
        (at(2026, 11, 23, 17), 1, at(2026, 11, 24, 10)),  # just as it ends
        (at(2026, 12, 24, 16), 2, at(2026, 12, 28, 10)),  # over a holiday and a weekend
    ],
)
def test_business_hours_skip_nights_weekends_and_holidays(start, hours, end):
    assert due(start, hours * HOUR, OFFICE) == end
    assert counted(start, end, OFFICE) == hours * HOUR


def test_the_day_of_a_changed_clock_is_as_long_as_it_is():
    spring, autumn = at(2026, 3, 29), at(2026, 10, 25)
    assert counted(spring, at(2026, 3, 30), ALWAYS) == 23 * HOUR
    assert counted(autumn, at(2026, 10, 26), ALWAYS) == 25 * HOUR
    skipped = at(2026, 3, 8, zone=ZoneInfo("America/New_York"))  # 02:00 to 03:00 does not happen
    assert counted(skipped, skipped + timedelta(days=1), NIGHT) == 2 * HOUR
    assert due(at(2026, 3, 28, 12), DAY) == datetime(2026, 3, 29, 11, tzinfo=UTC)


def test_a_pause_counts_only_where_time_would_have():
    start = at(2026, 11, 20, 16)
    over_night = (at(2026, 11, 20, 16, 30), at(2026, 11, 23, 9, 30))
    assert due(start, HOUR, OFFICE, [over_night]) == at(2026, 11, 23, 10)
    assert due(start, HOUR, None, [over_night]) == at(2026, 11, 23, 10)
    assert counted(start, at(2026, 11, 23, 12), OFFICE, [over_night]) == 3 * HOUR
    overlapping = [over_night, (at(2026, 11, 20, 16, 45), at(2026, 11, 20, 16, 50)), (start, start)]
    assert due(start, HOUR, OFFICE, overlapping) == at(2026, 11, 23, 10)


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError, match="no working day"):
        due(at(2026, 1, 1), HOUR, BusinessHours(BERLIN, frozenset(), time(9), time(17), frozenset()))


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(lambda m: m.replace(microsecond=0))
lengths = st.integers(1, 20 * DAY)
calendars = st.sampled_from([None, OFFICE, ALWAYS, NIGHT])
rests = st.lists(st.tuples(moments, st.integers(0, 10 * DAY)), max_size=4).map(
    lambda found: [(begun, begun + timedelta(seconds=long)) for begun, long in found]
)


@settings(max_examples=80, deadline=None)
@given(moments, lengths, calendars, rests)
def test_what_counts_until_it_is_due_is_the_limit(start, seconds, hours, pauses):
    end = due(start, seconds, hours, pauses)
    assert end >= start + timedelta(seconds=seconds)
    assert counted(start, end, hours, pauses) == seconds
    assert counted(start, end - timedelta(seconds=1), hours, pauses) < seconds


@settings(max_examples=80, deadline=None)
@given(moments, lengths, lengths, calendars, rests)
def test_more_time_is_never_due_earlier(start, one, two, hours, pauses):
    assert (due(start, one, hours, pauses) <= due(start, two, hours, pauses)) == (one <= two)
    assert due(start, one, hours, pauses) >= due(start, one, hours)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 30 * DAY), st.integers(0, 30 * DAY), calendars, rests)
def test_time_adds_up(start, first, second, hours, pauses):
    middle = start + timedelta(seconds=first)
    end = middle + timedelta(seconds=second)
    assert counted(start, middle, hours, pauses) + counted(middle, end, hours, pauses) == counted(start, end, hours, pauses)

"""What falls on which day, gathered from all features that know: read in one statement, by what the reader may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.core import asking
from governance.core.contributions import CalendarEvent, CalendarSource, contributed

DAY = timedelta(days=1)
MOST = 500
"""Rows of one source at most: beyond, its own list is the place to look."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event with the source that it comes from; `first` and `last` are its days in the reader's time zone."""

    source: CalendarSource
    event: CalendarEvent
    first: date
    last: date

    @property
    def whole_days(self) -> bool:
        """Whether it has no hour."""
        return not isinstance(self.event.starts, datetime)


def gather(user: Any, start: date, end: date, only: Collection[str] = (), mine: bool = False) -> list[Held]:
    """Return what falls between two days (both included), earliest first; of some sources only, or only the reader's own.

    Of each source at most `MOST` rows are read, in the order in which it gives them.
    """
    sources = [source for source in contributed(CalendarSource) if not only or source.key in only]
    found = []
    asked = [source.rows(user, start, end)[:MOST] for source in sources]
    for source, rows in zip(sources, asking.read(asked), strict=True):
        for row in rows:
            for event in source.event(row, user):
                held = _held(source, event)
                if held.last >= start and held.first <= end and (event.mine or not mine):
                    found.append(held)
    return sorted(found, key=_place)


def _held(source: CalendarSource, event: CalendarEvent) -> Held:
    first = _day(event.starts)
    return Held(source, event, first, max(first, _day(event.ends)) if event.ends is not None else first)


def _day(given: Any) -> date:
    return timezone.localdate(given) if isinstance(given, datetime) else given


def _place(held: Held) -> tuple[date, bool, float, str]:
    at = held.event.starts
    return held.first, not held.whole_days, at.timestamp() if isinstance(at, datetime) else 0.0, held.event.title


def by_day(found: Sequence[Held], start: date, end: date) -> dict[date, list[Held]]:
    """Return the days between two (both included) with what falls on each; what lasts stands on each of its days."""
    days: dict[date, list[Held]] = {start + number * DAY: [] for number in range((end - start).days + 1)}
    for held in found:
        day = max(held.first, start)
        while day <= min(held.last, end):
            days[day].append(held)
            day += DAY
    return days


def months(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday between which the weeks of a day's month lie."""
    first = day.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def bounds(start: date, end: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and the first moment after another, in the reader's time zone."""
    begun = timezone.make_aware(datetime.combine(start, datetime.min.time()))
    return begun, timezone.make_aware(datetime.combine(end + DAY, datetime.min.time()))

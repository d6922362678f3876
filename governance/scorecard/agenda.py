"""The coming week on the briefing: seven days with what the company's calendar has on each, as far as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from governance.core import calendar
from governance.people.rows import is_insider
from governance.scorecard import queries

DAYS = 7


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls on a day: `at` is its day, or its moment where it has an hour; `level` its state, or none."""

    title: str
    url: str
    detail: str
    at: Any
    level: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week, what falls on it, and where all of it stands."""

    date: date
    due: Sequence[Due]
    is_today: bool
    url: str


def week(user: Any, waiting: Sequence[queries.Waiting]) -> list[Day]:
    """Return seven days from today, in the reader's time zone. Guests, who have no calendar, see what waits for them."""
    today = timezone.localdate()
    last = today + timedelta(days=DAYS - 1)
    if not is_insider(user):
        inbox = reverse("inbox")
        return [
            Day(day.date, [_waiting(line) for line in day.lines], day.is_today, f"{inbox}?day={day.date:%Y-%m-%d}")
            for day in queries.week(waiting)
        ]
    held = calendar.by_day(calendar.gather(user, today, last), today, last)
    page = reverse("calendar")
    return [
        Day(day, [_held(each) for each in found], day == today, f"{page}?month={day:%Y-%m}#d{day:%Y%m%d}")
        for day, found in held.items()
    ]


def due(days: Sequence[Day], most: int) -> list[Due]:
    """Return what falls due first, each thing once."""
    found: dict[str, Due] = {}
    for day in days:
        for each in day.due:
            found.setdefault(f"{each.url} {each.title}", each)
    return list(found.values())[:most]


def _held(held: calendar.Held) -> Due:
    event = held.event
    return Due(event.title, event.url, held.source.label, held.first if held.whole_days else event.starts, event.level)


def _waiting(line: queries.Waiting) -> Due:
    return Due(line.title, line.url, line.verb, line.due, "stop" if line.late else "warn" if line.soon else "")

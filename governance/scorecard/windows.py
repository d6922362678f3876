"""Over which days figures are made: the four weeks that end with each of twelve weeks, or twelve calendar months. All UTC."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from governance.core import clock
from governance.core.contributions import Window
from governance.core.errors import Invalid

WEEKS, MONTHS = "weeks", "months"
PERIODS = {WEEKS: "Twelve weeks", MONTHS: "Twelve months"}
POINTS = 12
LOOK_BACK = timedelta(weeks=4)
"""A single week holds too little to tell: each point of the weekly trend looks back so far."""


def of(period: str, today: date | None = None) -> Sequence[Window]:
    """Return the twelve windows of a period, oldest first; the last one ends with today. Raises Invalid."""
    day = today or clock.today()
    if period == WEEKS:
        ends = [_midnight(day + timedelta(days=1)) - timedelta(weeks=back) for back in range(POINTS)]
        return tuple(Window(end - LOOK_BACK, end) for end in reversed(ends))
    if period == MONTHS:
        firsts = [_back(day, back) for back in range(POINTS)]
        return tuple(month(first) for first in reversed(firsts))
    raise Invalid("There is no such period.", fields={"period": [f"One of {', '.join(PERIODS)}."]})


def month(first: date) -> Window:
    """Return a calendar month by its first day."""
    return Window(_midnight(first), _midnight(after(first)))


def after(first: date) -> date:
    """Return the first day of the month after one."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def before(first: date) -> date:
    """Return the first day of the month before one."""
    return (first - timedelta(days=1)).replace(day=1)


def last_day(window: Window) -> date:
    """Return the last day that a window covers."""
    return (window.until - timedelta(days=1)).date()


def label(window: Window, period: str) -> str:
    """Name a window on an axis: by its month, or by its last day."""
    return f"{window.since:%b %Y}" if period == MONTHS else f"{last_day(window):%-d %b}"


def said(period: str) -> str:
    """Say of which days the figure of today speaks."""
    return "this month so far" if period == MONTHS else "in the last four weeks"


def _back(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _ in range(months):
        first = before(first)
    return first


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

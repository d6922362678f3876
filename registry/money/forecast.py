"""What a month will have cost by its end, with a range. Pure: whole billionths in, whole billionths out.

Method: the level is the average day of the last seven complete days; each weekday's share of it is taken from the last 28
days (those that are held), because most use follows the working week. A day to come costs the level times its weekday's
share. The range is to hold nine of ten outcomes. It adds, as roots of squares: the scatter of past days about what this
method would have said of them the day before, for each day to come; the same scatter in the level itself, which all days
to come share; and the trend, as far as the level moved from one week to the next, going on as fast. It is never
below what is spent. With less than seven complete days nothing is foretold. docs/spend.md shows how often the range held.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pstdev

BACK = 28
LEAST = 7
NINE_OF_TEN = 1.645


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is spent by now, and what the month comes to: nine times of ten between `low` and `high`. In billionths."""

    spent: int
    low: int
    middle: int
    high: int
    days_left: int


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def forecast(costs: Mapping[date, int], today: date) -> Forecast | None:
    """Foretell the month of `today` from the costs of days; days without one cost nothing from the first day on that has one.

    `today` is not over: of its usual cost, what is not spent yet is still to come. None with less than a week of days.
    """
    first, last = month_of(today)
    spent = sum(cost for day, cost in costs.items() if first <= day <= today)
    begins = min((day for day, cost in costs.items() if cost), default=today)
    past = [day for back in range(1, BACK + 1) if (day := today - timedelta(days=back)) >= begins]
    if len(past) < LEAST:
        return None
    shares = _shares(past, costs)
    level = _level(past, costs)
    coming = [today + timedelta(days=ahead) for ahead in range(1, (last - today).days + 1)]
    rest = max(0.0, level * shares[today.weekday()] - costs.get(today, 0))
    open_days = len(coming) + (1 if rest else 0)
    middle = spent + rest + sum(level * shares[day.weekday()] for day in coming)
    scatter = _scatter(past, costs, shares)
    alone, shared = scatter * open_days**0.5, scatter * open_days / LEAST**0.5
    trend = _drift(past, costs) * open_days * (open_days + LEAST) / (2 * LEAST) / NINE_OF_TEN
    swing = NINE_OF_TEN * (alone**2 + shared**2 + trend**2) ** 0.5
    return Forecast(spent, max(spent, round(middle - swing)), round(middle), round(middle + swing), len(coming))


def running(
    costs: Mapping[date, int], today: date, found: Forecast | None
) -> list[tuple[date, int | None, int | None, int | None]]:
    """Return for each day of the month: what was spent by its end, and the range foretold for it (None where there is none).

    The range opens from today in proportion to the root of the days ahead, and ends where the forecast does.
    """
    first, last = month_of(today)
    rows: list[tuple[date, int | None, int | None, int | None]] = []
    by_now, span = 0, max((last - today).days, 1)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day <= today:
            by_now += costs.get(day, 0)
            edge = by_now if found is not None and day == today else None
            rows.append((day, by_now, edge, edge))
            continue
        if found is None:
            rows.append((day, None, None, None))
            continue
        share = (day - today).days / span
        middle = found.spent + (found.middle - found.spent) * share
        low = middle - (found.middle - found.low) * share**0.5
        high = middle + (found.high - found.middle) * share**0.5
        rows.append((day, None, round(max(low, found.spent)), round(high)))
    return rows


def _shares(past: list[date], costs: Mapping[date, int]) -> list[float]:
    """What a day of each weekday (Monday first) costs against an average day; 1 where none is known."""
    usual = fmean(costs.get(day, 0) for day in past)
    same: dict[int, list[int]] = {}
    for day in past:
        same.setdefault(day.weekday(), []).append(costs.get(day, 0))
    return [fmean(same[number]) / usual if number in same and usual else 1.0 for number in range(7)]


def _level(past: list[date], costs: Mapping[date, int]) -> float:
    """The average of the last seven days, the latest first."""
    return fmean(costs.get(day, 0) for day in past[:LEAST])


def _scatter(past: list[date], costs: Mapping[date, int], shares: list[float]) -> float:
    """How far days lie from what their weekday's share of the seven days before them would have said."""
    errors = [
        costs.get(day, 0) - _level(past[place + 1 :], costs) * shares[day.weekday()]
        for place, day in enumerate(past)
        if len(past) - place > LEAST
    ]
    if len(errors) < 2:
        usual = _level(past, costs)
        errors = [costs.get(day, 0) - usual for day in past]
    return pstdev(errors)


def _drift(past: list[date], costs: Mapping[date, int]) -> float:
    """How far an average day of the last week lies from one of the week before; nothing with less than two weeks."""
    return abs(_level(past, costs) - _level(past[LEAST:], costs)) if len(past) >= 2 * LEAST else 0.0

"""Rotas as a week or a month, day by day in the rota's zone, for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from registry.oncall import schedule
from registry.oncall.models import Rota
from registry.oncall.reading import Read, Shift

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a day: from when until when by the rota's clock, and who is on call, None for nobody."""

    since: str
    until: str
    shift: Shift | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar with its pieces, in order."""

    day: date
    pieces: list[Piece]
    is_today: bool
    is_outside: bool

    @property
    def has_gap(self) -> bool:
        """Whether nobody is on call for a part of it."""
        return any(piece.shift is None for piece in self.pieces)


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday of a day's week, and the Monday after."""
    first = day - timedelta(days=day.weekday())
    return first, first + 7 * DAY


def month_of(day: date) -> tuple[date, date]:
    """Return the Mondays between which the weeks of a day's month lie."""
    first = day.replace(day=1)
    after = (first + 31 * DAY).replace(day=1)
    return week_of(first)[0], week_of(after - DAY)[1]


def midnight(day: date, rota: Rota) -> datetime:
    """Return when a day begins in the rota's zone."""
    return schedule.moment(datetime.combine(day, time()), ZoneInfo(rota.time_zone))


def days(held: Read, first: date, last: date, now: datetime, month: int = 0) -> list[Day]:
    """Return the days from first to before last with who is on call in each part; `month` marks others as outside."""
    zone = held.plan.zone
    found = held.shifts(midnight(first, held.rota), midnight(last, held.rota))
    today = now.astimezone(zone).date()
    return [
        _day(first + number * DAY, held, found, now, today, bool(month) and (first + number * DAY).month != month)
        for number in range((last - first).days)
    ]


def _day(day: date, held: Read, found: Sequence[Shift], now: datetime, today: date, outside: bool) -> Day:
    starts, ends = midnight(day, held.rota), midnight(day + DAY, held.rota)
    pieces, since = [], starts
    for shift in found:
        if shift.ends_at <= starts or shift.starts_at >= ends:
            continue
        if shift.starts_at > since:
            pieces.append(_piece(since, shift.starts_at, None, held, now, ends))
        since = min(shift.ends_at, ends)
        pieces.append(_piece(max(shift.starts_at, starts), since, shift, held, now, ends))
    if since < ends:
        pieces.append(_piece(since, ends, None, held, now, ends))
    return Day(day, pieces, day == today, outside)


def _piece(since: datetime, until: datetime, shift: Shift | None, held: Read, now: datetime, ends: datetime) -> Piece:
    zone = held.plan.zone
    shown = "24:00" if until == ends else f"{until.astimezone(zone):%H:%M}"
    return Piece(f"{since.astimezone(zone):%H:%M}", shown, shift, since <= now < until)


def turns_of(held: Read, now: datetime, ahead: timedelta = 14 * DAY) -> dict[str, Any]:
    """Return who is on call now and until when, who is next, and the first gap ahead."""
    found = held.shifts(now, now + ahead)
    on = found[0] if found and found[0].starts_at == now.astimezone(UTC) else None
    rest = found[1:] if on else found
    gaps = schedule.gaps([schedule.Shift(each.starts_at, each.ends_at, each.person.pk, None) for each in found], now, now + ahead)
    until = on.ends_at if on and on.ends_at < (now + ahead).astimezone(UTC) else None
    return {"on": on, "until": until, "next": rest[0] if rest else None, "gap": gaps[0] if gaps else None}

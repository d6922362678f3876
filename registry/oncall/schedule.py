"""Who is on call at a moment: arithmetic over turns, windows and overrides. Pure: no clock, no tables.

Turns and windows are kept by the wall clock of the rota's zone. A wall time that the clock skips (spring) counts from the
moment it is skipped; one that it shows twice (autumn) counts from the first time. So turns never overlap, never leave a
gap, and hand over once. All moments that go in and come out are aware; what comes out is in UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LENGTHS = {"hours": timedelta(hours=1), "daily": DAY, "weekly": timedelta(weeks=1)}
MOST_DAYS = 400  # more is not asked for in one go


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a week in which a layer answers; `until` at or before `since` ends on the next day."""

    weekdays: frozenset[int]
    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Layer:
    """Turns of `every` hours, days or weeks from `handover` on `starts_on`; `people` are anything that names a person."""

    order: int
    people: tuple[int, ...]
    rotation: str
    every: int
    handover: time
    starts_on: date
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """One person from one moment to another, above all layers."""

    person: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A rota as the arithmetic needs it."""

    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One person is on call from a moment to another; `layer` is the order of the layer, None for an override."""

    starts_at: datetime
    ends_at: datetime
    person: int
    layer: int | None


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the zone's clock shows a wall time (naive) or a later one."""
    first = wall.replace(tzinfo=zone, fold=0)
    reached = first.astimezone(UTC)
    if reached.astimezone(zone).replace(tzinfo=None) == wall:
        return reached
    # The clock skips this time. Read with the offset before the jump it lies after it, read with the one behind before it.
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), reached
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, high)
    return high


def at(plan: Plan, when: datetime) -> Shift | None:
    """Return who is on call at a moment, with nothing said of how long (starts and ends are the moment itself)."""
    for override in reversed(plan.overrides):
        if override.starts_at <= when < override.ends_at:
            return Shift(when, when, override.person, None)
    for layer in sorted(plan.layers, key=lambda each: -each.order):
        if (person := _turn(layer, plan.zone, when)) is not None and _open(layer.window, plan.zone, when):
            return Shift(when, when, person, layer.order)
    return None


def shifts(plan: Plan, start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts between two moments in order, cut at both; where nobody is on call there is none.

    Raises ValueError for more than 400 days.
    """
    if end - start > MOST_DAYS * DAY:
        raise ValueError(f"shifts are worked out for {MOST_DAYS} days at most")
    found: list[Shift] = []
    edges = sorted({start.astimezone(UTC), end.astimezone(UTC), *_edges(plan, start, end)})
    for since, until in pairwise(edges):
        now = at(plan, since)
        if now is None:
            continue
        last = found[-1] if found else None
        if last and last.ends_at == since and (last.person, last.layer) == (now.person, now.layer):
            found[-1] = Shift(last.starts_at, until, last.person, last.layer)
        else:
            found.append(Shift(since, until, now.person, now.layer))
    return found


def gaps(found: Sequence[Shift], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times between two moments that no shift covers."""
    open_, since = [], start.astimezone(UTC)
    for shift in found:
        if shift.starts_at > since:
            open_.append((since, shift.starts_at))
        since = shift.ends_at
    return [*open_, (since, end.astimezone(UTC))] if since < end else open_


def turn_starts(layer: Layer, zone: ZoneInfo, number: int) -> datetime:
    """Return when a turn begins; the first is number 0."""
    return moment(datetime.combine(layer.starts_on, layer.handover) + number * _length(layer), zone)


def _length(layer: Layer) -> timedelta:
    return LENGTHS[layer.rotation] * layer.every


def _number(layer: Layer, zone: ZoneInfo, when: datetime) -> int:
    """Return the number of the turn that a moment lies in; below 0 before the first."""
    wall = when.astimezone(zone).replace(tzinfo=None)
    number = (wall - datetime.combine(layer.starts_on, layer.handover)) // _length(layer)
    while turn_starts(layer, zone, number) > when:
        number -= 1
    while turn_starts(layer, zone, number + 1) <= when:
        number += 1
    return number


def _turn(layer: Layer, zone: ZoneInfo, when: datetime) -> int | None:
    if not layer.people:
        return None
    number = _number(layer, zone, when)
    return layer.people[number % len(layer.people)] if number >= 0 else None


def _spans(window: Window, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Give the windows that begin on the days from first to last."""
    for day in (first + number * DAY for number in range((last - first).days + 1)):
        if day.weekday() in window.weekdays:
            ends = day if window.until > window.since else day + DAY
            yield moment(datetime.combine(day, window.since), zone), moment(datetime.combine(ends, window.until), zone)


def _open(window: Window | None, zone: ZoneInfo, when: datetime) -> bool:
    if window is None:
        return True
    today = when.astimezone(zone).date()
    return any(since <= when < until for since, until in _spans(window, zone, today - 2 * DAY, today + DAY))


def _edges(plan: Plan, start: datetime, end: datetime) -> Iterator[datetime]:
    """Give every moment between two at which the answer may change."""
    found: list[datetime] = [edge for each in plan.overrides for edge in (each.starts_at, each.ends_at)]
    for layer in plan.layers:
        number = max(0, _number(layer, plan.zone, start))
        while (begins := turn_starts(layer, plan.zone, number)) < end:
            found.append(begins)
            number += 1
        if layer.window is not None:
            first, last = (each.astimezone(plan.zone).date() for each in (start - 2 * DAY, end + DAY))
            found += [edge for span in _spans(layer.window, plan.zone, first, last) for edge in span]
    yield from (edge.astimezone(UTC) for edge in found if start < edge < end)

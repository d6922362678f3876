"""When time is up: counted time over business hours and pauses. Pure; moments are aware, results are UTC.

Only time that really passes is counted, so a day on which the clocks are put forward is an hour shorter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from governance.policy.incidentrules import BusinessHours

Interval = tuple[datetime, datetime]
Stretch = tuple[datetime, datetime | None]
LONGEST_REST = 2000
"""Days without a working day after which there will be none: more than all holidays that a policy can name."""


def due(start: datetime, seconds: int, hours: BusinessHours | None = None, pauses: Sequence[Interval] = ()) -> datetime:
    """Return the first moment at which `seconds` of counted time have passed since `start`.

    With business hours only time within them counts, and never that within a pause. Raises ValueError when there is no
    working day left to count.
    """
    left = timedelta(seconds=seconds)
    for begun, over in _counting(start.astimezone(UTC), hours, pauses):
        if over is None or over - begun >= left:
            return begun + left
        left -= over - begun
    raise ValueError("no working day is left to count")


def counted(start: datetime, end: datetime, hours: BusinessHours | None = None, pauses: Sequence[Interval] = ()) -> int:
    """Return the whole seconds that counted from `start` to `end`; 0 when `end` is not after it."""
    total, last = timedelta(), end.astimezone(UTC)
    for begun, over in _counting(start.astimezone(UTC), hours, pauses):
        if begun >= last:
            break
        total += min(over or last, last) - begun
        if over is None:
            break
    return max(0, int(total.total_seconds()))


def _counting(start: datetime, hours: BusinessHours | None, pauses: Sequence[Interval]) -> Iterator[Stretch]:
    """The stretches that count from a moment on, in order; the last one may have no end."""
    rests = sorted((begun.astimezone(UTC), over.astimezone(UTC)) for begun, over in pauses if over > begun)
    for begun, over in _open(start, hours):
        yield from _without(begun, over, rests)


def _without(begun: datetime, over: datetime | None, rests: Iterable[Interval]) -> Iterator[Stretch]:
    for rest, ended in rests:
        if ended <= begun:
            continue
        if over is not None and rest >= over:
            break
        if rest > begun:
            yield begun, rest
        begun = ended
        if over is not None and begun >= over:
            return
    yield begun, over


def _open(start: datetime, hours: BusinessHours | None) -> Iterator[Stretch]:
    """The stretches in which anybody works: all of time, or working days."""
    if hours is None:
        yield start, None
        return
    day, idle = start.astimezone(hours.zone).date(), 0
    while idle < LONGEST_REST:
        idle += 1
        if day.weekday() in hours.weekdays and day not in hours.holidays:
            begun, over = max(_at(day, hours.opens, hours), start), _closing(day, hours)
            if over > begun:
                yield begun, over
                idle = 0
        day += timedelta(days=1)


def _at(day: date, moment: time, hours: BusinessHours) -> datetime:
    return datetime.combine(day, moment, hours.zone).astimezone(UTC)


def _closing(day: date, hours: BusinessHours) -> datetime:
    if hours.closes is None:
        return _at(day + timedelta(days=1), time(), hours)
    return _at(day, hours.closes, hours)

"""Moves the calls of one path in one hour to the paths that they belong to, with all their sums, in one transaction.

Whoever moves holds the sums of that hour. A delivery that stores calls of the same hour and path adds to these sums before
it commits, so either its calls are seen here and moved, or it waits and adds to what is left. Both ways every sum is the
sum of its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from registry.usage.models import KeptText, Observation, UsageDay, UsageHour
from registry.usage.storing import adding
from registry.usage.storing.adding import COLUMNS, Added
from registry.usage.storing.rows import Row

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Target:
    """Where calls from a moment on belong: a path by its id, and its surface."""

    path: int
    surface: int | None


@dataclass(slots=True)
class Moved:
    """What was moved of an hour: calls by the path they went to; `whole` says that its rows were gone, so it went whole."""

    calls: dict[int, int]
    whole: bool = False


def move_hour(path: int, hour: datetime, target: Callable[[datetime], Target]) -> Moved:
    """Move what belongs elsewhere of a path's calls in an hour. Harmless to repeat.

    Where single observations are no longer kept, the hour moves whole, to where its first call belongs.
    """
    with transaction.atomic():
        held = UsageHour.objects.select_for_update().filter(path=path, hour=hour).first()
        if held is None:
            return Moved({})
        rows = _rows(path, hour)
        if len(rows) != held.calls:
            return _whole(held, target)
        parts: dict[Target, list[Row]] = {}
        for row in rows:
            parts.setdefault(target(row.at), []).append(row)
        left = [row for to, some in parts.items() if to.path == path for row in some]
        gone = {to: some for to, some in parts.items() if to.path != path}
        if not gone:
            return Moved({})
        for to, some in gone.items():
            _carry(path, to, some)
        _leave(held, adding.add_up(left).get((hour, path)))
        adding.add(adding.add_up(row._replace(path=to.path) for to, some in gone.items() for row in some))
        _sum_day(path, hour)
    return Moved({to.path: len(some) for to, some in gone.items()})


def _whole(held: UsageHour, target: Callable[[datetime], Target]) -> Moved:
    to = target(held.first_at)
    if to.path == held.path_id:
        return Moved({})
    path, hour, calls = held.path_id, held.hour, held.calls
    Observation.objects.filter(path=path, at__gte=hour, at__lt=hour + HOUR).update(path=to.path)
    sums = Added(**{name: getattr(held, name) for name in COLUMNS})
    held.delete()
    adding.add({(hour, to.path): sums})
    _sum_day(path, hour)
    return Moved({to.path: calls}, whole=True)


def _rows(path: int, hour: datetime) -> list[Row]:
    columns = [f"{name}_id" if name in ("path", "batch") else name for name in Row._fields]
    found = Observation.objects.filter(path=path, at__gte=hour, at__lt=hour + HOUR).order_by("at", "uid")
    return [Row(*each) for each in found.values_list(*columns)]


def _carry(path: int, to: Target, rows: list[Row]) -> None:
    """Give rows their new path; what else of the hour lies between them in time went there, too, or came after the look."""
    mine = Observation.objects.filter(path=path, at__gte=rows[0].at, at__lte=rows[-1].at)
    uids = [row.uid for row in rows]
    for start in range(0, len(uids), 500):
        mine.filter(uid__in=uids[start : start + 500]).update(path=to.path)
    if to.surface is not None:
        texts = KeptText.objects.filter(at__gte=rows[0].at, at__lte=rows[-1].at)
        if texts.exists():
            for start in range(0, len(uids), 500):
                texts.filter(uid__in=uids[start : start + 500]).update(surface=to.surface)


def _leave(held: UsageHour, left: Added | None) -> None:
    if left is None:
        held.delete()
        return
    for name in COLUMNS:
        setattr(held, name, getattr(left, name))
    held.save()


def _sum_day(path: int, hour: datetime) -> None:
    """Add the day of a path up again from its hours."""
    day = UsageDay.objects.select_for_update().filter(path=path, day=hour.date()).first()
    if day is None:
        return
    start = hour.replace(hour=0)
    total: Added | None = None
    for each in UsageHour.objects.filter(path=path, hour__gte=start, hour__lt=start + timedelta(days=1)):
        sums = Added(**{name: getattr(each, name) for name in COLUMNS})
        if total is None:
            total = sums
        else:
            total.take(sums)
    if total is None:
        day.delete()
        return
    for name in COLUMNS:
        setattr(day, name, getattr(total, name))
    day.save()

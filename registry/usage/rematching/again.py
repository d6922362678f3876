"""Which paths would be others today, and since when in their time: looked up for all, moved where they differ."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection
from django.db.models import Max, Min, QuerySet

from governance.core import clock
from registry.usage.matching import book as books
from registry.usage.matching.book import Book
from registry.usage.matching.match import PathFields, Reach
from registry.usage.models import UsageDay, UsageHour, UsagePath, UsageSource
from registry.usage.rematching.moving import Moved, Target, move_hour
from registry.usage.seen import seen_of
from registry.usage.storing import paths

AT_A_TIME = 500
RETRIES = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a moment on, until the next stretch, calls of a path belong to this one."""

    since: datetime
    fields: PathFields | None
    """None: they stay where they are."""


@dataclass(slots=True)
class Done:
    """What was moved: calls by the surface they went to (None: to none), the span of time, paths from and to, whole hours."""

    calls: Counter[int | None] = field(default_factory=Counter)
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    whole_hours: int = 0
    looked_at: int = 0

    @property
    def total(self) -> int:
        """How many calls were moved."""
        return sum(self.calls.values())


def match_again(rows: QuerySet[UsagePath], progress: Callable[..., None] | None = None) -> Done:
    """Match paths and their calls again; return what moved. Running it twice moves nothing more."""
    done, book = Done(), books.current()
    reaches = {each.pk: Reach(each.pk, each.kind, each.surface_id, each.team_id) for each in UsageSource.objects.all()}
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        spans = _spans(some)
        for path in UsagePath.objects.filter(pk__in=[pk for pk in some if pk in spans]).order_by("pk"):
            reach = reaches.get(path.source_id or 0, Reach())
            stretches = list(_stretches(book, path, reach, *spans[path.pk]))
            if any(each.fields is not None for each in stretches):
                _move(path, stretches, spans[path.pk], done)
        done.looked_at += len(some)
        if progress is not None:
            progress(done.looked_at, len(ids), f"{done.total:,} calls matched anew")
    return done


def _spans(pks: Sequence[int]) -> dict[int, tuple[datetime, datetime]]:
    found = UsageDay.objects.filter(path__in=pks).order_by().values_list("path_id")
    return {pk: (first, last) for pk, first, last in found.annotate(Min("first_at"), Max("last_at"))}


def _stretches(book: Book, path: UsagePath, reach: Reach, first: datetime, last: datetime) -> Iterator[Stretch]:
    """Yield from when on calls of a path belong where. What a source may no longer name stays with what it was."""
    seen = seen_of(path)
    cuts = book.cuts_of(seen, reach)
    moments = [first, *cuts[bisect_right(cuts, first) : bisect_right(cuts, last)]]
    for moment in moments:
        fields = book.fields(seen, moment, reach)
        is_other = isinstance(fields, PathFields) and fields.digest != path.digest
        yield Stretch(moment, fields if isinstance(fields, PathFields) and is_other else None)


def _move(path: UsagePath, stretches: Sequence[Stretch], span: tuple[datetime, datetime], done: Done) -> None:
    wanted = {each.fields.digest: each.fields for each in stretches if each.fields is not None}
    ids = paths.make(wanted, clock.now())
    here = Target(path.pk, path.surface_id)
    targets = [Target(ids[each.fields.digest], each.fields.surface) if each.fields else here for each in stretches]
    starts = [each.since for each in stretches]
    surfaces = {each.path: each.surface for each in targets}

    def target(at: datetime) -> Target:
        return targets[max(bisect_right(starts, at) - 1, 0)]

    for hour in _hours(path.pk, stretches, span):
        moved = _again(path.pk, hour, target)
        for to, calls in moved.calls.items():
            done.calls[surfaces[to]] += calls
            done.targets.add(to)
            done.sources.add(path.pk)
            done.first_at = min(done.first_at or hour, hour)
            done.last_at = max(done.last_at or hour, hour)
        done.whole_hours += moved.whole


def _hours(path: int, stretches: Sequence[Stretch], span: tuple[datetime, datetime]) -> Iterable[datetime]:
    """The hours of a path in which something belongs elsewhere, in order."""
    ends = [*(each.since for each in stretches[1:]), span[1]]
    found: dict[datetime, None] = {}
    for each, end in zip(stretches, ends, strict=True):
        if each.fields is not None:
            start = each.since.replace(minute=0, second=0, microsecond=0)
            rows = UsageHour.objects.filter(path=path, hour__gte=start, hour__lte=end).order_by("hour")
            found |= dict.fromkeys(rows.values_list("hour", flat=True))
    return list(found)


def _again(path: int, hour: datetime, target: Callable[[datetime], Target]) -> Moved:
    """Move an hour, once more where a delivery and the move waited for one another."""
    for _ in range(RETRIES):
        try:
            return move_hour(path, hour, target)
        except (IntegrityError, OperationalError):
            if connection.in_atomic_block or connection.vendor != "postgresql":
                raise
    return move_hour(path, hour, target)

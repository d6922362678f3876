"""Reads of what was observed. All others read through these: nobody else asks these tables.

Questions are answered from sums by day (or hour), so they cost by the number of paths and days, never of calls. A reader
sees the paths of surfaces that they see; paths of no known surface are for those who read all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum

from governance.people import roles
from registry.surfaces import queries as surfaces
from registry.usage.models import FIGURES, PathClass, UsageDay, UsageHour, UsagePath

DIMENSIONS: Mapping[str, str] = {
    "path": "path_id",
    "surface": "path__surface_id",
    "tier": "path__surface__tier",
    "team": "path__surface__team_id",
    "owner": "path__surface__owner_id",
    "endpoint": "path__endpoint_id",
    "vendor": "path__endpoint__vendor_id",
    "region_approved": "path__endpoint__region",
    "revision": "path__revision_id",
    "prompt_version": "path__prompt_version_id",
    "source": "path__source_id",
    "source_team": "path__source__team_id",
    "standing": "path__standing",
    "classes_from": "path__classes_from",
    "matched_by": "path__matched_by",
    **{
        name: f"path__{name}"
        for name in (
            "claim", "service", "agent", "feature", "environment", "operation", "provider", "model", "region", "prompt", "tool",
        )
    },
    "data_class": "path__path_classes__data_class",
}  # fmt: skip
"""What sums can be cut by. A call that touches two data classes counts for both, so cuts by class do not add up to all."""


@dataclass(frozen=True, slots=True)
class Where:
    """What sums are limited to; None leaves it open, an empty collection matches nothing. All by id but plain words.

    `models` are names as seen, `data_classes` and `tools` keys, `standing` values of `Standing`, `reasons` codes of which a
    path has at least one (a code without what follows its colon matches all of its kind). `known_surface` keeps calls of
    registered surfaces (True) or of no known one (False); `with_tool` those of tools, or of models only.
    """

    paths: Collection[int] | None = None
    surfaces: Collection[int] | None = None
    teams: Collection[int] | None = None
    tiers: Collection[int] | None = None
    owners: Collection[int] | None = None
    endpoints: Collection[int] | None = None
    vendors: Collection[int] | None = None
    models: Collection[str] | None = None
    revisions: Collection[int] | None = None
    prompt_versions: Collection[int] | None = None
    data_classes: Collection[str] | None = None
    sources: Collection[int] | None = None
    standing: Collection[str] | None = None
    features: Collection[str] | None = None
    prompts: Collection[str] | None = None
    tools: Collection[str] | None = None
    services: Collection[str] | None = None
    providers: Collection[str] | None = None
    regions: Collection[str] | None = None
    environments: Collection[str] | None = None
    reasons: Collection[str] | None = None
    known_surface: bool | None = None
    with_tool: bool | None = None


_LISTS: Mapping[str, str] = {
    "paths": "pk",
    "surfaces": "surface",
    "teams": "surface__team",
    "tiers": "surface__tier",
    "owners": "surface__owner",
    "endpoints": "endpoint",
    "vendors": "endpoint__vendor",
    "models": "model",
    "revisions": "revision",
    "prompt_versions": "prompt_version",
    "sources": "source",
    "standing": "standing",
    "features": "feature",
    "prompts": "prompt",
    "tools": "tool",
    "services": "service",
    "providers": "provider",
    "regions": "region",
    "environments": "environment",
}
ANYWHERE = Where()


@dataclass(frozen=True, slots=True)
class Row:
    """What calls come to. `of` maps each dimension that was asked for to its value (None where it has none).

    Money is in billionths of the company's currency and leaves out `unpriced` calls; `latency_ms` is the sum over `timed`
    calls. `first_at` and `last_at` are None where there was no call.
    """

    of: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 0
    errors: int = 0
    overridden: int = 0
    refused: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost: int = 0
    unpriced: int = 0
    timed: int = 0
    latency_ms: int = 0
    slowest_ms: int = 0
    tasks: int = 0
    tasks_ok: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def mean_ms(self) -> float | None:
        """The mean latency of the calls that were timed."""
        return self.latency_ms / self.timed if self.timed else None

    @property
    def cost_per_success(self) -> float | None:
        """What a task that ended well cost, in billionths: all cost over the tasks that ended well."""
        return self.cost / self.tasks_ok if self.tasks_ok else None


def visible_to(user: Any) -> QuerySet[UsagePath]:
    """Return the paths a person may see."""
    if roles.reads_all(user):
        return UsagePath.objects.all()
    return UsagePath.objects.filter(surface__in=surfaces.visible_to(user).values("pk"))


def paths(user: Any, where: Where = ANYWHERE) -> QuerySet[UsagePath]:
    """Return the paths a person may see, limited."""
    return visible_to(user).filter(limits(where))


def limits(where: Where) -> Q:
    """Return what limits paths."""
    found = Q()
    for name, column in _LISTS.items():
        if (wanted := getattr(where, name)) is not None:
            found &= Q(**{f"{column}__in": list(wanted)})
    if where.data_classes is not None:
        found &= Q(pk__in=PathClass.objects.filter(data_class__in=list(where.data_classes)).values("path"))
    if where.known_surface is not None:
        found &= Q(surface__isnull=not where.known_surface)
    if where.with_tool is not None:
        found &= ~Q(tool="") if where.with_tool else Q(tool="")
    if where.reasons is not None:
        found &= _having(where.reasons)
    return found


def _having(reasons: Iterable[str]) -> Q:
    """Match paths with at least one of some reasons; a path has few, so they are looked for in the text of its list."""
    found = Q(pk__in=[])
    for each in reasons:
        found |= Q(reasons__icontains=f'"{each}"') | (Q() if ":" in each else Q(reasons__icontains=f'"{each}:'))
    return found


def sums(
    user: Any,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where = ANYWHERE,
    hours: bool = False,
) -> list[Row]:
    """Return what calls come to from `start` to `end` (both included, whole UTC days), cut by dimensions, most calls first.

    Beside `DIMENSIONS` there are "day", and with `hours` "hour"; then `start` and `end` may be moments, whose whole hours
    count, and sums by hour are read instead of sums by day. Raises KeyError for an unknown dimension.
    """
    rows = _summed(user, start, end, where, hours).order_by()
    if not by:
        found = rows.aggregate(**_totals())
        return [_row({}, found)] if found["sum_calls"] else []
    span = {"hour": "hour"} if hours else {"day": "day"}
    columns = [{**DIMENSIONS, **span}[name] for name in by]
    grouped = rows.values(*columns).annotate(**_totals())
    made = [_row(dict(zip(by, (each[column] for column in columns), strict=True)), each) for each in grouped]
    return sorted((row for row in made if row.calls), key=lambda row: -row.calls)


def counts(user: Any, *, start: date, end: date, where: Where = ANYWHERE) -> dict[int, tuple[int, datetime, datetime]]:
    """Return of each path its calls in whole UTC days (both ends included), the first and the last: less than `sums`, sooner."""
    rows = _summed(user, start, end, where, False).order_by().values_list("path_id")
    found = rows.annotate(sum_calls=Sum("calls"), sum_first_at=Min("first_at"), sum_last_at=Max("last_at"))
    return {path: (calls, first, last) for path, calls, first, last in found if calls}


def total(user: Any, *, start: date, end: date, where: Where = ANYWHERE, hours: bool = False) -> Row:
    """Return what all calls come to; zeros where there were none."""
    return next(iter(sums(user, start=start, end=end, where=where, hours=hours)), Row())


def series(
    user: Any, *, start: date, end: date, by: Sequence[str] = (), where: Where = ANYWHERE
) -> dict[tuple[Any, ...], list[Row]]:
    """Return a row for every day from `start` to `end`, for each value of the dimensions (one key `()` without any).

    Days without a call have zeros. Each row's `of` has "day" and the dimensions.
    """
    held: dict[tuple[Any, ...], dict[date, Row]] = {} if by else {(): {}}
    for row in sums(user, start=start, end=end, by=("day", *by), where=where):
        held.setdefault(tuple(row.of[name] for name in by), {})[row.of["day"]] = row
    days = [start + timedelta(days=each) for each in range((end - start).days + 1)]
    return {
        key: [found.get(day) or Row({"day": day, **dict(zip(by, key, strict=True))}) for day in days]
        for key, found in held.items()
    }


def last(pks: Iterable[int]) -> dict[int, Row]:
    """Return of paths by id all their calls so far, with the first and the last. No check of who asks: hand in what they see."""
    rows = UsageDay.objects.filter(path__in=list(pks)).order_by().values("path_id").annotate(**_totals())
    return {each["path_id"]: _row({"path": each["path_id"]}, each) for each in rows}


def _totals() -> dict[str, Any]:
    ends = {"sum_slowest_ms": Max("slowest_ms"), "sum_first_at": Min("first_at"), "sum_last_at": Max("last_at")}
    return {f"sum_{name}": Sum(name) for name in FIGURES} | ends


def _summed(user: Any, start: date, end: date, where: Where, hours: bool) -> QuerySet[Any]:
    rows: QuerySet[Any]
    if hours:
        rows = UsageHour.objects.filter(hour__gte=_moment(start), hour__lte=_moment(end, last=True))
    else:
        rows = UsageDay.objects.filter(day__gte=start, day__lte=end)
    if where == ANYWHERE and roles.reads_all(user):
        return rows
    return rows.filter(path__in=paths(user, where).values("pk"))


def _moment(given: date, *, last: bool = False) -> datetime:
    if isinstance(given, datetime):
        return given.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return datetime.combine(given, time.max if last else time.min, tzinfo=UTC)


def _row(of: Mapping[str, Any], found: Mapping[str, Any]) -> Row:
    return Row(
        of,
        **{name: found[f"sum_{name}"] or 0 for name in (*FIGURES, "slowest_ms")},
        first_at=found["sum_first_at"],
        last_at=found["sum_last_at"],
    )

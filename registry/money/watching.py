"""Looks out for loops: traces that call on and on, and hours far above the same hours before. Opens findings."""

from datetime import datetime, timedelta
from typing import Any

from governance.core import clock
from governance.policy import queries as policy
from registry.findings import actions as findings
from registry.money import loops
from registry.money.spend import everything
from registry.surfaces.models import Surface
from registry.usage import queries as usage
from registry.usage import traces
from registry.usage.models import UsagePath
from registry.usage.queries import Row, Where

BACK = timedelta(hours=1)


def look(job: Any = None, progress: Any = None) -> dict[str, int]:
    """Look at the last hour: return how many traces and hours look like a loop. Running it twice tells nothing twice."""
    rules, now = policy.usage_rules().spending, clock.now()
    return {
        "traces": _traces(now - BACK, rules.calls_per_trace),
        "hours": _hours(now, rules.hour_factor),
    }


def _traces(since: datetime, most: int) -> int:
    found = traces.long_traces(since, most)
    surfaces = Surface.objects.select_related("owner", "team__lead").in_bulk({each.surface for each in found if each.surface})
    sources = {path.pk: path.source for path in UsagePath.objects.filter(pk__in={each.path for each in found}).select_related(
        "source__owner", "source__team__lead"
    )}  # fmt: skip
    for each in found:
        surface = surfaces.get(each.surface) if each.surface is not None else None
        what = surface.name if surface is not None else "A program without a registered surface"
        findings.open_finding(
            "spend_loop",
            identity=f"trace:{each.trace.hex}",
            surface=surface,
            source=sources.get(each.path),
            title=f"{what} called a model {each.calls:,} times in one trace",
            detail=f"Trace {each.trace.hex}: {each.calls:,} calls, and policy expects at most {most:,}. See whether it loops.",
            paths=[each.path],
            first_at=each.first_at,
            at=each.last_at,
            calls=each.calls,
        )
    return len(found)


def _hours(now: datetime, factor: int) -> int:
    hour = now.replace(minute=0, second=0, microsecond=0)
    hot = {row.of["surface"]: row for row in _of_hour(hour) if row.calls >= loops.LEAST_CALLS and row.of["surface"] is not None}
    if not hot:
        return 0
    where = Where(surfaces=set(hot))
    before: dict[int, list[Row]] = {}
    for days in range(1, loops.HOURS_BEFORE + 1):
        for row in _of_hour(hour - timedelta(days=days), where):
            before.setdefault(row.of["surface"], []).append(row)
    surfaces = Surface.objects.select_related("owner", "team__lead").in_bulk(hot)
    told = 0
    for pk, row in hot.items():
        earlier = before.get(pk, [])
        by_cost = bool(row.cost) and all(each.cost for each in earlier)
        figures = [each.cost if by_cost else each.calls for each in earlier]
        found = loops.spike(row.cost if by_cost else row.calls, figures, factor, calls=row.calls)
        if found is not None:
            _tell(surfaces[pk], row, found, hour, by_cost)
            told += 1
    return told


def _of_hour(hour: datetime, where: Where = usage.ANYWHERE) -> list[Row]:
    return usage.sums(everything(), start=hour, end=hour, by=("surface",), where=where, hours=True)


def _tell(surface: Surface, row: Row, found: loops.Spike, hour: datetime, by_cost: bool) -> None:
    what = "costs" if by_cost else "calls"
    findings.open_finding(
        "spend_loop",
        identity=f"hour:{surface.key}:{hour:%Y-%m-%d}",
        surface=surface,
        title=f"{surface.name} {what} {found.factor:.0f} times as much as at this hour before",
        detail=f"{row.calls:,} calls since {hour:%H:%M} UTC on {hour:%d %B %Y}. See whether something loops.",
        first_at=row.first_at,
        at=row.last_at or hour,
        calls=row.calls,
    )

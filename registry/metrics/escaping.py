"""What users felt: defects that they noticed first, against the tasks that were done for them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.scorecard import combining
from registry.deliveries import queries
from registry.deliveries.models import Defect
from registry.metrics.cutting import listed, narrowed, span
from registry.usage import queries as usage
from registry.usage.queries import Where

PER = 1000


def escapes(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each defect that users felt first, and how many tasks were observed on each day; two queries."""
    since, until = span(windows)
    rows = queries.defects(cut.user).filter(corrected_by__isnull=True, is_defect=True, found_by=Defect.FoundBy.USERS)
    rows = narrowed(rows.filter(found_at__gte=since, found_at__lt=until), cut).order_by()
    felt = rows.values_list("found_at", "surface_id", "surface__team_id", "surface__tier")
    found = [Sample(at, 1, 0, surface, team, tier) for at, surface, team, tier in felt]
    where = Where(surfaces=_one(cut.surface), teams=_one(cut.team), tiers=_one(cut.tier), known_surface=True)
    days = usage.sums(
        cut.user, start=since.date(), end=(until - timedelta(days=1)).date(), by=("day", "team", "tier"), where=where
    )
    tasks = (
        Sample(datetime.combine(row.of["day"], time(), UTC), 0, row.tasks, None, row.of["team"], row.of["tier"])
        for row in days
        if row.tasks
    )
    return [*found, *tasks]


def _one(value: int | None) -> tuple[int, ...] | None:
    return None if value is None else (value,)


contribute(
    ScoreMetric(
        "escape_rate",
        "Escape rate",
        "How many defects users felt before we noticed them, for every thousand tasks that the same surfaces were observed "
        "to end, well or not. What a correction calls no defect is not counted.",
        "defects that users felt first ÷ tasks observed × 1,000",
        "per 1,000 tasks",
        escapes,
        combining.rate(PER),
        lambda window, cut: listed(
            "defects", cut, found_by="users", is_defect="true", found_after=window.since, found_before=window.until
        ),
        "defects",
        whole="tasks",
        source="Defects, as trackers told them; tasks, as programs told them with their calls",
        better="lower",
        order=60,
    )
)

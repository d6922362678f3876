"""Lets go of single observations when policy's days for their tier are over; their sums, batches and seals stay.

One record of retention is one path's day, so that thousands of calls go with one row, and holds find them by surface.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from django.db.models import QuerySet

from governance.core.contributions import JobKind, RetentionKind, Schedule, contribute
from governance.policy.usagerules import OBSERVATIONS
from registry.usage import partitions
from registry.usage.models import Observation, UsageDay


def with_rows() -> QuerySet[UsageDay]:
    """Return the days of paths of which single observations are kept."""
    return UsageDay.objects.filter(raw=True).select_related("path__surface")


def drop(rows: Sequence[UsageDay]) -> int:
    """Delete the single observations of these days; return how many went."""
    went = 0
    for row in rows:
        start = datetime.combine(row.day, time.min, tzinfo=UTC)
        gone, _ = Observation.objects.filter(path=row.path_id, at__gte=start, at__lt=start + timedelta(days=1)).delete()
        went += gone
    UsageDay.objects.filter(pk__in=[row.pk for row in rows]).update(raw=False)
    return went


def name(row: UsageDay) -> str:
    """Return what a list of what is due shows."""
    return f"{row.calls:,} calls on {row.day}: {row.path}"


contribute(
    RetentionKind(
        OBSERVATIONS,
        "Single observed calls",
        "Each single call goes. What the calls of a day and hour came to stays, as do deliveries and the seals over them.",
        rows=with_rows,
        since="last_at",
        expire=drop,
        name=name,
        tier="path__surface__tier",
        surfaces=("path__surface",),
        batch=100,
        order=110,
    )
)
contribute(JobKind(partitions.JOB, partitions.keep, label="Make tables for observations"))
contribute(Schedule(partitions.JOB, partitions.JOB, timedelta(hours=12)))

"""How long reviews take: from when approval was asked for until a decision, by lane and by position.

A request counts by the moment it was approved or rejected; a position by the moment its holder decided. Both run from
when the request was asked, nights and weekends included, so that the figure is what whoever waits feels.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from governance.approvals.models import ApprovalRequest, Decision
from governance.core import clock
from governance.policy import queries as policy
from registry.changes import queries
from registry.changes.models import Change

PERIODS = (30, 90, 365)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUCKETS: tuple[tuple[str, str, timedelta, timedelta | None], ...] = (
    ("1h", "under 1 h", timedelta(0), HOUR),
    ("4h", "1 to 4 h", HOUR, 4 * HOUR),
    ("24h", "4 to 24 h", 4 * HOUR, DAY),
    ("2d", "1 to 2 days", DAY, 2 * DAY),
    ("4d", "2 to 4 days", 2 * DAY, 4 * DAY),
    ("7d", "4 to 7 days", 4 * DAY, 7 * DAY),
    ("more", "7 days and more", 7 * DAY, None),
)
DECIDED = (ApprovalRequest.State.APPROVED, ApprovalRequest.State.REJECTED)
ANSWERS = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS, Decision.Verdict.REJECT)


@dataclass(frozen=True, slots=True)
class Share:
    """How many waits fall into one span."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The waits of one lane or position: how many, the median, the slowest tenth's least, and their distribution."""

    key: str
    label: str
    count: int
    median: timedelta
    slow: timedelta
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Latency:
    """Waits of a period, by lane and by position, and all requests together."""

    days: int
    since: datetime
    whole: Spread | None
    lanes: tuple[Spread, ...]
    positions: tuple[Spread, ...]


def latency(user: Any, days: int = 90) -> Latency:
    """Return how long the reviews of changes that a person may see took in the last days; two queries."""
    since = clock.now() - timedelta(days=days)
    seen = queries.visible_to(user).order_by()
    settled = seen.filter(request__state__in=DECIDED, request__settled_at__gte=since)
    by_lane: dict[str, list[timedelta]] = defaultdict(list)
    for lane, asked, done in settled.values_list("request__lane", "request__created_at", "request__settled_at"):
        if done is not None:
            by_lane[lane].append(done - asked)
    answers = Decision.objects.filter(verdict__in=ANSWERS, decided_at__gte=since, request__change__in=seen.values("pk"))
    by_position: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for key, name, asked, done in answers.values_list("position__key", "position__name", "request__created_at", "decided_at"):
        by_position[key, name].append(done - asked)
    called = {lane["key"]: lane["name"] for lane in policy.document()["lanes"]}
    every = [wait for waits in by_lane.values() for wait in waits]
    lanes = [spread(key, called.get(key, key), waits) for key, waits in by_lane.items()]
    positions = [spread(key, name, waits) for (key, name), waits in by_position.items()]
    return Latency(
        days,
        since,
        spread("", "All changes", every) if every else None,
        tuple(sorted(lanes, key=lambda each: each.median)),
        tuple(sorted(positions, key=lambda each: each.median, reverse=True)),
    )


def spread(key: str, label: str, waits: Iterable[timedelta]) -> Spread:
    """Return the median, the ninth decile and the distribution of some waits; at least one."""
    ordered = sorted(waits)
    slow = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    shares = [
        Share(name, words, sum(low <= wait and (high is None or wait < high) for wait in ordered))
        for name, words, low, high in BUCKETS
    ]
    return Spread(key, label, len(ordered), statistics.median(ordered), slow, tuple(shares))  # type: ignore[type-var]


def bounds(bucket: str) -> tuple[timedelta, timedelta | None]:
    """Return the span of a bucket by its key: from, and up to but without."""
    return next((low, high) for key, _, low, high in BUCKETS if key == bucket)


def that_took(changes: QuerySet[Change], bucket: str, position: str, since: datetime | None) -> QuerySet[Change]:
    """Keep the changes behind a figure: decided within a span (any, where empty), by a position or as a whole."""
    low, high = bounds(bucket) if bucket else (timedelta(0), None)
    if position:
        waited = ExpressionWrapper(F("decided_at") - F("request__created_at"), output_field=DurationField())
        answers = Decision.objects.filter(request=OuterRef("request"), position__key=position, verdict__in=ANSWERS)
        answers = _within(answers.annotate(waited=waited), low, high)
        return changes.filter(Exists(answers.filter(decided_at__gte=since) if since else answers))
    waited = ExpressionWrapper(F("request__settled_at") - F("request__created_at"), output_field=DurationField())
    found = _within(changes.filter(request__state__in=DECIDED).annotate(waited=waited), low, high)
    return found.filter(request__settled_at__gte=since) if since else found


def _within(rows: Any, low: timedelta, high: timedelta | None) -> Any:
    found = rows.filter(waited__gte=low)
    return found if high is None else found.filter(waited__lt=high)

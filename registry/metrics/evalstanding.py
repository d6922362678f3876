"""Which surfaces were live at a moment and demanded evals, and which of them were tested freshly then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from governance.core.contributions import Cut, Window
from governance.core.reading import once
from governance.people import periods
from governance.policy import queries as policy
from registry.changes.models import InForce
from registry.evals import queries as evals
from registry.evals.models import EvalRun
from registry.metrics.cutting import narrowed, span
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


@dataclass(frozen=True, slots=True)
class Live:
    """A surface that had a revision in force when a window ended; `tier` is that revision's."""

    window: int
    surface: int
    team: int | None
    tier: int


def live(windows: Sequence[Window], cut: Cut) -> list[Live]:
    """Return the surfaces that were live as each window ended; one query, whatever their number."""
    return once(("surfaces live", tuple(windows), cut), lambda: _live(windows, cut))


def _live(windows: Sequence[Window], cut: Cut) -> list[Live]:
    _, until = span(windows)
    seen: QuerySet[Any] = InForce.objects.filter(since__lt=until, surface__in=surfaces.visible_to(cut.user).values("pk"))
    held = periods.touching(seen, cut.user, "since")
    rows = narrowed(held, Cut(cut.user, team=cut.team, surface=cut.surface)).order_by("surface_id", "since", "pk")
    told: dict[int, tuple[list[datetime], list[int | None], int | None]] = {}
    for surface, team, since, tier in rows.values_list("surface_id", "surface__team_id", "since", "revision__tier"):
        moments, tiers, _ = told.setdefault(surface, ([], [], team))
        moments.append(since)
        tiers.append(tier)
    found = []
    for place, window in enumerate(windows):
        for surface, (moments, tiers, team) in told.items():
            last = bisect_right(moments, window.until - timedelta(microseconds=1))
            tier = tiers[last - 1] if last else None
            if tier is not None and cut.tier in (None, tier):
                found.append(Live(place, surface, team, tier))
    return found


def fresh_days() -> Mapping[int, int]:
    """Return for each tier that demands evals how many days a run stays fresh."""
    return {number: tier.eval_freshness_days for number, tier in policy.tiers().items() if tier.eval_freshness_days is not None}


def run_moments(windows: Sequence[Window], cut: Cut, longest: int) -> Mapping[int, list[datetime]]:
    """Return the moments of the finished runs of each surface, from so many days before the first window; one query."""
    ends = [window.until for window in windows]
    rows = evals.runs_visible_to(cut.user).filter(
        status=EvalRun.Status.FINISHED,
        started_at__gte=min(ends) - timedelta(days=longest),
        started_at__lt=max(ends),
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    narrow = narrowed(rows, Cut(cut.user, team=cut.team, surface=cut.surface)).order_by("started_at")
    for surface, at in narrow.values_list("surface_id", "started_at"):
        found[surface].append(at)
    return found


def is_fresh(moments: Iterable[datetime], until: datetime, days: int) -> bool:
    """Whether one of some sorted moments lies within the days before another."""
    known = list(moments)
    last = bisect_right(known, until - timedelta(microseconds=1))
    return bool(last) and known[last - 1] >= until - timedelta(days=days)


def demanding(found: QuerySet[Surface], at: datetime, user: Any) -> QuerySet[Any]:
    """Keep the surfaces that were live just before a moment on a tier that demands evals, as far as a reader may know.

    Annotated with the tier of then (`held_tier`), their last finished run before it (`last_run`) and whether that was fresh
    (`covered`).
    """
    told: QuerySet[Any] = InForce.objects.filter(surface=OuterRef("pk"), since__lt=at)
    before = periods.touching(told, user, "since").order_by("-since", "-pk")
    finished: QuerySet[Any] = EvalRun.objects.filter(surface=OuterRef("pk"), status=EvalRun.Status.FINISHED, started_at__lt=at)
    runs = periods.touching(finished, user, "started_at")
    days = fresh_days()
    since = Case(
        *(When(held_tier=number, then=Value(at - timedelta(days=count))) for number, count in days.items()),
        output_field=DateTimeField(),
    )
    rows = found.annotate(held_tier=Subquery(before.values("revision__tier")[:1]))
    rows = rows.filter(held_tier__in=[*days]).annotate(
        last_run=Subquery(runs.order_by("-started_at").values("started_at")[:1]), fresh_since=since
    )
    return rows.annotate(covered=Case(When(Q(last_run__gte=F("fresh_since")), then=Value(True)), default=Value(False)))

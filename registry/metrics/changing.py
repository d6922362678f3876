"""What changes tell: how many failed, how many were good, and how long their review took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.core.reading import once
from governance.scorecard import combining
from registry.changes import outcome, queries
from registry.changes.latency import DECIDED
from registry.metrics.cutting import listed, narrowed, span


@dataclass(frozen=True, slots=True)
class Came:
    """A change that came into force: when, where, whether it failed since, and whether it was clear of every demand."""

    at: datetime
    surface: int
    team: int | None
    tier: int
    failed: bool
    good: bool

    def sample(self, part: bool) -> Sample:
        """Return what it adds to a share."""
        return Sample(self.at, float(part), 1, self.surface, self.team, self.tier)


def came(windows: Sequence[Window], cut: Cut) -> list[Came]:
    """Return the changes that came into force in some windows, rollbacks apart; one query, for all that rests on it."""
    return once(("changes that came into force", tuple(windows), cut), lambda: _came(windows, cut))


def _came(windows: Sequence[Window], cut: Cut) -> list[Came]:
    since, until = span(windows)
    rows = queries.visible_to(cut.user).filter(in_force_at__gte=since, in_force_at__lt=until, is_rollback=False)
    rows = narrowed(rows, cut, tier="revision__tier").order_by().annotate(failed=Exists(outcome.undoing()))
    named = (
        "in_force_at",
        "surface_id",
        "surface__team_id",
        "revision__tier",
        "failed",
        "clearance__unmet",
        "clearance__waived_by",
    )
    return [
        Came(at, surface, team, tier, bool(failed), not failed and unmet == 0 and waived == "")
        for at, surface, team, tier, failed, unmet, waived in rows.values_list(*named)
    ]


def failures(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each change that came into force, and whether it failed."""
    return [each.sample(each.failed) for each in came(windows, cut)]


def good(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each change that came into force, and whether it was good."""
    return [each.sample(each.good) for each in came(windows, cut)]


def reviews(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return the hours that each review took which ended with yes or no; one query."""
    since, until = span(windows)
    rows = queries.visible_to(cut.user).filter(request__state__in=DECIDED)
    rows = rows.filter(request__settled_at__gte=since, request__settled_at__lt=until)
    rows = narrowed(rows, cut, tier="revision__tier").order_by()
    named = ("request__created_at", "request__settled_at", "surface_id", "surface__team_id", "revision__tier")
    return [
        Sample(done, (done - asked).total_seconds() / 3600, 1, surface, team, tier)
        for asked, done, surface, team, tier in rows.values_list(*named)
    ]


def came_url(window: Window, cut: Cut, **more: str) -> str:
    """Return the list of the changes that came into force in a window."""
    within = {"in_force_after": window.since, "in_force_before": window.until, "is_rollback": "false"}
    return listed("changes", cut, **within, **more)


contribute(
    ScoreMetric(
        "change_failure_rate",
        "Change failure rate",
        "How many of the changes of what AI may do had to be taken back: another revision was rolled back to, or an emergency "
        "change replaced it. A change counts on the day it came into force; rollbacks themselves are not counted.",
        "changes that were rolled back or replaced in an emergency ÷ changes that came into force",
        "%",
        failures,
        combining.share,
        came_url,
        "changes",
        part="failed",
        part_url=lambda window, cut: came_url(window, cut, failed="true"),
        source="Changes, as they came into force",
        better="lower",
        order=10,
    )
)
contribute(
    ScoreMetric(
        "review_latency",
        "Review latency",
        "How long whoever proposed a change waited for yes or no, nights and weekends included. A review counts on the day "
        "it ended; what was withdrawn or expired is not counted.",
        "median of (decided − asked)",
        "h",
        reviews,
        combining.median,
        lambda window, cut: listed("changes", cut, decided_since=window.since, decided_before=window.until),
        "reviews",
        source="Approval requests of changes",
        better="lower",
        order=50,
    )
)
contribute(
    ScoreMetric(
        "quality_throughput",
        "Quality-weighted throughput",
        "How many changes were done well: they came into force with every control met or excepted (nothing waived), their "
        "author and hash are on record, and they did not fail since. A change that fails later is taken off again.",
        "changes that came into force, without those that failed or for which controls were waived",
        "changes",
        good,
        combining.total,
        came_url,
        "changes",
        part="done well",
        part_url=lambda window, cut: came_url(window, cut, done_well="true"),
        source="Changes, their clearances, and what followed them",
        better="",
        order=70,
    )
)

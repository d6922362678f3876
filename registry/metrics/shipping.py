"""DORA's five, as defined since 2024, from the deployments into production that CI told of. Of each application (surface)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.core.reading import once
from governance.scorecard import combining
from governance.scorecard.measuring import DELIVERY
from registry.deliveries import queries
from registry.deliveries.models import PRODUCTION, Deployment
from registry.metrics.cutting import listed, narrowed, span

SOURCE = "Deployments into production, as CI told them (dora.dev, five metrics since 2024)"
CUTS = ("surface",)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A deployment into production: when, where, how long it took, and how it went. Lengths are hours, None where unknown."""

    at: datetime
    surface: int
    team: int | None
    tier: int | None
    lead: float | None
    failed: bool
    mended: float | None
    rework: bool


def shipped(windows: Sequence[Window], cut: Cut) -> list[Shipped]:
    """Return the deployments into production in some windows, as they stand; one query for all five metrics."""
    return once(("deployments that count", tuple(windows), cut), lambda: _shipped(windows, cut))


def _shipped(windows: Sequence[Window], cut: Cut) -> list[Shipped]:
    since, until = span(windows)
    rows = queries.deployments(cut.user).filter(corrected_by__isnull=True, environment=PRODUCTION)
    rows = narrowed(rows.filter(deployed_at__gte=since, deployed_at__lt=until), cut).order_by()
    named = (
        "deployed_at", "surface_id", "surface__team_id", "surface__tier", "committed_at", "outcome", "failed_at",
        "restored_at", "rework",
    )  # fmt: skip
    return [
        Shipped(
            at, surface, team, tier, _hours(committed, at), outcome == Deployment.Outcome.FAILED, _hours(broke, well), rework
        )
        for at, surface, team, tier, committed, outcome, broke, well, rework in rows.values_list(*named)
    ]  # fmt: skip


def _hours(begun: datetime | None, over: datetime | None) -> float | None:
    return None if begun is None or over is None else (over - begun).total_seconds() / 3600


def sampled(
    part: Callable[[Shipped], float | None], counts: Callable[[Shipped], bool] = lambda each: True
) -> Callable[..., Iterable[Sample]]:
    """Return a metric's samples: `part` of each deployment that `counts`, with a whole of 0 where that is not known."""

    def samples(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
        for each in shipped(windows, cut):
            if counts(each):
                value = part(each)
                yield Sample(each.at, value or 0.0, 0 if value is None else 1, each.surface, each.team, each.tier)

    return samples


def shipped_url(window: Window, cut: Cut, **more: str) -> str:
    """Return the list of the deployments into production in a window."""
    return listed("deployments", cut, environment=PRODUCTION, deployed_after=window.since, deployed_before=window.until, **more)


contribute(
    ScoreMetric(
        "lead_time",
        "Change lead time",
        "How long it takes from a change's first commit until it runs in production.",
        "median of (deployed − first commit)",
        "h",
        sampled(lambda each: each.lead),
        combining.median,
        shipped_url,
        "deployments",
        part="say when they were committed",
        source=SOURCE,
        better="lower",
        cuts=CUTS,
        family=DELIVERY,
        order=110,
    )
)
contribute(
    ScoreMetric(
        "deployment_frequency",
        "Deployment frequency",
        "How often a change is released into production.",
        "number of deployments",
        "deployments",
        sampled(lambda each: 1.0),
        combining.total,
        shipped_url,
        "deployments",
        source=SOURCE,
        better="higher",
        cuts=CUTS,
        family=DELIVERY,
        order=120,
    )
)
contribute(
    ScoreMetric(
        "recovery_time",
        "Failed deployment recovery time",
        "How long the service was worse after a deployment that failed. It replaces the mean time to restore, which blended "
        "failed deployments with floods and fires.",
        "median of (well again − failed)",
        "h",
        sampled(lambda each: each.mended, lambda each: each.failed),
        combining.median,
        lambda window, cut: shipped_url(window, cut, outcome="failed"),
        "failed deployments",
        part="are mended",
        source=SOURCE,
        better="lower",
        cuts=CUTS,
        family=DELIVERY,
        order=130,
    )
)
contribute(
    ScoreMetric(
        "deployment_failure_rate",
        "Change fail rate",
        "How many deployments degraded the service and had to be mended at once: by rollback, hotfix or patch.",
        "failed deployments ÷ deployments",
        "%",
        sampled(lambda each: float(each.failed)),
        combining.share,
        shipped_url,
        "deployments",
        part="failed",
        part_url=lambda window, cut: shipped_url(window, cut, outcome="failed"),
        source=SOURCE,
        better="lower",
        cuts=CUTS,
        family=DELIVERY,
        order=140,
    )
)
contribute(
    ScoreMetric(
        "rework_rate",
        "Deployment rework rate",
        "How many deployments were unplanned: made because something had failed in production.",
        "deployments that were rework ÷ deployments",
        "%",
        sampled(lambda each: float(each.rework)),
        combining.share,
        shipped_url,
        "deployments",
        part="rework",
        part_url=lambda window, cut: shipped_url(window, cut, rework="true"),
        source=SOURCE,
        better="lower",
        cuts=CUTS,
        family=DELIVERY,
        order=150,
    )
)

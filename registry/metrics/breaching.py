"""How often policy was broken: what ran ahead of what was approved, or without being registered at all."""

from collections.abc import Iterable, Sequence

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.scorecard import combining
from registry.findings import queries
from registry.findings.models import Finding, FindingKind
from registry.metrics import evalstanding
from registry.metrics.cutting import listed, narrowed, span

KINDS = (FindingKind.UNKNOWN_SURFACE, *queries.RAN_AHEAD)
STATES = (Finding.State.OPEN, Finding.State.SNOOZED, Finding.State.ACCEPTED)
PER = 100


def breaches(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each breach that was found, and each surface that was live as a window ended; two queries."""
    since, until = span(windows)
    rows = queries.visible_to(cut.user).filter(kind__in=KINDS, state__in=STATES)
    rows = narrowed(rows.filter(opened_at__gte=since, opened_at__lt=until), cut).order_by()
    named = ("opened_at", "surface_id", "surface__team_id", "surface__tier")
    found = [Sample(at, 1, 0, surface, team, tier) for at, surface, team, tier in rows.values_list(*named)]
    live = (
        Sample(windows[each.window].until, 0, 1, each.surface, each.team, each.tier, each.window)
        for each in evalstanding.live(windows, cut)
    )
    return [*found, *live]


contribute(
    ScoreMetric(
        "policy_breach_rate",
        "Policy breach rate",
        "How often something ran ahead of what was approved, or was never registered: findings of unknown surfaces and "
        "models, and of models, regions, data, tools and modes that nobody approved. A finding counts on the day it was "
        "opened; one that was dismissed does not count.",
        "findings of breaches ÷ surfaces live at the end × 100",
        "per 100 surfaces",
        breaches,
        combining.rate(PER),
        lambda window, cut: listed(
            "findings", cut, kind=KINDS, state=STATES, opened_after=window.since, opened_before=window.until
        ),
        "breaches",
        whole="live surfaces",
        source="Findings, drawn from what was observed; revisions in force",
        better="lower",
        order=40,
    )
)

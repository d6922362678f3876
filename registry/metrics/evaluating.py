"""What evals tell: how much of what could harm is tested freshly, and how far repeated runs lie apart."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.scorecard import combining
from registry.evals import queries as evals
from registry.evals.models import EvalRun
from registry.metrics import evalstanding
from registry.metrics.cutting import listed, narrowed, span


def coverage(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each surface live on a tier that demands evals as each window ended, and whether it was tested freshly."""
    days = evalstanding.fresh_days()
    if not days:
        return []
    runs = evalstanding.run_moments(windows, cut, max(days.values()))
    ends = [window.until for window in windows]
    return [
        Sample(
            ends[each.window],
            float(evalstanding.is_fresh(runs.get(each.surface, ()), ends[each.window], days[each.tier])),
            1,
            each.surface,
            each.team,
            each.tier,
            each.window,
        )
        for each in evalstanding.live(windows, cut)
        if each.tier in days
    ]


def covered_url(window: Window, cut: Cut, **more: str) -> str:
    """Return the list of the surfaces that had to be tested when a window ended."""
    return listed("eval-coverage-surfaces", cut, at=window.until, **more)


def apart(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return for each repeated run how many points its pass rate lies from the mean of its group; one query."""
    since, until = span(windows)
    rows = evals.runs_visible_to(cut.user).filter(
        status=EvalRun.Status.FINISHED, pass_rate__isnull=False, started_at__gte=since, started_at__lt=until
    )
    named = ("started_at", "pass_rate", "surface_id", "surface__team_id", "surface__tier", "suite_version_id", "binding")
    runs = list(narrowed(rows, cut).order_by("started_at", "pk").values_list(*named))
    found: list[Sample] = []
    for place, window in enumerate(windows):
        groups: dict[tuple[object, ...], list[tuple[object, ...]]] = defaultdict(list)
        for run in runs:
            if window.since <= run[0] < window.until:
                groups[run[2], run[5], run[6]].append(run)
        found += [sample for group in groups.values() if len(group) > 1 for sample in _apart(group, place)]
    return found


def _apart(group: Sequence[tuple[object, ...]], place: int) -> Iterable[Sample]:
    rates = [float(Decimal(str(run[1]))) * 100 for run in group]
    middle = statistics.fmean(rates)
    for (at, _, surface, team, tier, *_), rate in zip(group, rates, strict=True):
        yield Sample(at, abs(rate - middle), 1, surface, team, tier, place)  # type: ignore[arg-type]


def runs_url(window: Window, cut: Cut) -> str:
    """Return the list of the repeated runs of a window."""
    within = {"ran_after": window.since, "ran_before": window.until, "repeated": "true"}
    surface = f"S-{cut.surface:04d}" if cut.surface else None
    return listed("eval-runs", Cut(cut.user, cut.team, cut.tier), surface=surface, **within)


contribute(
    ScoreMetric(
        "eval_coverage",
        "Eval coverage",
        "How many of the surfaces that were live at the end of the days, on a tier for which policy demands evals, had a run "
        "that came to its end within the days for which policy calls it fresh. Whether it passed is what controls ask.",
        "surfaces tested freshly ÷ live surfaces whose tier demands evals",
        "%",
        coverage,
        combining.share,
        covered_url,
        "surfaces",
        part="tested",
        part_url=lambda window, cut: covered_url(window, cut, covered="true"),
        source="Revisions in force, eval runs, the policy's days by tier",
        better="higher",
        order=30,
    )
)
contribute(
    ScoreMetric(
        "variance",
        "Variance",
        "How far apart the same thing ends when it is tried again: runs of the same version of a suite on the same surface, "
        "with the same prompts and models, against the mean of all of them.",
        "median of |pass rate − mean of its group|, in percentage points",
        "points",
        apart,
        combining.median,
        runs_url,
        "repeated runs",
        source="Eval runs that were repeated with nothing changed between them",
        better="lower",
        order=80,
    )
)

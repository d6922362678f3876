"""Figures worked out: each metric over its windows, and its last window by team, tier and surface.

The samples of a metric are asked for once and summed up in memory, so that a figure, its trend and its parts cannot
disagree. What is worked out is kept as long as nothing is written in the ledger, and no longer than a minute.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from governance.core.contributions import Cut, Figure, Sample, ScoreMetric, Window, contributed, contribution
from governance.core.digest import digest
from governance.core.errors import NotVisible
from governance.core.reading import once
from governance.ledger import queries as ledger
from governance.people import roles
from governance.policy import queries as policy

KEPT_SECONDS = 60
DELIVERY = "delivery"
SPANS = (
    ("under 1 h", 0, 1), ("1 to 4 h", 1, 4), ("4 to 24 h", 4, 24), ("1 to 2 days", 24, 48), ("2 to 4 days", 48, 96),
    ("4 to 7 days", 96, 168), ("7 days and more", 168, float("inf")),
)  # fmt: skip
"""How waits are spread, in hours."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric over its windows, oldest first; the last window by each cut's values; and how its hours are spread."""

    key: str
    figures: tuple[Figure, ...]
    parts: Mapping[str, Mapping[int | None, Figure]]
    spread: tuple[tuple[str, int], ...] = ()

    @property
    def now(self) -> Figure:
        """The figure of the last window."""
        return self.figures[-1]


def metrics() -> list[ScoreMetric]:
    """Return the metrics that policy shows, in its order, then DORA's five; never one that policy says is no success."""
    card = policy.document()["scorecard"]
    places = {row["key"]: place for place, row in enumerate(card["metrics"])}
    never = {name.casefold() for name in card["never_shown"]}
    asked = [each for each in contributed(ScoreMetric) if each.family or each.key in places]
    shown = [each for each in asked if each.label.casefold() not in never]
    return sorted(shown, key=lambda each: (bool(each.family), places.get(each.key, each.order), each.key))


def metric(key: str) -> ScoreMetric:
    """Return one metric that is shown. Raises NotVisible."""
    try:
        found = contribution(ScoreMetric, key)
    except LookupError:
        found = None
    if found is None or found not in metrics():
        raise NotVisible(f"The scorecard has no metric {key[:40]}.", fix="Look at the scorecard for those that it has.")
    return found


def measure(asked: Sequence[ScoreMetric], windows: Sequence[Window], cut: Cut) -> list[Measured]:
    """Return metrics over windows, kept or worked out anew."""
    whose = "all" if roles.reads_all(cut.user) else cut.user.pk
    wanted = {
        "metrics": [each.key for each in asked],
        "windows": [(each.since.isoformat(), each.until.isoformat()) for each in windows],
        "cut": [cut.team, cut.tier, cut.surface],
    }
    head = once("head of the ledger", ledger.head_digest)
    key = f"scorecard:{whose}:{head}:{digest(wanted)}"
    found: list[Measured] | None = cache.get(key)
    if found is None:
        found = work_out(asked, windows, cut)
        cache.set(key, found, KEPT_SECONDS)
    return found


def work_out(asked: Sequence[ScoreMetric], windows: Sequence[Window], cut: Cut) -> list[Measured]:
    """Work metrics out. Within a reading (`core.reading`), what several of them rest on is read once."""
    return [_measured(each, tuple(windows), cut) for each in asked]


def _measured(metric: ScoreMetric, windows: tuple[Window, ...], cut: Cut) -> Measured:
    samples = list(metric.samples(windows, cut))
    within = [_within(samples, place, window) for place, window in enumerate(windows)]
    last = within[-1]
    return Measured(
        metric.key,
        tuple(metric.combine(each) for each in within),
        {name: _parted(metric, last, name) for name in metric.cuts},
        _spread(last) if metric.unit == "h" else (),
    )


def _within(samples: Sequence[Sample], place: int, window: Window) -> list[Sample]:
    return [
        each for each in samples if (each.window == place if each.window is not None else window.since <= each.at < window.until)
    ]


def _parted(metric: ScoreMetric, samples: Sequence[Sample], name: str) -> dict[int | None, Figure]:
    found: dict[int | None, list[Sample]] = defaultdict(list)
    for each in samples:
        found[getattr(each, name)].append(each)
    return {value: metric.combine(each) for value, each in found.items()}


def _spread(samples: Sequence[Sample]) -> tuple[tuple[str, int], ...]:
    known = [each.part for each in samples if each.whole]
    return tuple((label, sum(low <= hours < high for hours in known)) for label, low, high in SPANS) if known else ()

"""How samples become a figure: shares, medians, rates and sums. Pure; metrics choose one of them."""

import statistics
from collections.abc import Callable, Sequence

from governance.core.contributions import Figure, Sample

Combine = Callable[[Sequence[Sample]], Figure]


def share(samples: Sequence[Sample]) -> Figure:
    """Return which share of the records has it: n of `of`, 0 to 1."""
    part, whole = _sums(samples)
    return Figure(part / whole if whole else None, round(part), round(whole))


def median(samples: Sequence[Sample]) -> Figure:
    """Return the median of what was measured: n of `of` have it already. Half of an even number between the two middle ones."""
    known = [sample.part for sample in samples if sample.whole]
    return Figure(statistics.median(known) if known else None, len(known), len(samples))


def total(samples: Sequence[Sample]) -> Figure:
    """Return how much there was: the sum of the parts, of so many records."""
    part, whole = _sums(samples)
    return Figure(float(part), round(part), round(whole))


def rate(per: int) -> Combine:
    """Return a way to say how many there were for each `per` of the whole; the whole comes as samples without a part."""

    def combine(samples: Sequence[Sample]) -> Figure:
        part, whole = _sums(samples)
        return Figure(per * part / whole if whole else None, round(part), round(whole))

    return combine


def _sums(samples: Sequence[Sample]) -> tuple[float, float]:
    return sum(sample.part for sample in samples), sum(sample.whole for sample in samples)

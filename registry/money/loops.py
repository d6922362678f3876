"""Whether an hour looks like a loop: far above the same hour of the days before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEAST_CALLS = 100
"""Fewer calls in an hour are no spike, however few there were before: a surface's first morning is not a loop."""
HOURS_BEFORE = 14
"""So many days back the same hour is looked at."""
LEAST_HOURS = 3


@dataclass(frozen=True, slots=True)
class Spike:
    """An hour far above the same hour of the days before: `usual` is their median, both in cost or both in calls."""

    figure: int
    usual: float

    @property
    def factor(self) -> float:
        """How many times the usual it is."""
        return self.figure / max(self.usual, 1.0)


def spike(figure: int, before: Sequence[int], factor: float, *, calls: int) -> Spike | None:
    """Say whether an hour is `factor` times the median of the same hours before; None where it is not.

    `figure` is the hour's cost, or its calls where they have no price; `calls` how many there were. `before` has a figure for
    each earlier day on which there was one; with less than three of them nothing is said.
    """
    if calls < LEAST_CALLS or len(before) < LEAST_HOURS:
        return None
    found = Spike(figure, median(before))
    return found if found.factor >= factor else None

"""What an error budget is, how fast it is used up, and when that is told: pure arithmetic.

A target of 0.995 leaves a budget of 5 bad events in each 1,000. The burn rate is how many times faster than that the
budget is used: 1 uses it up exactly at the end of the window. Which windows and thresholds are told is policy; its
catalogue has those of Google's site reliability workbook (multiwindow, multi-burn-rate alerts): told only while the long
*and* the short window are above the threshold, so that a short burst is not told of, nor one that is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

NOTHING = Decimal(0)
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two windows, and how many times too fast the budget must be used in both of them to be told, and how soon."""

    key: str
    name: str
    long: timedelta
    short: timedelta
    threshold: Decimal
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What an objective asks for: the share that has to be good, over which window, of at least how many events."""

    target: Decimal
    window: timedelta
    expected: int = 0

    @property
    def share(self) -> Decimal:
        """The share of all events that may be bad."""
        return WHOLE - self.target


@dataclass(frozen=True, slots=True)
class Counted:
    """Good and bad events of some span; corrections may have taken some away, never below nothing."""

    good: int = 0
    bad: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return max(self.good, 0) + max(self.bad, 0)


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast the budget is used over both windows of a pair, in multiples of what the window allows."""

    pair: Pair
    long: Decimal
    short: Decimal

    @property
    def is_told(self) -> bool:
        """Whether both windows are above the threshold."""
        return min(self.long, self.short) > self.pair.threshold


def allowed(terms: Terms, counted: Counted) -> Decimal:
    """Return how many bad events a whole window allows."""
    return terms.share * max(counted.total, terms.expected)


def spent(terms: Terms, counted: Counted) -> Decimal:
    """Return the share of the budget that is used: 0 for none, 1 for all of it, more for too much."""
    return max(counted.bad, 0) / allowed(terms, counted) if counted.bad > 0 else NOTHING


def rate(terms: Terms, counted: Counted, span: timedelta) -> Decimal:
    """Return the burn rate over a span; 0 where nothing bad was counted.

    Where fewer events were counted than a span of this length is expected to hold, so many are taken: one bad event in
    five minutes without any other is not a service that fails all the time.
    """
    if counted.bad <= 0:
        return NOTHING
    expected = Decimal(terms.expected) * _seconds(span) / _seconds(terms.window)
    return counted.bad / max(Decimal(counted.total), expected) / terms.share


def burns(terms: Terms, counted: Mapping[timedelta, Counted], pairs: Sequence[Pair]) -> Sequence[Burn]:
    """Return the burn over each pair of windows that is shorter than the objective's own; `counted` has all their spans."""
    return tuple(
        Burn(pair, rate(terms, counted[pair.long], pair.long), rate(terms, counted[pair.short], pair.short))
        for pair in pairs
        if pair.long < terms.window
    )


def lasts(terms: Terms, used: Decimal, pace: Decimal) -> timedelta | None:
    """Return how long the rest of the budget lasts at a burn rate; None where it lasts for good or is used up."""
    if pace <= NOTHING or used >= WHOLE:
        return None
    left = (WHOLE - used) / pace
    return None if left >= WHOLE else terms.window * float(left)


def _seconds(span: timedelta) -> Decimal:
    return Decimal(int(span.total_seconds()))

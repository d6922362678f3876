"""What the figures are, as values: spans of time, counts by one thing, rates. Pure.

Time to restore follows DORA as of 2023: how long a failure lasts, from when it was known to when it was mended. It is never
blended with near misses, which nobody had to restore.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A length of time: what it is called, between which moments of an incident, and what it means."""

    name: str
    fields: tuple[str, str]
    means: str


SPANS: Mapping[str, Kind] = {
    "notice": Kind("To notice", ("occurred_at", "reported_at"), "from when it began to its report"),
    "acknowledge": Kind("To acknowledge", ("reported_at", "acknowledged_at"), "from its report to when somebody had it"),
    "mitigate": Kind("To mitigate", ("reported_at", "mitigated_at"), "from its report to the end of the harm"),
    "restore": Kind("To restore", ("reported_at", "resolved_at"), "from its report to when the cause was gone"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """The median and the ninetieth percentile of a length of time in seconds, over `count` incidents that have it."""

    key: str
    count: int
    median: int | None
    p90: int | None

    @property
    def kind(self) -> Kind:
        """What it measures."""
        return SPANS[self.key]


@dataclass(frozen=True, slots=True)
class Line:
    """One value of what incidents are counted by: incidents, near misses, and incidents that misled or hurt somebody."""

    key: Any
    label: str
    real: int
    near: int
    hurt: int

    @property
    def total(self) -> int:
        """Incidents and near misses."""
        return self.real + self.near


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents counted by one thing; `key` is the filter of the list of incidents that takes a line's key."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a period. `harm` counts incidents by (user harm, blast radius); `months` are (month, real, near)."""

    since: datetime
    until: datetime
    total: int
    near: int
    repeated: int
    spans: tuple[Span, ...]
    groups: tuple[Group, ...]
    harm: Mapping[tuple[int, int], int]
    months: tuple[tuple[str, int, int], ...]

    @property
    def real(self) -> int:
        """Incidents, near misses apart."""
        return self.total - self.near

    @property
    def near_rate(self) -> float | None:
        """Near misses as a share of all that was reported. A high one is good: people tell before it hurts."""
        return self.near / self.total if self.total else None

    @property
    def repeat_rate(self) -> float | None:
        """Incidents of a kind that their surface had within the 90 days before, as a share of all incidents."""
        return self.repeated / self.real if self.real else None

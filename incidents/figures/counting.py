"""What the figures are, as values: spans of time, counts by one thing, rates. Pure.

Time to restore follows DORA as of 2023: how long a failure lasts, from when it was known to when it was mended. It is never
blended with near misses, which nobody had to restore.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

Row = tuple[Any, ...]
"""An incident as far as it is counted; where each part stands is said below. Moments are seconds since 1970, or None."""
NEAR, HARM, RADIUS, MONTH, CATEGORY, SEVERITY, TIER, TEAM, TEAM_NAME, VENDOR, VENDOR_NAME = range(11)
OCCURRED, REPORTED, ACKNOWLEDGED, MITIGATED, RESOLVED = range(11, 16)
MISLED = 2
"""From which user harm on somebody was told something wrong, or worse."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A length of time: what it is called, between which two moments of a row, and what it means."""

    name: str
    places: tuple[int, int]
    means: str


SPANS: Mapping[str, Kind] = {
    "notice": Kind("To notice", (OCCURRED, REPORTED), "from when it began to its report"),
    "acknowledge": Kind("To acknowledge", (REPORTED, ACKNOWLEDGED), "from its report to when somebody had it"),
    "mitigate": Kind("To mitigate", (REPORTED, MITIGATED), "from its report to the end of the harm"),
    "restore": Kind("To restore", (REPORTED, RESOLVED), "from its report to when the cause was gone"),
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


def figures(
    rows: Sequence[Row], since: datetime, until: datetime, *, names: Mapping[str, Mapping[str, str]], repeated: int
) -> Figures:
    """Sum up the incidents of a period. Times are those of incidents, without near misses: nobody waited for those to end.

    `names` are what the policy calls its keys, by "category" and "severity"; `repeated` is how many came back.
    """
    real = [row for row in rows if not row[NEAR]]
    kinds, bad = names["category"], names["severity"]
    teams, vendors = ({row[key]: row[name] for row in rows} for key, name in ((TEAM, TEAM_NAME), (VENDOR, VENDOR_NAME)))
    return Figures(
        since=since,
        until=until,
        total=len(rows),
        near=len(rows) - len(real),
        repeated=repeated,
        spans=tuple(span(key, real) for key in SPANS),
        groups=(
            Group("category", "By kind", lines(rows, CATEGORY, lambda key: kinds.get(key, key))),
            Group("severity", "By severity", lines(rows, SEVERITY, lambda key: f"{key} {bad.get(key, '')}".strip())),
            Group("tier", "By tier", lines(rows, TIER, lambda key: f"Tier {key}")),
            Group("team", "By team", lines(rows, TEAM, teams.get)),
            Group("vendor", "By vendor", lines(rows, VENDOR, vendors.get)),
        ),
        harm=dict(Counter((row[HARM], row[RADIUS]) for row in real if row[HARM] is not None and row[RADIUS] is not None)),
        months=months(rows, since),
    )


def span(key: str, rows: Sequence[Row]) -> Span:
    """Return the middle and the slow end of one length of time, by nearest rank: both are lengths that really happened."""
    begun, over = SPANS[key].places
    took = sorted(row[over] - row[begun] for row in rows if row[over] is not None and row[begun] is not None)
    if not took:
        return Span(key, 0, None, None)
    median, slow = (took[ceil(len(took) * share) - 1] for share in (0.5, 0.9))
    return Span(key, len(took), median, slow)


def lines(rows: Sequence[Row], place: int, label: Any) -> tuple[Line, ...]:
    """Return the rows summed up by one of their parts, the largest first; what has none comes last."""
    near, every = Counter(row[place] for row in rows if row[NEAR]), Counter(row[place] for row in rows)
    hurt = Counter(row[place] for row in rows if (row[HARM] or 0) >= MISLED and not row[NEAR])
    found = [
        Line(key, "–" if key in (None, "") else label(key), count - near[key], near[key], hurt[key])
        for key, count in every.items()
    ]
    return tuple(sorted(found, key=lambda line: (line.key in (None, ""), -line.total, line.label)))


def months(rows: Sequence[Row], since: datetime) -> tuple[tuple[str, int, int], ...]:
    """Return each month with its incidents and near misses, from the first to the last that has any."""
    near, every = Counter(row[MONTH] for row in rows if row[NEAR]), Counter(row[MONTH] for row in rows)
    if not every:
        return ()
    first = max(f"{since:%Y-%m}", min(every))
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (name := f"{year:04}-{month:02}") <= max(every):
        found.append((name, every[name] - near[name], near[name]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return tuple(found)

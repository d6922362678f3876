"""What any result file comes down to: how its cases came out, when, with what, and at what price."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from governance.core.errors import TooLarge

MAX_BYTES = 32 * 1024 * 1024
MAX_CASES = 20_000
OUTCOMES = ("pass", "fail", "error", "skip")
RATE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Case:
    """One case by name: pass, fail, error or skip; score as the tool gives it, cost in the report's currency."""

    name: str
    outcome: str
    score: float | None = None
    cost: Decimal | None = None
    latency_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases came out how. They are given only where a file holds figures and no cases."""

    passed: int = 0
    failed: int = 0
    errored: int = 0
    skipped: int = 0

    @property
    def total(self) -> int:
        """All cases, those left out included."""
        return self.passed + self.failed + self.errored + self.skipped

    @property
    def counted(self) -> int:
        """The cases that the pass rate is of: errors count as not passed, what was left out does not count."""
        return self.total - self.skipped

    @property
    def pass_rate(self) -> Decimal | None:
        """Passed of counted, 0 to 1, cut (never rounded up) to four decimals; None without any."""
        if not self.counted:
            return None
        return (Decimal(self.passed) / self.counted).quantize(RATE, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Report:
    """One run as its file tells it. `error` says why a run broke off; such a run proves nothing, whatever it passed."""

    format: str
    digest: str
    cases: tuple[Case, ...] = ()
    tool: str = ""
    error: str = ""
    started_at: datetime | None = None
    models: tuple[str, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    cost: Decimal | None = None
    currency: str = "USD"
    metrics: Mapping[str, float] = field(default_factory=dict)
    summary: Counts | None = None

    @property
    def counts(self) -> Counts:
        """How the cases came out."""
        if self.summary is not None and not self.cases:
            return self.summary
        found = dict.fromkeys(OUTCOMES, 0)
        for case in self.cases:
            found[case.outcome] += 1
        return Counts(*found.values())

    @property
    def pass_rate(self) -> Decimal | None:
        """The share of counted cases that passed."""
        return self.counts.pass_rate

    @property
    def total_cost(self) -> Decimal | None:
        """What the run cost: as the file sums it up, else the sum of what its cases say; None where nothing does."""
        if self.cost is not None:
            return self.cost
        told = [case.cost for case in self.cases if case.cost is not None]
        return sum(told, Decimal()) if told else None

    def latency(self, share: float) -> int | None:
        """Return the latency in milliseconds that this share of the cases stayed within (nearest rank)."""
        times = sorted(case.latency_ms for case in self.cases if case.latency_ms is not None)
        return times[max(0, math.ceil(share * len(times)) - 1)] if times else None


def gathered(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases with a name each of their own: the second of a name is called "name (2)". Raises TooLarge."""
    found: list[Case] = []
    seen: dict[str, int] = {}
    taken: set[str] = set()
    for case in cases:
        if len(found) >= MAX_CASES:
            raise TooLarge(
                f"The run has more than {MAX_CASES:,} cases.", fix="Hand it in as several suites.", code="too-many-cases"
            )
        name = case.name
        while name in taken:
            seen[case.name] = seen.get(case.name, 1) + 1
            name = f"{case.name[:280]} ({seen[case.name]})"
        taken.add(name)
        found.append(case if name == case.name else Case(name, case.outcome, case.score, case.cost, case.latency_ms, case.reason))
    return tuple(found)


def number(value: Any) -> float | None:
    """Return a finite number, or None for anything else. True and false are not numbers here."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def money(value: Any) -> Decimal | None:
    """Return an amount of at most 8 digits before the point and six decimals, or None; below nothing is none."""
    found = number(value)
    if found is None or not 0 <= found < 100_000_000:
        return None
    return Decimal(str(found)).quantize(Decimal("0.000001"))


def milliseconds(value: Any, *, seconds: bool = False) -> int | None:
    """Return whole milliseconds, or None where it is no time that a call can take (below 0, above 24 days)."""
    found = number(value)
    if found is None:
        return None
    found = found * 1000 if seconds else found
    return round(found) if 0 <= found < 2**31 else None


def moment(value: Any) -> datetime | None:
    """Return an ISO 8601 moment in UTC; one without a zone is taken for UTC. None where it cannot be read."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def objects(value: Any) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a list, and nothing of anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def object_of(value: Any) -> Mapping[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}

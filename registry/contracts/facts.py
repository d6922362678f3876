"""What the rules need to know of policy and catalogue, as plain data that a caller fills from its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TierFacts:
    """One tier: its number and name, and what it demands of a contract."""

    number: int
    name: str
    demands: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    logging: tuple[str, ...] = ()
    eval_threshold: float | None = None
    drill_days: int | None = None
    review_months: int | None = None
    eval_freshness_days: int | None = None


@dataclass(frozen=True, slots=True)
class DataClassFacts:
    """One class of data: whether it is sensitive, and the least tier of what may see it."""

    key: str
    name: str
    sensitive: bool = False
    minimum_tier: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Keys that exist. None means that a kind is not looked up; an empty set means that none exists."""

    endpoints: frozenset[str] | None = None
    tools: Mapping[str, str] | None = None
    """Tool key to its effect in the catalogue."""
    data_classes: frozenset[str] | None = None
    suites: frozenset[str] | None = None
    people: frozenset[str] | None = None
    """References of people who may own something."""


@dataclass(frozen=True, slots=True)
class Names:
    """How keys are called for people; a key without a name is shown as it is."""

    endpoints: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    data_classes: Mapping[str, str] = field(default_factory=dict)
    suites: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: str, key: str) -> str:
        """The name of a key of a kind."""
        named: Mapping[str, str] = getattr(self, kind)
        return named.get(key, key)


def tier_of(number: int, tiers: Sequence[TierFacts]) -> TierFacts:
    """The facts of a tier; an unlisted number stands alone with its number as a name."""
    return next((tier for tier in tiers if tier.number == number), TierFacts(number, f"Tier {number}"))

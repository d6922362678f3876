"""The facts that a decision about a surface rests on, as plain data. No database, no clock, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registry.money.held import NOTHING as UNSPENT
from registry.money.held import SpentUp
from registry.quarantine.held import NOTHING, Quarantined

Contract = Mapping[str, Any]
PLAIN, REDACTED = "plain", "redacted"
ALLOWED, ONLY_REDACTED, NEVER = "allowed", "redacted", "never"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A control that holds a release back and is not met: what, why, and what to do."""

    control: str
    title: str
    why: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to the revision in force, by reference, for a position."""

    by: str
    position: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SurfaceFacts:
    """One surface as it stands: its mode, what is in force, who approved it, and which blocking controls are unmet.

    `number` is 0 and `contract` empty while nothing is in force. `waived` maps an excepted control to its exception.
    `spent_up` is the spend limit that is reached and refuses its calls, empty while there is none.
    """

    key: str
    state: str
    mode: str
    tier: int | None
    number: int = 0
    digest: str = ""
    contract: Contract = field(default_factory=dict)
    since: datetime | None = None
    approved_under: str = ""
    approvals: Sequence[Approval] = ()
    unmet: Sequence[Unmet] = ()
    waived: Mapping[str, str] = field(default_factory=dict)
    spent_up: str = ""

    @property
    def data_classes(self) -> dict[str, str]:
        """What the contract lets it see: data class to handling."""
        return {row["key"]: row["handling"] for row in self.contract.get("inputs", {}).get("data_classes", [])}

    def roles(self, endpoint: str) -> list[str]:
        """Return in which roles the contract names an endpoint; none when it is not in it."""
        return [row["role"] for row in self.contract.get("routes", []) if row["endpoint"] == endpoint]

    def tool(self, key: str) -> Mapping[str, Any] | None:
        """Return what the contract says of a tool, or None."""
        rows: Sequence[Mapping[str, Any]] = self.contract.get("authority", {}).get("tools", [])
        return next((row for row in rows if row["key"] == key), None)

    def retrieves(self, key: str) -> bool:
        """Whether the contract names a retrieval source."""
        return any(row["key"] == key for row in self.contract.get("retrieval", []))


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An endpoint or tool of the catalogue: whether it and its vendor may be used, and what a tool can do."""

    key: str
    name: str
    state: str
    vendor: str = ""
    vendor_state: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a batch of questions needs: what the caller may see of surfaces, the catalogue, the data rules, policy."""

    policy: str
    surfaces: Mapping[str, SurfaceFacts]
    endpoints: Mapping[str, ItemFacts] = field(default_factory=dict)
    tools: Mapping[str, ItemFacts] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Each data class that policy knows, with the rule that holds where the matrix says nothing."""
    rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(endpoint, data class) to what the matrix says."""
    quarantined: Quarantined = NOTHING
    spent_up: SpentUp = UNSPENT

    def rule(self, endpoint: str, data_class: str) -> str:
        """Return what holds for a class at an endpoint: the matrix, else policy's default, else never."""
        return self.rules.get((endpoint, data_class), self.defaults.get(data_class, NEVER))

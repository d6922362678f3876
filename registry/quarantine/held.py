"""What is quarantined now, as plain data, and what of a contract that leaves. No database, no clock, no request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Contract = Mapping[str, Any]
ENDPOINT, SOURCE, TOOL, VENDOR = "endpoint", "source", "tool", "vendor"
FEW = 12


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that a contract names and that is quarantined: its kind, its key, and by which quarantine."""

    kind: str
    key: str
    by: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Everything in quarantine, each key with the key of its quarantine (Q-4).

    A vendor's endpoints and tools are among `endpoints` and `tools`, so nobody has to look up whose a thing is; `vendors`
    are the vendors themselves.
    """

    endpoints: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    vendors: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.endpoints or self.tools or self.sources)

    @property
    def named(self) -> set[str]:
        """The keys that contracts name."""
        return {*self.endpoints, *self.tools, *self.sources}

    @property
    def is_few(self) -> bool:
        """Whether it pays to look for each key in the words of contracts, instead of reading them all."""
        return len(self.named) <= FEW

    @property
    def keys(self) -> set[str]:
        """The keys of all quarantines."""
        return {by for held in (self.endpoints, self.tools, self.sources, self.vendors) for by in held.values()}

    def named_in(self, contract: Contract) -> list[Named]:
        """Return what a contract names that is quarantined, each once: endpoints, then tools, then sources."""
        return list(dict.fromkeys(self._named_in(contract)))

    def _named_in(self, contract: Contract) -> Iterator[Named]:
        parts = (
            (ENDPOINT, endpoints_of(contract), self.endpoints),
            (TOOL, tools_of(contract), self.tools),
            (SOURCE, sources_of(contract), self.sources),
        )
        for kind, keys, held in parts:
            for key in keys:
                if key in held:
                    yield Named(kind, key, held[key])

    def routes_left(self, contract: Contract) -> list[Mapping[str, Any]]:
        """Return the routes of a contract whose endpoint is not quarantined."""
        return [row for row in contract.get("routes") or () if row.get("endpoint") not in self.endpoints]


NOTHING = Quarantined()


def endpoints_of(contract: Contract) -> list[str]:
    """Return the endpoints that a contract routes to, in its order."""
    return [str(row.get("endpoint", "")) for row in contract.get("routes") or ()]


def tools_of(contract: Contract) -> list[str]:
    """Return the tools that a contract allows."""
    return [str(row.get("key", "")) for row in (contract.get("authority") or {}).get("tools") or ()]


def sources_of(contract: Contract) -> list[str]:
    """Return the retrieval sources that a contract names."""
    return [str(row.get("key", "")) for row in contract.get("retrieval") or ()]


@dataclass(frozen=True, slots=True)
class Left:
    """What a quarantine takes from one contract, and whether it goes on answering without it.

    `routes` are the endpoints that still answer, `lost` what it loses, `stops` says that no route is left.
    """

    lost: tuple[Named, ...]
    routes: tuple[str, ...]
    stops: bool
    instead: str


def left(contract: Contract, held: Quarantined) -> Left:
    """Return what is left of a contract under what is quarantined."""
    routes = tuple(dict.fromkeys(str(row["endpoint"]) for row in held.routes_left(contract)))
    switch, failing = contract.get("kill_switch") or {}, contract.get("fallback") or {}
    instead = str(switch.get("fallback") or failing.get("description") or "")
    return Left(tuple(held.named_in(contract)), routes, bool(contract.get("routes")) and not routes, instead)

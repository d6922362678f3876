"""What exists and what held when, as plain data that matching rests on. No database, no clock, no request."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timeline(Generic[T]):
    """What held from when on: `values[n]` from `times[n]` until the next; before the first, `before`."""

    times: tuple[datetime, ...] = ()
    values: tuple[T, ...] = ()
    before: T | None = None

    def at(self, moment: datetime) -> T | None:
        """Return what held at a moment."""
        place = bisect_right(self.times, moment)
        return self.values[place - 1] if place else self.before


def timeline(rows: Iterable[tuple[datetime, T]], before: T | None = None) -> Timeline[T]:
    """Return a timeline of rows in the order of time; of two at one moment the later one holds."""
    kept: list[tuple[datetime, T]] = []
    for since, value in rows:
        if kept and kept[-1][0] == since:
            kept.pop()
        if not kept or kept[-1][1] != value:
            kept.append((since, value))
    return Timeline(tuple(since for since, _ in kept), tuple(value for _, value in kept), before)


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """A version of a prompt that a revision names: its id, the prompt's key, its label and its SHA-256."""

    id: int
    key: str
    label: str
    digest: str


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """What one revision lets a surface do: endpoints with their roles, tools, data classes, versions of prompts."""

    id: int
    tier: int
    routes: tuple[tuple[str, str], ...] = ()
    tools: frozenset[str] = frozenset()
    classes: tuple[str, ...] = ()
    prompts: tuple[PromptFacts, ...] = ()

    def roles(self, endpoint: str) -> set[str]:
        """Return in which roles an endpoint is named."""
        return {role for key, role in self.routes if key == endpoint}


@dataclass(frozen=True, slots=True)
class SurfaceFacts:
    """One surface: its team and tier, which revision held when (None: nothing), and its mode from when on."""

    id: int
    team: int | None
    tier: int | None
    revisions: Timeline[RevisionFacts | None]
    modes: Timeline[str]

    @property
    def cuts(self) -> set[datetime]:
        """The moments at which something about it changed."""
        return {*self.revisions.times, *self.modes.times}


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """One endpoint of the catalogue; `vendor` are the names of its vendor, folded; `states` whether it might be used when."""

    id: int
    key: str
    model: str
    region: str
    vendor: frozenset[str]
    states: Timeline[bool]


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when something held; without an end it still does."""

    since: datetime
    until: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether it held at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What a version of policy says: data classes with the rule where no other is, logging fields by tier."""

    classes: Mapping[str, str] = field(default_factory=dict)
    logging: Mapping[int, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """All that matching rests on. Names are folded; `surface(id)` gives one surface, read when it is first asked for."""

    surface: Callable[[int], SurfaceFacts | None]
    claims: Mapping[str, int] = field(default_factory=dict)
    aliases: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(attribute, name) to the surface that it means, of a model to the endpoint."""
    endpoints: Mapping[int, EndpointFacts] = field(default_factory=dict)
    by_key: Mapping[str, EndpointFacts] = field(default_factory=dict)
    by_model: Mapping[str, Sequence[EndpointFacts]] = field(default_factory=dict)
    rules: Mapping[tuple[int, str], Timeline[str]] = field(default_factory=dict)
    policies: Timeline[PolicyFacts] = field(default_factory=lambda: Timeline[PolicyFacts]())
    quarantined: Mapping[tuple[str, str], Sequence[Span]] = field(default_factory=dict)
    cuts: frozenset[datetime] = frozenset()
    """Moments at which something changed that holds for all surfaces: catalogue, data rules, policy, quarantine."""

    def policy(self, at: datetime) -> PolicyFacts:
        """Return what policy said at a moment; before the first version, the first."""
        return self.policies.at(at) or (self.policies.values[0] if self.policies.values else PolicyFacts())

    def rule(self, endpoint: int, data_class: str, at: datetime) -> str:
        """Return what held for a class at an endpoint: the matrix, else policy's default, else never."""
        ruled = self.rules.get((endpoint, data_class))
        return (ruled.at(at) if ruled else None) or self.policy(at).classes.get(data_class, "never")

    def is_held(self, kind: str, key: str, at: datetime) -> bool:
        """Whether a thing was in quarantine at a moment."""
        return any(span.holds(at) for span in self.quarantined.get((kind, key), ()))

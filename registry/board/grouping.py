"""From paths to lines: what differs only in prompt, feature or sender is one line of an answer. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

GAPS_FIRST = {"not_approved": 0, "unknown": 1, "approved": 2}


class Seen(NamedTuple):
    """One path with its calls in the days that were asked for. Names are as programs said them, ids what they matched."""

    path: int
    calls: int
    first_at: datetime
    last_at: datetime
    standing: str
    surface: int | None = None
    endpoint: int | None = None
    revision: int | None = None
    claim: str = ""
    service: str = ""
    provider: str = ""
    model: str = ""
    region: str = ""
    tool: str = ""
    classes_from: str = "nowhere"
    classes: Sequence[str] = ()
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """Paths that make one line: the same model in the same place, on the same surface, under the same revision."""

    first: Seen
    calls: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    classes: set[str] = field(default_factory=set)
    classes_from: set[str] = field(default_factory=set)
    paths: list[int] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        """Count one path in."""
        self.calls += seen.calls
        self.first_at = seen.first_at if self.first_at is None else min(self.first_at, seen.first_at)
        self.last_at = seen.last_at if self.last_at is None else max(self.last_at, seen.last_at)
        self.classes.update(seen.classes)
        self.classes_from.add(seen.classes_from)
        self.paths.append(seen.path)


@dataclass(frozen=True)
class Totals:
    """What all lines of an answer come to."""

    lines: int
    calls: int
    approved: int
    not_approved: int
    unknown: int
    lines_approved: int
    lines_not_approved: int
    lines_unknown: int
    models: int
    unknown_models: bool
    surfaces: int


def same_line(seen: Seen) -> tuple[object, ...]:
    """Return what two paths share that belong to one line."""
    where = (seen.surface,) if seen.surface else (None, seen.claim, seen.service)
    what = (seen.endpoint,) if seen.endpoint else (None, seen.provider, seen.model, seen.tool if not seen.model else "")
    return (*where, *what, seen.region, seen.revision, seen.standing, seen.reasons)


def grouped(found: Iterable[Seen]) -> list[Group]:
    """Return the lines of an answer: gaps first, then what cannot be told, then by calls; ties by the oldest path."""
    groups: dict[tuple[object, ...], Group] = {}
    for seen in sorted(found, key=lambda each: each.path):
        key = same_line(seen)
        if key not in groups:
            groups[key] = Group(seen)
        groups[key].add(seen)
    return sorted(groups.values(), key=lambda each: (GAPS_FIRST.get(each.first.standing, 1), -each.calls, each.first.path))


def totals(groups: Iterable[Group], models: dict[int, str]) -> Totals:
    """Add up an answer; `models` are the names of the models of endpoints."""
    calls = dict.fromkeys(GAPS_FIRST, 0)
    lines = dict.fromkeys(GAPS_FIRST, 0)
    named: set[str] = set()
    surfaces: set[int] = set()
    unknown_models = False
    for group in groups:
        calls[group.first.standing] += group.calls
        lines[group.first.standing] += 1
        model = models.get(group.first.endpoint or 0, "") or group.first.model
        if model:
            named.add(model.casefold())
        elif not group.first.tool:
            unknown_models = True
        if group.first.surface:
            surfaces.add(group.first.surface)
    return Totals(
        sum(lines.values()),
        sum(calls.values()),
        calls["approved"],
        calls["not_approved"],
        calls["unknown"],
        lines["approved"],
        lines["not_approved"],
        lines["unknown"],
        len(named),
        unknown_models,
        len(surfaces),
    )

"""A whole replay as plain data: figures, and the rows that each figure counts; kept in a job's result where it is long."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.policy.models import PolicyDraft
from registry.replay import queries
from registry.replay.past import OUTCOMES, Verdict
from registry.replay.queries import Turned

MONTHS = 12
MOST_MONTHS = 60
AT_ONCE = 500
"""Up to so many changes and surfaces together it is worked out while one waits; beyond, a job does it with progress."""


@dataclass(frozen=True)
class Replay:
    """What a draft would have done: to each past change, and to each surface today. Rows are plain values."""

    draft: str
    version: int
    months: int
    made_at: str
    changes: list[dict[str, Any]] = field(default_factory=list)
    surfaces: list[dict[str, Any]] = field(default_factory=list)
    looked_at: int = 0
    """How many surfaces were looked at; `surfaces` holds those on which something would turn."""

    def as_plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> "Replay":
        """Read it back."""
        return cls(**{name: told[name] for name in cls.__dataclass_fields__})

    @property
    def counts(self) -> dict[str, int]:
        """How many changes have each outcome."""
        found = Counter(row["outcome"] for row in self.changes)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def red(self) -> list[dict[str, Any]]:
        """The surfaces on which a control would turn red."""
        return [row for row in self.surfaces if row["red"]]

    @property
    def green(self) -> list[dict[str, Any]]:
        """The surfaces on which a control would turn green."""
        return [row for row in self.surfaces if row["green"]]


def size(user: Any, months: int) -> int:
    """Return how many changes and surfaces a replay has to look at."""
    return queries.past_changes(user, months).count() + queries.surfaces_in_force(user).count()


def replay(user: Any, draft: PolicyDraft, months: int, progress: Callable[..., None] | None = None) -> Replay:
    """Work a replay out. `progress(done, total, label)` is told every hundred rows."""
    total = size(user, months) if progress is not None else 0
    done = 0

    def tick(label: str) -> None:
        nonlocal done
        done += 1
        if progress is not None and done % 100 == 0:
            progress(done, max(total, done), label)

    rows, surfaces, looked_at = [], [], 0
    for verdict in queries.verdicts(user, draft, months):
        rows.append(change_row(verdict))
        tick(verdict.past.key)
    for found in queries.turned(user, draft):
        looked_at += 1
        if found is not None:
            surfaces.append(surface_row(found))
        tick("surfaces today")
    rows.sort(key=lambda row: (list(OUTCOMES).index(row["outcome"]), -row["hours_sooner"], row["key"]))
    return Replay(draft.key, draft.version, months, clock.now().isoformat(), rows, surfaces, looked_at)


def change_row(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values."""
    past = verdict.past
    return {
        "key": past.key,
        "title": past.title,
        "surface": past.surface,
        "surface_key": past.surface_key,
        "tier": past.tier,
        "state": past.state,
        "asked_at": past.asked_at.isoformat(),
        "outcome": verdict.outcome,
        "then": verdict.then,
        "now": verdict.now,
        "reasons": list(verdict.reasons),
        "unknown": list(verdict.unknown),
        "hours_sooner": round(verdict.hours_sooner, 2),
    }


def surface_row(found: Turned) -> dict[str, Any]:
    """Return a surface as plain values, with the controls that would turn."""
    return {
        "key": found.key,
        "name": found.name,
        "tier": found.tier,
        "holds": found.holds,
        "red": [{"key": each.key, "title": each.title, "why": each.why, "holds": each.holds} for each in found.red],
        "green": [{"key": each.key, "title": each.title, "why": each.why, "holds": each.holds} for each in found.green],
    }


def months_of(said: str) -> int:
    """Read a number of months. Raises Invalid for what is none, or beyond five years."""
    if not said:
        return MONTHS
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 0
    if not 1 <= number <= MOST_MONTHS:
        raise Invalid(
            f"“{said[:20]}” is not a period that can be replayed.",
            fix=f"Give a number of months from 1 to {MOST_MONTHS}.",
            fields={"months": [f"1 to {MOST_MONTHS}."]},
        )
    return number

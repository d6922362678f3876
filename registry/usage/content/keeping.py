"""What becomes of prompts and outputs once the store knows which surface and tier a call has.

The store calls `settle` with the calls that are really new, and writes the rows it returns with them, in one transaction.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance.people.models import User
from registry.usage.calls import Call
from registry.usage.content import redacting
from registry.usage.models import KeptText

NAMES_HOLD = 60.0
"""Seconds for which the names of people are not read again."""


@dataclass(frozen=True)
class Keeping:
    """What policy says: for how many days texts are kept, by tier (a tier that is not named keeps none), and what goes."""

    days: Mapping[int, int] = field(default_factory=dict)
    redact: frozenset[str] = frozenset(redacting.KINDS)


@dataclass
class Settled:
    """What becomes of the texts of a delivery: rows to store with it, and how many were refused."""

    rows: list[KeptText] = field(default_factory=list)
    refused: int = 0

    @property
    def kept(self) -> int:
        """How many are kept."""
        return len(self.rows)


def settle(calls: Iterable[tuple[Call, int | None, int | None]], *, rules: Keeping, received_at: datetime) -> Settled:
    """Return what becomes of the texts of calls, each with the id of its surface and the tier, None where unknown.

    A text is kept only for a known surface of a tier whose policy keeps texts; it expires its days after it came in. Store
    the rows with `ignore_conflicts`: a call that is delivered again has its text already.
    """
    settled = Settled()
    for call, surface, tier in calls:
        if not call.texts:
            continue
        days = rules.days.get(tier, 0) if tier is not None else 0
        if not days or surface is None:
            settled.refused += len(call.texts)
            continue
        for kind, text in call.texts.items():
            clean, count = redacting.redacted(text, kinds=rules.redact, names=_names())
            ends = received_at + timedelta(days=days)
            row = KeptText(at=call.at, uid=call.uid, surface_id=surface, kind=kind, text=clean, redacted=count, expires_at=ends)
            settled.rows.append(row)
    return settled


_held: tuple[float, dict[str, str]] = (float("-inf"), {})


def _names() -> dict[str, str]:
    global _held
    now = time.monotonic()
    if now - _held[0] > NAMES_HOLD:
        people = User.objects.filter(kind=User.Kind.PERSON, erased_at=None).values_list("name", flat=True)
        _held = (now, redacting.known(list(people)))
    return _held[1]

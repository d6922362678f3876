"""Event kinds: each says how it reads, which payload it carries, and what of it is personal."""

import string
from collections import defaultdict
from dataclasses import dataclass, field

_kinds: dict[str, "EventKind"] = {}


@dataclass(frozen=True)
class EventKind:
    """One kind of ledger entry.

    `sentence` is a format string that follows the actor's name ("registered {subject}"); `fields` are the payload's
    allowed keys; `personal` are keys kept apart under a salted digest, so that they can be erased.
    """

    name: str
    sentence: str
    fields: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    tone: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """The sentence without what differs from entry to entry, for lists to choose from: proposed revision …"""
        return self.sentence.format_map(defaultdict(lambda: "…"))

    def __post_init__(self) -> None:
        known = {"subject", *self.fields, *self.personal}
        used = {name for _, name, _, _ in string.Formatter().parse(self.sentence) if name}
        if used - known:
            raise ValueError(f"{self.name}: the sentence uses {sorted(used - known)}, which the payload does not carry")


def register(*kinds: EventKind) -> None:
    """Make kinds known. Raises ValueError when a name is registered twice with another meaning."""
    for kind in kinds:
        if _kinds.get(kind.name, kind) != kind:
            raise ValueError(f"event kind {kind.name!r} is registered twice")
        _kinds[kind.name] = kind


def get(name: str) -> EventKind:
    """Return a kind. Raises LookupError for an unknown one: an entry nobody can read must not be written."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"unknown event kind {name!r}; register it in the feature's events.py") from None


def all_kinds() -> list[EventKind]:
    """Return all kinds by name."""
    return [_kinds[name] for name in sorted(_kinds)]

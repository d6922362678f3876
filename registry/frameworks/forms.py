"""The checklist as one form: reads what was sent for every item, so that what is sound can be saved and the rest told."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.frameworks.models import FrameworkAnswer
from registry.frameworks.queries import Row

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed for one item, against the version that they saw (0: no answer yet)."""

    status: str
    reason: str
    version: int | None

    def differs(self, answer: FrameworkAnswer | None) -> bool:
        """Whether it says something else than what is held."""
        if answer is None:
            return bool(self.status or self.reason)
        return (self.status, self.reason) != (answer.status, answer.reason)


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the form shows it: how it stands, what is typed, and what is wrong with that."""

    row: Row
    status: str
    reason: str
    version: int
    problem: str = ""

    @property
    def dom_id(self) -> str:
        """Its anchor on the page."""
        return self.row.item.anchor


def read(sent: Mapping[str, str], item: str) -> Said:
    """Return what was sent for an item."""
    version = sent.get(f"{item}.version", "")
    return Said(
        sent.get(f"{item}.status", ""),
        sent.get(f"{item}.reason", "").replace("\r\n", "\n").strip(),
        int(version) if version.isdecimal() and len(version) < 10 else None,
    )


def line(row: Row, said: Said | None = None, problem: str = "") -> Line:
    """Return an item for the form: as it is held, or as it was typed."""
    held = row.answer
    version = held.version if held else 0
    if said is None:
        return Line(row, held.status if held else "", held.reason if held else "", version)
    return Line(row, said.status, said.reason, version, problem)

"""What a difference between two contracts is, apart from how it is found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from registry.contracts.prose import Segment
from registry.contracts.shape import parts

Op = Literal["added", "removed", "changed"]

KINDS = {
    "prompt": "Prompt",
    "model": "Model",
    "routing": "Routing",
    "retrieval": "Retrieval",
    "tool": "Tool and authority",
    "data": "Data",
    "output": "Output",
    "fallback": "Fallback",
    "logging": "Logging",
    "eval": "Evals",
    "budget": "Budget",
    "recovery": "Kill switch and rollback",
    "limits": "Limits",
    "oversight": "Human review",
    "wording": "Wording",
}
"""Kinds of change that a contract's difference can be; policy may route each on its own."""

AREAS = {
    "authority": "may do more",
    "data": "sees more",
    "models": "uses more models",
    "reach": "reaches more people",
    "spend": "may spend more",
    "safeguards": "is held less tightly",
}
"""In what a change widens what was approved."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """One way in which a difference widens what was approved, and why that is thought."""

    area: str
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, in domain words.

    `sentence` stands alone; `subject`, `before`, `after` and `segments` are for setting it as a table or a diff.
    """

    part: str
    subject: str
    op: Op
    sentence: str
    kinds: tuple[str, ...]
    before: str = ""
    after: str = ""
    segments: tuple[Segment, ...] = ()
    note: str = ""
    expansions: tuple[Expansion, ...] = ()

    @property
    def title(self) -> str:
        """What the part is called."""
        return str(parts()[self.part]["title"])


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences from one contract to another, in the order of the parts."""

    differences: tuple[Difference, ...]
    changed_parts: tuple[str, ...] = ()
    unchanged_parts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Difference]:
        """The differences one by one."""
        return iter(self.differences)

    def __len__(self) -> int:
        """How many differences there are; none is false."""
        return len(self.differences)

    def groups(self) -> list[tuple[str, str, tuple[Difference, ...]]]:
        """Part, its title and its differences, in the order of the contract."""
        return [
            (part, str(parts()[part]["title"]), tuple(rows)) for part, rows in groupby(self.differences, key=lambda one: one.part)
        ]

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """Every way in which the change widens what was approved, each said once."""
        return tuple(dict.fromkeys(one for difference in self.differences for one in difference.expansions))

    def widens(self, *areas: str) -> bool:
        """Whether the change widens any of these areas, or any at all."""
        return any(one.area in areas or not areas for one in self.expansions)


def kinds_of(differences: tuple[Difference, ...]) -> tuple[str, ...]:
    """The kinds of change among differences, in their own order."""
    present = {kind for difference in differences for kind in difference.kinds}
    return tuple(kind for kind in KINDS if kind in present)

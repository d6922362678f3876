"""What apps above write beside the things that a contract names: that one is in quarantine, and where to read why.

Presentation only: whoever lets something through asks the app above by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.core.contributions import contributed
from governance.core.reading import once
from registry.contracts.shape import Contract

Named = tuple[str, str]
"""A kind of thing (endpoint, tool, source) and its key."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words in a tone (stop, warn), and where they lead."""

    tone: str
    text: str
    url: str


@dataclass(frozen=True)
class ContractMarks:
    """Gives the marks of what a contract names: `marks(contract)` is empty where there are none."""

    key: str
    marks: Callable[[Contract], Mapping[Named, Mark]]
    order: int = 100


def marks_of(contract: Contract) -> dict[Named, Mark]:
    """Return the marks of everything that a contract names; asked once for a page."""
    return once(("contract marks", id(contract)), lambda: _marks(contract))


def _marks(contract: Contract) -> dict[Named, Mark]:
    found: dict[Any, Mark] = {}
    for each in contributed(ContractMarks):
        found |= each.marks(contract)
    return found

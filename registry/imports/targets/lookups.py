"""Finding what a file names: people by address or name, teams and vendors by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from governance.core.tabular.choices import fold
from governance.core.tabular.problems import Level, Problem


class Named:
    """Things by their names, keys and addresses. A name that two things share finds neither."""

    def __init__(self, things: Iterable[Any], *attributes: str) -> None:
        self._found: dict[str, Any] = {}
        self._twice: set[str] = set()
        for thing in things:
            for attribute in attributes:
                self._add(str(getattr(thing, attribute) or ""), thing)

    def _add(self, name: str, thing: Any) -> None:
        folded = folded_name(name)
        known = self._found.get(folded)
        if not folded or known is thing:
            return
        if known is not None and known.pk != thing.pk:
            self._twice.add(folded)
        else:
            self._found[folded] = thing

    def get(self, name: str) -> Any:
        """Return the thing of this name, or None."""
        folded = folded_name(name)
        return None if folded in self._twice else self._found.get(folded)

    def is_ambiguous(self, name: str) -> bool:
        """Whether several things have this name."""
        return folded_name(name) in self._twice


def folded_name(name: str) -> str:
    """How names are compared: words only for plain names, the whole text for addresses."""
    return name.strip().casefold() if "@" in name else fold(name)


def unknown(label: str, name: str, *, ambiguous: bool, what: str, fix: str) -> Problem:
    """Say that a name leads to nobody or nothing, or to several."""
    short = name if len(name) <= 80 else name[:79] + "…"
    reason = f"several {what} are called “{short}”" if ambiguous else f"there is no {what} “{short}”"
    return Problem(Level.WARN, f"{label}: {reason}; the text is kept beside the other facts.", fix)

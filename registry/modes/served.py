"""The mode that is to be obeyed: that of the ladder, or further down where quarantine leaves no route for it. Pure."""

from collections.abc import Mapping
from typing import Any

from registry.modes import ladder
from registry.quarantine import held
from registry.quarantine.held import Quarantined
from registry.surfaces.models import Mode

SAFER = "safer"


def served(mode: str, contract: Mapping[str, Any], quarantined: Quarantined) -> str:
    """Return the mode to obey under what is quarantined: off where no route answers, safer model where only those are left.

    Tools and sources that are quarantined do not move it: what else the contract names may still be used.
    """
    routes = contract.get("routes") or []
    left = quarantined.routes_left(contract)
    if len(left) == len(routes):
        return mode
    if ladder.depth(mode) >= ladder.depth(Mode.SAFER_MODEL):
        is_stranded = _safer(routes) and not _safer(left)
        return Mode.OFF.value if is_stranded else mode
    if not left:
        return Mode.OFF.value
    return Mode.SAFER_MODEL.value if len(_safer(left)) == len(left) else mode


def _safer(routes: Any) -> list[Any]:
    return [row for row in routes if row.get("role") == SAFER]


def allowed(mode: str, contract: Mapping[str, Any], quarantined: Quarantined) -> dict[str, bool]:
    """Return what may be done in a served mode: no tools where all that the contract names are quarantined, nor sources."""
    may = ladder.allowed(mode)
    for what, named, gone in (
        ("tools", held.tools_of(contract), quarantined.tools),
        ("retrieval", held.sources_of(contract), quarantined.sources),
    ):
        if named and all(key in gone for key in named):
            may[what] = False
    return may

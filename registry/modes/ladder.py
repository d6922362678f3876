"""The ladder: what holds on each rung, and whether a step lowers or raises. Pure.

The rungs are cumulative: each takes away what those above it take away, and something more. So a step down never gives
anything back and one person may take it at once; every step up gives something back and needs approval. There is no
step sideways.
"""

from collections.abc import Mapping
from typing import Any

from registry.surfaces.models import Mode

RUNGS: tuple[Mode, ...] = (Mode.NORMAL, Mode.HUMAN_REVIEW, Mode.NO_TOOLS, Mode.NO_RETRIEVAL, Mode.SAFER_MODEL, Mode.OFF)
"""From all to nothing."""

MEANS: Mapping[str, str] = {
    Mode.NORMAL: "Everything that the contract in force allows.",
    Mode.HUMAN_REVIEW: "A person checks every output before it goes anywhere.",
    Mode.NO_TOOLS: "No tool is called, and a person checks every output.",
    Mode.NO_RETRIEVAL: "Nothing is retrieved, no tool is called, and a person checks every output.",
    Mode.SAFER_MODEL: "Only the safer route answers, without tools and retrieval, and a person checks every output.",
    Mode.OFF: "No model is called. Only the fallback answers.",
}
"""Each rung in plain words."""

ALLOWS: Mapping[str, Mode] = {
    "unattended": Mode.HUMAN_REVIEW,
    "tools": Mode.NO_TOOLS,
    "retrieval": Mode.NO_RETRIEVAL,
    "main_model": Mode.SAFER_MODEL,
    "on": Mode.OFF,
}
"""What may be done above a rung, and no longer from that rung on."""


def depth(mode: str) -> int:
    """Return how far down a mode is: 0 is normal. Raises ValueError for an unknown one."""
    return RUNGS.index(Mode(mode))


def lowers(before: str, after: str) -> bool:
    """Whether a step takes something away."""
    return depth(after) > depth(before)


def raises(before: str, after: str) -> bool:
    """Whether a step gives something back."""
    return depth(after) < depth(before)


def below(mode: str) -> tuple[Mode, ...]:
    """Return the rungs to which a mode can be lowered, the next one first."""
    return RUNGS[depth(mode) + 1 :]


def above(mode: str) -> tuple[Mode, ...]:
    """Return the rungs to which a mode can be raised, the highest first."""
    return RUNGS[: depth(mode)]


def allowed(mode: str) -> dict[str, bool]:
    """Return what may be done in a mode, by name."""
    return {what: depth(mode) < depth(rung) for what, rung in ALLOWS.items()}


def fallback(contract: Mapping[str, Any]) -> str:
    """Return what people get instead, in the contract's words; empty where it says nothing."""
    switch, failing = contract.get("kill_switch") or {}, contract.get("fallback") or {}
    return str(switch.get("fallback") or failing.get("description") or "")

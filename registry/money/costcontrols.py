"""Policy's cost controls beside what is known of them for one surface: from its contract, its limit, and what was observed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.policy import queries as policy
from registry.contracts.shape import Contract
from registry.money.models import SpendLimit
from registry.surfaces.models import Surface
from registry.usage.queries import Row

UNSEEN = "Nothing here can tell; say in its contract how it is done."


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a surface when its cost controls are looked at."""

    contract: Contract
    limit: SpendLimit | None
    row: Row
    team: str


@dataclass(frozen=True, slots=True)
class CostControl:
    """One line of policy's checklist: `state` is ok where it is seen to be done, warn where not, wait where nobody can tell."""

    text: str
    state: str
    said: str

    @property
    def verdict(self) -> str:
        """The state in a word."""
        return {"ok": "Seen", "warn": "Missing", "wait": "To be told"}[self.state]


def of(surface: Surface, limit: SpendLimit | None, row: Row) -> list[CostControl]:
    """Return policy's checklist for a surface; `row` is what its calls came to in the period that is shown."""
    contract: Contract = surface.in_force.contract if surface.in_force is not None else {}
    seen = Seen(contract, limit, row, str(surface.team) if surface.team is not None else "")
    made = []
    for line in policy.document()["cost_controls"]:
        look = LOOKS.get(line["key"])
        state, said = look(seen) if look is not None else ("wait", UNSEEN)
        made.append(CostControl(line["text"], state, said))
    return made


def _smaller(seen: Seen) -> tuple[str, str]:
    routes = seen.contract.get("routes") or []
    if len(routes) < 2:
        return "wait", "Its contract names one model; whether that is the smallest that does, its evals say."
    return "ok", f"Its contract names {len(routes)} routes: {', '.join(row['role'] for row in routes)}."


def _caching(seen: Seen) -> tuple[str, str]:
    if not seen.row.tokens_in:
        return "wait", "No input was observed."
    share = seen.row.tokens_cached * 100 / max(seen.row.tokens_in, seen.row.tokens_cached)
    said = f"{share:.0f} % of its input tokens came from a cache."
    return ("ok", said) if share >= 1 else ("wait", "None of its input tokens came from a vendor's cache.")


def _context(seen: Seen) -> tuple[str, str]:
    if not seen.row.calls:
        return "wait", "No call was observed."
    return (
        "wait",
        f"{seen.row.tokens_in / seen.row.calls:,.0f} input tokens a call on average; whether that is few, its owner knows.",
    )


def _runs(seen: Seen) -> tuple[str, str]:
    limits: Mapping[str, Any] = seen.contract.get("limits") or {}
    known = {"steps": "steps", "tool_calls": "tool calls", "spend": "spend"}
    named = [word for key, word in known.items() if limits.get(key)]
    if not named:
        return "warn", "Its contract limits neither steps, tool calls nor spend."
    missing = [word for key, word in known.items() if not limits.get(key)]
    said = f"Its contract limits {', '.join(named)}"
    return ("ok", f"{said}.") if not missing else ("warn", f"{said}, not {' and '.join(missing)}.")


def _budget(seen: Seen) -> tuple[str, str]:
    to = f", charged to {seen.team}" if seen.team else ""
    if seen.limit is not None:
        return ("ok" if to else "warn"), f"{seen.limit.key} is owned by somebody{to or '; it has no team to charge'}."
    if (seen.contract.get("budget") or {}).get("owner"):
        return "warn", f"Its contract names a budget and an owner{to}; no limit keeps it."
    return "warn", "It has neither a budget with an owner nor a limit."


LOOKS: Mapping[str, Callable[[Seen], tuple[str, str]]] = {
    "smaller_model": _smaller,
    "caching": _caching,
    "context_cap": _context,
    "run_limits": _runs,
    "budget_owner": _budget,
}

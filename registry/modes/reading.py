"""Puts the ladder before its readers: each rung in plain words, and what of this surface it touches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from governance.people import roles
from governance.policy import queries as policy
from registry.contracts.facts import Names
from registry.modes import ladder, queries, rules
from registry.modes.models import ModeRaise
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Mode, Surface, SurfaceState


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung as it is shown: what it means, what of the surface it touches, and whether the contract names it."""

    mode: Mode
    means: str
    touches: tuple[str, ...]
    is_named: bool
    is_current: bool
    lowers: bool


def rungs(surface: Surface, names: Names | None = None) -> list[Rung]:
    """Return the whole ladder of a surface, normal first."""
    contract = surface.in_force.contract if surface.in_force else {}
    named = set(contract.get("kill_switch", {}).get("rungs", ()))
    names = names or held.names()
    return [
        Rung(
            mode,
            ladder.MEANS[mode],
            tuple(_touches(mode, contract, names)),
            mode == Mode.NORMAL or mode in named,
            mode == surface.mode,
            ladder.lowers(surface.mode, mode),
        )
        for mode in ladder.RUNGS
    ]


def _touches(mode: Mode, contract: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Say what this rung, beside those above it, takes from a surface with this contract."""
    routes = contract.get("routes", [])
    if mode == Mode.HUMAN_REVIEW and (who := contract.get("human_review", {}).get("who")):
        yield f"Checked by {who}."
    elif mode == Mode.NO_TOOLS:
        tools = [names.of("tools", row["key"]) for row in contract.get("authority", {}).get("tools", [])]
        yield f"Not called: {', '.join(tools)}." if tools else "The contract names no tools."
    elif mode == Mode.NO_RETRIEVAL:
        sources = [str(row["key"]) for row in contract.get("retrieval", [])]
        yield f"Not searched: {', '.join(sources)}." if sources else "The contract names no sources."
    elif mode == Mode.SAFER_MODEL:
        safer = [names.of("endpoints", row["endpoint"]) for row in routes if row["role"] == "safer"]
        yield f"Answers: {', '.join(safer)}." if safer else "The contract names no safer route, so only the fallback answers."
    elif mode == Mode.OFF:
        called = [names.of("endpoints", row["endpoint"]) for row in routes]
        if called:
            yield f"Not called: {', '.join(dict.fromkeys(called))}."
        instead = ladder.fallback(contract)
        yield f"Instead: {instead}" if instead else "The contract names no fallback."


def approvers(surface: Surface) -> list[str]:
    """Return who approves raising it, in words; nothing for a surface without a tier."""
    tier = rules.tier_of(surface)
    if tier is None:
        return []
    contract = surface.in_force.contract if surface.in_force else {}
    route = policy.route_for("mode", tier=tier, regulated=held.is_regulated(contract))
    names = {row["key"]: row["name"] for row in policy.document()["positions"]}
    return [names.get(key, key) + (f", {count} people" if count > 1 else "") for key, count in route.steps]


def panel(user: Any, surface: Surface) -> dict[str, Any]:
    """Return the ladder of a surface's page; nothing for one that never ran and is in normal mode, or is retired."""
    lowered = surface.mode != Mode.NORMAL
    if surface.state == SurfaceState.RETIRED or (surface.in_force is None and not lowered):
        return {}
    standing = queries.standing(user, surface)
    may_raise = lowered and roles.may_write(user) and (standing or surfaces.may_edit(user, surface))
    waiting = queries.open_raise(surface) if lowered else None
    return {
        "rungs": rungs(surface),
        "step": queries.last_step(surface) if lowered else None,
        "raise": waiting,
        "raise_url": reverse("approval", args=[waiting.request.key]) if waiting and waiting.request else "",
        "lever": reverse("surface-mode", args=[surface.key]) if standing else "",
        "up": reverse("surface-mode-raise", args=[surface.key]) if may_raise and waiting is None else "",
        "history": f"{reverse('mode-changes')}?surface={surface.pk}",
        "means": ladder.MEANS[surface.mode],
    }


def what(user: Any, raised: ModeRaise) -> dict[str, Any]:
    """Return what the deciding screen shows of a raise."""
    surface = raised.surface
    contract = surface.in_force.contract if surface.in_force else {}
    back = [mode for mode in ladder.above(raised.before) if ladder.depth(mode) >= ladder.depth(raised.after)]
    names = held.names()
    given = [ladder.RUNGS[ladder.depth(mode) + 1] for mode in reversed(back)]
    return {
        "raise": raised,
        "surface": surface,
        "before": ladder.MEANS[raised.before],
        "after": ladder.MEANS[raised.after],
        "given": [(mode.label, " ".join(_touches(mode, contract, names))) for mode in given],
        "base": raised.base,
        "is_seen": surfaces.visible_to(user).filter(pk=surface.pk).exists(),
    }

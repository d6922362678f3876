"""Puts quarantines before their readers: what one touches, who lifts it, and marks beside what contracts name."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.reading import once
from governance.people import roles
from governance.policy import queries as policy
from registry.quarantine import held, queries
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.surfaces import facts
from registry.surfaces.marks import Mark
from registry.surfaces.models import SurfaceState

MOST = 100
"""Surfaces that a page lists; the rest is counted."""


def touched(user: Any, kind: str, thing: Any) -> dict[str, Any]:
    """Return what taking a thing out of use touches: the surfaces that a person sees, and how many stop altogether."""
    found = queries.touching(kind, thing)
    shown, unseen = queries.hidden(user, found)
    return {
        "rows": shown[:MOST],
        "count": len(found),
        "stopping": sum(each.left.stops for each in found),
        "hidden": unseen + max(len(shown) - MOST, 0),
    }


def approvers(kind: str, thing: Any) -> list[str]:
    """Return who would approve lifting it, in words."""
    tier, _ = queries.tier_of(kind, thing)
    route = policy.route_for("quarantine", tier=min(policy.tiers()) if tier is None else tier)
    names = {row["key"]: row["name"] for row in policy.document()["positions"]}
    return [names.get(key, key) + (f", {count} people" if count > 1 else "") for key, count in route.steps]


def marks(contract: Mapping[str, Any]) -> dict[tuple[str, str], Mark]:
    """Return the marks of what a contract names and quarantine holds."""
    named = once("quarantined", queries.in_force).named_in(contract)
    return {(each.kind, each.key): Mark("stop", "In quarantine", reverse("quarantine", args=[each.by])) for each in named}


def panel(user: Any, surface: Any) -> dict[str, Any]:
    """Return what the surface's page says of quarantine: what is held, and what of it could be taken out of use everywhere.

    Empty for a surface with nothing in force, and for readers of one that quarantine does not touch.
    """
    if surface.in_force is None or surface.state == SurfaceState.RETIRED:
        return {}
    contract, quarantined = surface.in_force.contract, once("quarantined", queries.in_force)
    named = quarantined.named_in(contract)
    offered = _offered(contract, {(each.kind, each.key) for each in named}) if roles.may_write(user) else []
    if not named and not offered:
        return {}
    rest = held.left(contract, quarantined)
    return {"named": [(each, reverse("quarantine", args=[each.by])) for each in named], "left": rest, "offered": offered}


def _offered(contract: Mapping[str, Any], held_now: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a contract names and could be taken out of use: how it is called, and where."""
    names = facts.names()
    found = {(held.ENDPOINT, key): names.of("endpoints", key) for key in held.endpoints_of(contract)}
    found |= {(held.TOOL, key): names.of("tools", key) for key in held.tools_of(contract)}
    found |= {(held.SOURCE, key): key for key in held.sources_of(contract)}
    left = {thing: name for thing, name in found.items() if thing not in held_now}
    return [(f"{kind} {name}", reverse("quarantine-place", args=[kind, key])) for (kind, key), name in left.items()]


def what(user: Any, lift: QuarantineLift) -> dict[str, Any]:
    """Return what approvers look at: the quarantine, why it was placed, and what comes back."""
    quarantine = lift.quarantine
    return {"lift": lift, "quarantine": quarantine, "touched": touched(user, quarantine.kind, quarantine.thing)}


def state_of(quarantine: Quarantine) -> tuple[str, str]:
    """Return where a quarantine stands as a mark and words."""
    return ("stop", "In quarantine") if quarantine.is_active else ("ok", "Lifted")

"""Who may move a surface's mode, and whether a step is one: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.modes import ladder
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Mode, Surface, SurfaceState


def may_lower(user: Any, surface: Surface, standing: str) -> Verdict:
    """Say whether a person may lower the mode, given in what capacity they could ("" for none).

    Whether the contract in force names the rung is not asked: going further down than planned is always allowed.
    """
    if not roles.may_write(user):
        return deny("Auditors read everything and switch nothing.")
    if surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired: it is off for good.")
    if standing:
        return ALLOW
    return deny(
        "The owner, whoever the RACI or the contract names for the kill switch, leaders and risk officers may do this.",
        grantors=surface_rules.who(surface),
    )


def may_ask_to_raise(user: Any, surface: Surface, standing: str, may_edit: Verdict) -> Verdict:
    """Say whether a person may ask that the mode be raised: who could lower it, and who may edit the surface."""
    if surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired: it is off for good.", fix="Register a new one.")
    if surface.mode == Mode.NORMAL:
        return deny("It runs in normal mode; there is nothing to raise.")
    return ALLOW if roles.may_write(user) and standing else may_edit


def is_lowering(surface: Surface, to: str) -> Verdict:
    """Say whether a mode is below the one that holds."""
    if to not in Mode.values:
        return deny(f"There is no mode “{to[:40]}”.", fix=f"One of {', '.join(Mode.values)}.")
    if ladder.lowers(surface.mode, to):
        return ALLOW
    if to == surface.mode:
        return deny(f"{surface} is in this mode already.")
    return deny(
        f"From {surface.get_mode_display().lower()} this gives something back, so it is raising.", fix="Ask for it to be raised."
    )


def is_raising(surface: Surface, to: str) -> Verdict:
    """Say whether a mode is above the one that holds."""
    if to not in Mode.values:
        return deny(f"There is no mode “{to[:40]}”.", fix=f"One of {', '.join(Mode.values)}.")
    if ladder.raises(surface.mode, to):
        return ALLOW
    if to == surface.mode:
        return deny(f"{surface} is in this mode already.")
    return deny(
        f"From {surface.get_mode_display().lower()} this takes something away, so no approval is needed.", fix="Lower it instead."
    )


def tier_of(surface: Surface) -> int | None:
    """Return the tier whose approvers raise it: the stricter of the surface's own and that of what is in force."""
    known = [tier for tier in (surface.tier, surface.in_force.tier if surface.in_force else None) if tier is not None]
    return max(known, default=None)

"""Changing what a surface is: facts, tier, state, owner."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.contracts import tiers
from registry.surfaces import facts as held
from registry.surfaces import lifecycle, queries, rules
from registry.surfaces.actions.common import FACTS, locked, require_edit, require_open, require_owner, require_tier
from registry.surfaces.actions.transferring import close_open_transfer
from registry.surfaces.models import Surface, SurfaceState


@action
def edit(surface: Surface, *, actor: User, expected_version: int | None = None, reason: str = "", **changes: Any) -> Surface:
    """Change facts of a surface: name, purpose, team, pattern, vendor, dates. Raises Denied, Invalid or StaleState."""
    surface = locked(surface, expected_version)
    require_edit(actor, surface)
    if stray := sorted(set(changes) - set(FACTS)):
        fields = {name: ["It has an action of its own, or does not exist."] for name in stray}
        raise Invalid("Some of these cannot be edited.", fields=fields)
    return transitions.change(surface, actor=actor, kind="surface.changed", changes=changes, reason=reason)


@action
def set_tier(
    surface: Surface,
    *,
    actor: User,
    tier: int,
    answers: Mapping[str, bool | None] | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Surface:
    """Set the tier. It is never lower than the contract in force implies, unless an exception says so (R4).

    A lower one than suggested needs a reason. Raises Denied, Invalid or StaleState.
    """
    surface = locked(surface, expected_version)
    require_edit(actor, surface)
    require_tier(tier)
    contract = surface.in_force.contract if surface.in_force else {}
    asked = dict(surface.answers if answers is None else answers)
    found = tiers.suggest(asked, contract, tiers=held.tier_facts(), data_classes=held.data_class_facts())
    minimum = 0 if tier < found.minimum and queries.is_tier_excepted(surface) else found.minimum
    require(rules.may_set_tier(actor, surface, tier, minimum, found.minimum_reasons))
    if tier < found.tier and not reason.strip():
        raise Invalid(
            f"The answers suggest tier {found.tier}: {' '.join(found.reasons)}",
            fix="Choose that tier, or say why a lower one is enough.",
            fields={"reason": ["Say why a lower tier than suggested is enough."]},
        )
    why = list(found.reasons) if tier <= found.tier else ["Set higher than suggested."]
    return transitions.change(
        surface,
        actor=actor,
        kind="surface.tier_set",
        changes={"tier": tier, "tier_reasons": why, "answers": asked},
        payload={"tier": tier, "before": surface.tier, "minimum": found.minimum, "suggested": found.tier},
        reason=reason,
    )


@action
def move(surface: Surface, *, actor: User, state: str, reason: str = "", expected_version: int | None = None) -> Surface:
    """Take a step of the surface's life by hand: idea, being built, paused, live again. Raises Denied or StaleState."""
    surface = locked(surface, expected_version)
    require_edit(actor, surface)
    require(lifecycle.may_follow(surface, state))
    told = {"before": surface.get_state_display().lower(), "state": SurfaceState(state).label.lower()}
    return transitions.change(surface, actor=actor, kind="surface.moved", changes={"state": state}, payload=told, reason=reason)


@action
def assign_owner(surface: Surface, *, actor: User, owner: User, reason: str = "", expected_version: int | None = None) -> Surface:
    """Make somebody the owner without asking them: for risk officers and administrators, and for what is unowned (R1).

    An open hand-over ends with it. Raises Denied, Invalid or StaleState.
    """
    surface = locked(surface, expected_version)
    require_open(surface)
    require(rules.may_assign_owner(actor, surface))
    require_owner(owner)
    close_open_transfer(surface, actor=actor)
    told = {"to": owner.ref, "before": surface.owner.ref if surface.owner else ""}
    return transitions.change(
        surface, actor=actor, kind="surface.owner_set", changes={"owner": owner}, payload=told, reason=reason
    )

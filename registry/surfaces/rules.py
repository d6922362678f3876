"""Who may do what to a surface: pure decisions, given what the person's grants are."""

from collections.abc import Collection
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.surfaces.models import Draft, OwnerTransfer, Surface, SurfaceState

EDIT, VIEW = "change_surface", "view_surface"


def may_register(user: Any) -> Verdict:
    """Say whether a person may register a surface; everybody who may write does."""
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read everything and register nothing.")


def may_edit(user: Any, surface: Surface, grants: Collection[str] = ()) -> Verdict:
    """Say whether a person may change a surface's facts, contract draft and RACI, and propose changes."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired; its record is closed.", fix="Register a new one.")
    if roles.governs(user) or user.pk == surface.owner_id or EDIT in grants:
        return ALLOW
    if surface.team is not None and surface.team.lead_id == user.pk:
        return ALLOW
    return deny(
        "Only its owner, its team's lead, or somebody it was shared with for editing may do this.",
        grantors=who(surface),
    )


def may_own_decisions(user: Any, surface: Surface) -> Verdict:
    """Say whether a person may hand over, share or retire a surface."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or user.pk == surface.owner_id:
        return ALLOW
    if surface.team is not None and surface.team.lead_id == user.pk:
        return ALLOW
    return deny("Only its owner or its team's lead may do this.", grantors=who(surface))


def who(surface: Surface) -> tuple[str, ...]:
    """Return the names of those who can grant what was denied."""
    lead = surface.team.lead if surface.team is not None else None
    return tuple(str(person) for person in (surface.owner, lead) if person is not None)


def may_set_tier(user: Any, surface: Surface, tier: int, minimum: int, reasons: Collection[str]) -> Verdict:
    """R4: never lower than the contract in force implies; below what was approved only by who keeps the policy."""
    if tier < minimum:
        return deny(
            f"The contract in force implies tier {minimum}: {' '.join(reasons)}",
            fix=f"Choose tier {minimum} or above, or narrow the contract first.",
        )
    if surface.in_force is not None and tier < surface.in_force.tier and not roles.governs(user):
        return deny(
            f"Revision {surface.in_force.number} was approved for tier {surface.in_force.tier}.",
            fix="Ask a risk officer to lower it.",
            grantors=("A risk officer",),
        )
    return ALLOW


def may_assign_owner(user: Any, surface: Surface) -> Verdict:
    """Say whether a person may name an owner without asking them: policy's keepers, or for what nobody answers for."""
    if roles.governs(user):
        return ALLOW
    if surface.owner is None or not surface.owner.is_active:
        lead = surface.team is not None and surface.team.lead_id == user.pk
        if roles.may_write(user) and lead:
            return ALLOW
        return deny("Nobody owns it now; its team's lead or a risk officer names an owner.", grantors=who(surface))
    return deny("Its owner hands it over, and the other accepts.", fix="Ask its owner to hand it over.", grantors=who(surface))


def may_answer_transfer(user: Any, transfer: OwnerTransfer) -> Verdict:
    """Say whether a person may accept or decline a hand-over: only who was asked."""
    if user.pk != transfer.receiver_id:
        return deny(f"Only {transfer.receiver} may answer this.", grantors=(str(transfer.receiver),))
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and own nothing.")


def may_withdraw_transfer(user: Any, transfer: OwnerTransfer) -> Verdict:
    """Say whether a person may take a hand-over back: who asked, or who may hand over."""
    if user.pk == transfer.asked_by_id and roles.may_write(user):
        return ALLOW
    return may_own_decisions(user, transfer.surface)


def may_keep_registration(user: Any, draft: Draft) -> Verdict:
    """Say whether a person may go on with a registration: only who began it."""
    if draft.kind != Draft.Kind.REGISTRATION or draft.author_id != user.pk:
        return deny("Somebody else began this registration.", fix="Begin one of your own.")
    return may_register(user)

"""What may be proposed and what may come into force: pure decisions."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from registry.changes.models import Change, EmergencyReview, FreezeWindow
from registry.surfaces.models import Revision, Surface, SurfaceState

RECORD_FROM_TIER = 2
DEMANDED_RECORD = {
    "worst_case": "Say the worst that can credibly happen.",
    "blast_radius": "Say how many people or records it touches before somebody notices.",
    "drift_signs": "Say which figure would show it going wrong.",
    "rollback_trigger": "Say at which sign it is rolled back.",
}
"""What a decision record says from tier 2 up (2-domain.md: worst case, blast radius, drift, rollback)."""
FARTHEST_PLANNED_DAYS = 90


def is_ready(surface: Surface) -> list[tuple[str, str]]:
    """Return what a surface itself lacks before anything can be proposed, as (what, why)."""
    lacks = []
    if surface.owner is None or not surface.owner.is_active:
        lacks.append(("Name an owner.", "Exactly one active person answers for a surface."))
    if surface.team_id is None:
        lacks.append(("Name its team.", "A team owns it and pays for it."))
    if surface.tier is None:
        lacks.append(("Set its tier.", "The tier decides who approves and what is demanded."))
    return lacks


def tier_is_enough(tier: int, minimum: int, reasons: list[str]) -> Verdict:
    """R4: a tier is never lower than what the contract implies."""
    if tier >= minimum:
        return ALLOW
    return deny(f"The contract implies tier {minimum}: {'; '.join(reasons)}.", fix=f"Raise the tier to {minimum}, or narrow it.")


def may_come_into_force(change: Change) -> Verdict:
    """R6: only an approved change, for the very hash, of a surface that is not retired. What else holds it: `holds`."""
    request = change.request
    if change.state != Change.State.APPROVED or request is None or request.state != request.State.APPROVED:
        return deny("This change is not approved.")
    if request.subject_digest != change.revision.digest:
        return deny("What was approved is not what this revision says.")
    if change.surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired.")
    return ALLOW


def may_take_back(user: Any, change: Change, may_own: Verdict) -> Verdict:
    """Say whether a person may withdraw a change that is approved and not yet in force: who asked, and who owns."""
    if change.state != Change.State.APPROVED:
        return deny(f"{change} is {change.get_state_display().lower()}.", fix="Only an open change can be withdrawn.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    return ALLOW if user.pk == change.requester_id else may_own


def record_lacks(record: Mapping[str, Any], tier: int) -> dict[str, list[str]]:
    """Return what a decision record lacks for a tier, by field: from tier 2 up four answers are demanded."""
    if tier < RECORD_FROM_TIER:
        return {}
    return {
        name: [f"{why} Tier {tier} demands it."]
        for name, why in DEMANDED_RECORD.items()
        if not str(record.get(name) or "").strip()
    }


def may_be_planned(at: datetime, now: datetime) -> dict[str, list[str]]:
    """Return what is wrong with a planned moment, by field."""
    if at <= now:
        return {"planned_at": ["It lies in the past. Leave it empty for as soon as it is approved."]}
    if at > now + timedelta(days=FARTHEST_PLANNED_DAYS):
        return {
            "planned_at": [
                f"At most {FARTHEST_PLANNED_DAYS} days ahead: what is approved should meet the world it was approved for."
            ]
        }
    return {}


def may_roll_back_to(surface: Surface, revision: Revision, was_in_force: bool) -> Verdict:
    """Say whether a revision can be the target of a rollback: an earlier one of the same surface that once held."""
    if revision.surface_id != surface.pk:
        return deny("That revision belongs to another surface.")
    if surface.in_force_id == revision.pk:
        return deny("That revision is in force now.")
    if not was_in_force:
        return deny("That revision never was in force, so there is nothing to go back to.", fix="Propose it as a change.")
    return ALLOW


def lane_kinds(kinds: tuple[str, ...], *, is_new: bool, is_rollback: bool, is_emergency: bool = False) -> list[str]:
    """Return the kinds of change by which policy chooses the route."""
    special = [("new", is_new), ("rollback", is_rollback), ("emergency", is_emergency)]
    return [*(name for name, given in special if given), *kinds]


def covers(window: FreezeWindow, tier: int, team_id: int | None) -> bool:
    """Whether a freeze is about a tier and a team: each of its scopes of a kind narrows it, and none leaves it for all."""
    tiers = {scope.tier for scope in window.scopes.all() if scope.tier is not None}
    teams = {scope.team_id for scope in window.scopes.all() if scope.team_id is not None}
    return (not tiers or tier in tiers) and (not teams or team_id in teams)


def is_holding(window: FreezeWindow, now: datetime) -> bool:
    """Whether a freeze holds at a moment."""
    return window.ended_at is None and window.starts_at <= now < window.ends_at


def may_freeze(user: Any) -> Verdict:
    """Say whether a person may declare or end a freeze: risk officers, administrators and leaders."""
    if roles.may_write(user) and (roles.governs(user) or user.role == Role.LEADER):
        return ALLOW
    return deny("Only risk officers, administrators and leaders declare or end a freeze.", grantors=("Risk officers", "leaders"))


def may_end_freeze(user: Any, window: FreezeWindow, now: datetime) -> Verdict:
    """Say whether a person may end a freeze before its time."""
    verdict = may_freeze(user)
    if verdict and window.ended_at is not None:
        return deny("This freeze was ended already.")
    if verdict and window.ends_at <= now:
        return deny("This freeze is over.")
    return verdict


def may_review(user: Any, review: EmergencyReview, let_in: Collection[int], may_judge: bool) -> Verdict:
    """Say whether a person may close an emergency's review.

    `let_in` are the ids of those who approved it; `may_judge` says that the person answers for the surface, governs,
    leads, or sits where the change would have been approved without the emergency.
    """
    if review.state == EmergencyReview.State.CLOSED:
        return deny("This review is closed.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if user.pk == review.change.requester_id:
        return deny("You asked for this emergency change; somebody else reviews it.")
    if user.pk in let_in:
        return deny("You let this emergency change through; somebody else reviews it.")
    if not may_judge:
        return deny(
            "It is reviewed by the surface's owner, its team lead, a position that approves such changes, or a risk officer."
        )
    return ALLOW

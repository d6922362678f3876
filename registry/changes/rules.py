"""What may be proposed and what may come into force: pure decisions."""

from datetime import date

from governance.core.verdict import ALLOW, Verdict, deny
from registry.changes.models import Change
from registry.surfaces.models import Revision, Surface, SurfaceState


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


def may_come_into_force(change: Change, today: date) -> Verdict:
    """R6: only an approved change, for the very hash, on or after its planned day, against the base it was read with."""
    request = change.request
    if change.state != Change.State.APPROVED or request is None or request.state != request.State.APPROVED:
        return deny("This change is not approved.")
    if request.subject_digest != change.revision.digest:
        return deny("What was approved is not what this revision says.")
    if change.surface.in_force_id != change.base_id:
        return deny("Another revision came into force since this was proposed.", fix="Propose it again against what holds now.")
    if change.surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired.")
    if change.planned_on is not None and change.planned_on > today:
        return deny(f"It is planned for {change.planned_on:%-d %B %Y}.")
    return ALLOW


def may_roll_back_to(surface: Surface, revision: Revision, was_in_force: bool) -> Verdict:
    """Say whether a revision can be the target of a rollback: an earlier one of the same surface that once held."""
    if revision.surface_id != surface.pk:
        return deny("That revision belongs to another surface.")
    if surface.in_force_id == revision.pk:
        return deny("That revision is in force now.")
    if not was_in_force:
        return deny("That revision never was in force, so there is nothing to go back to.", fix="Propose it as a change.")
    return ALLOW


def lane_kinds(kinds: tuple[str, ...], *, is_new: bool, is_rollback: bool) -> list[str]:
    """Return the kinds of change by which policy chooses the route."""
    return [*(["new"] if is_new else []), *(["rollback"] if is_rollback else []), *kinds]

"""Changes to many surfaces at once: one action call for each, previewed, and undone on demand."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import Verdict
from governance.people import roles
from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from registry.surfaces import actions, queries, rules
from registry.surfaces.forms import BulkReviewForm, BulkTeamForm, BulkTierForm, OwnerForm
from registry.surfaces.models import OwnerTransfer, Surface

Given = Mapping[str, Any]


def may_edit(row: Surface, actor: User, given: Given) -> Verdict:
    """Say whether the person may edit this one."""
    return queries.may_edit(actor, row)


def may_give(row: Surface, actor: User, given: Given) -> Verdict:
    """Say whether the person may name an owner, or ask one."""
    return rules.may_assign_owner(actor, row) or rules.may_own_decisions(actor, row)


def give_owner(row: Surface, actor: User, given: Given) -> dict[str, Any]:
    """Name the owner where the person may, else ask them to accept."""
    if rules.may_assign_owner(actor, row):
        before = row.owner.ref if row.owner else ""
        actions.assign_owner(row, actor=actor, owner=given["owner"], reason=given["reason"])
        return {"owner": before}
    transfer = actions.ask_transfer(row, actor=actor, receiver=given["owner"], reason=given["reason"])
    return {"transfer": transfer.pk}


def take_owner_back(row: Surface, actor: User, kept: Given) -> None:
    """Undo: the earlier owner again, or the hand-over withdrawn."""
    if "transfer" in kept:
        transfer = OwnerTransfer.objects.select_related("surface", "receiver").get(pk=kept["transfer"])
        actions.withdraw_transfer(transfer, actor=actor)
        return
    earlier = User.objects.filter(ref=kept["owner"]).first()
    if earlier is None:
        raise Invalid(f"{row} had no owner before.", fix="Name another owner instead.")
    actions.assign_owner(row, actor=actor, owner=earlier, reason="Undone")


def describe_owner(row: Surface, given: Given) -> tuple[Any, Any]:
    """Show who owns it and who will."""
    return atoms.person(row.owner), atoms.person(given["owner"])


def set_tier(row: Surface, actor: User, given: Given) -> dict[str, Any]:
    """Set the tier."""
    before = row.tier
    actions.set_tier(row, actor=actor, tier=given["tier"], reason=given["reason"])
    return {"tier": before}


def take_tier_back(row: Surface, actor: User, kept: Given) -> None:
    """Undo: the earlier tier."""
    if kept["tier"] is None:
        raise Invalid(f"{row} had no tier before.", fix="Set another tier instead.")
    actions.set_tier(row, actor=actor, tier=kept["tier"], reason="Undone")


def set_team(row: Surface, actor: User, given: Given) -> dict[str, Any]:
    """Give it to a team."""
    before = row.team_id
    actions.edit(row, actor=actor, team=given["team"])
    return {"team": before}


def take_team_back(row: Surface, actor: User, kept: Given) -> None:
    """Undo: the earlier team."""
    actions.edit(row, actor=actor, team=Team.objects.filter(pk=kept["team"]).first(), reason="Undone")


def set_review(row: Surface, actor: User, given: Given) -> dict[str, Any]:
    """Set the day of review."""
    before = row.review_on.isoformat() if row.review_on else None
    actions.edit(row, actor=actor, review_on=given["review_on"])
    return {"review_on": before}


def take_review_back(row: Surface, actor: User, kept: Given) -> None:
    """Undo: the earlier day."""
    field = Surface._meta.get_field("review_on")
    actions.edit(row, actor=actor, review_on=field.to_python(kept["review_on"]), reason="Undone")


def may_any(user: Any) -> bool:
    """Whether bulk changes are offered at all."""
    return roles.may_write(user)


BULK = (
    BulkAction("owner", "Give an owner", give_owner, describe_owner, OwnerForm, may_give, take_owner_back, shown=may_any),
    BulkAction(
        "tier",
        "Set the tier",
        set_tier,
        lambda row, given: (atoms.tier(row.tier), atoms.tier(given["tier"])),
        BulkTierForm,
        may_edit,
        take_tier_back,
        shown=may_any,
    ),
    BulkAction(
        "team",
        "Give to a team",
        set_team,
        lambda row, given: (row.team or atoms.DASH, given["team"]),
        BulkTeamForm,
        may_edit,
        take_team_back,
        shown=may_any,
    ),
    BulkAction(
        "review",
        "Set the review date",
        set_review,
        lambda row, given: (atoms.time(row.review_on), atoms.time(given["review_on"])),
        BulkReviewForm,
        may_edit,
        take_review_back,
        shown=may_any,
    ),
)

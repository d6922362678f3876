"""Who may keep an asset, and what of it can change: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.assets.models import Asset

FROM_CATALOGUE = "The catalogue holds what a tool can do; its versions come from there."
FROM_REVISIONS = "Routes change with a surface's contract; each revision that changes them is a version."


def may_register(user: Any) -> Verdict:
    """Say whether somebody may register an asset that several surfaces share."""
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read everything and register nothing.")


def may_keep(user: Any, asset: Asset, *, edits_surface: bool = False) -> Verdict:
    """Say whether somebody may change an asset and record versions of it.

    Its owner, its team, who keeps the policy, and whoever may edit the surface that it belongs to.
    """
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if asset.kind == Asset.Kind.TOOL:
        return deny(FROM_CATALOGUE, fix="Change the tool in the catalogue.")
    if roles.governs(user) or (asset.owner_id is not None and user.pk == asset.owner_id) or edits_surface:
        return ALLOW
    if asset.team_id is not None and asset.team_id == user.team_id:
        return ALLOW
    return deny("Only its owner, its team, or whoever may edit its surface may do this.", grantors=who(asset))


def may_record(user: Any, asset: Asset, *, edits_surface: bool = False) -> Verdict:
    """Say whether somebody may record a version by hand or by a program."""
    verdict = may_keep(user, asset, edits_surface=edits_surface)
    if not verdict:
        return verdict
    if asset.kind == Asset.Kind.ROUTE:
        return deny(FROM_REVISIONS, fix="Draft a revision of the surface.")
    if asset.state == Asset.State.RETIRED:
        return deny("It is retired; its record is closed.", fix="Register a new one.")
    return ALLOW


def may_share(user: Any, asset: Asset, *, edits_surface: bool = False) -> Verdict:
    """Say whether a surface's own prompt or source may become one that all surfaces share."""
    if asset.is_shared:
        return deny("Every surface can name it already.")
    return may_record(user, asset, edits_surface=edits_surface)


def may_retire(user: Any, asset: Asset, surfaces_in_force: int, *, edits_surface: bool = False) -> Verdict:
    """Say whether an asset may be retired: not while a revision in force names it."""
    verdict = may_record(user, asset, edits_surface=edits_surface)
    if verdict and surfaces_in_force:
        count = f"{surfaces_in_force} surface{'s' * (surfaces_in_force > 1)}"
        return deny(f"The revision in force of {count} names it.", fix="Let those surfaces use another first.")
    return verdict


def may_remember(user: Any, author_id: int) -> Verdict:
    """Say whether somebody may have the versions noted that a revision names: its author, or whoever governs, or the system."""
    if user.pk == author_id or roles.governs(user) or getattr(user, "kind", "") == "system":
        return ALLOW
    return deny("Only who wrote the revision notes what it names.")


def who(asset: Asset) -> tuple[str, ...]:
    """Return the names of those who can grant what was denied."""
    surface = asset.surface
    return tuple(str(one) for one in (asset.owner, asset.team, surface.owner if surface else None) if one is not None)

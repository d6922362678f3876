"""Who may do what in the catalogue, and when a thing in it can be proposed, suspended, retired."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people import rules as people
from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor

State = CatalogState
Item = Vendor | Endpoint | Tool
KEEPERS = ("Risk officers", "administrators")
MATERIAL: Mapping[type[Item], tuple[str, ...]] = {
    Vendor: (),
    Endpoint: ("vendor", "model", "region", "account_ref"),
    Tool: ("vendor", "effect", "limits", "description"),
}
"""What approval was given for: change one of these on an approved thing, and it has to be approved again."""


def may_add(user: Any) -> Verdict:
    """Say whether somebody may add to the catalogue; what is added still waits for approval."""
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read everything and add nothing.")


def may_edit(user: Any, item: Item) -> Verdict:
    """Say whether somebody may change the facts of a thing."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if item.state == State.RETIRED:
        return deny(f"{item} is retired; its record is closed.", fix="Take it up again first.")
    if roles.governs(user) or (item.owner_id is not None and item.owner_id == user.pk):
        return ALLOW
    return deny("Only its owner or a risk officer may do this.", grantors=who(item))


def who(item: Item) -> tuple[str, ...]:
    """Return who can grant what was denied."""
    return (str(item.owner),) if item.owner is not None and item.owner.is_active else KEEPERS


def may_give(user: Any, item: Item) -> Verdict:
    """Say whether somebody may name another owner: the present one, or those who govern; anybody may take what nobody owns."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or item.owner_id == user.pk:
        return ALLOW
    return deny("Only its owner or a risk officer names another owner.", grantors=who(item))


def may_propose(user: Any, item: Item, *, waiting: bool) -> Verdict:
    """Say whether a thing can be put before those who approve it."""
    verdict = may_edit(user, item)
    if not verdict:
        return verdict
    if waiting:
        return deny("It waits for approval already.", fix="Look at the request, or withdraw it.")
    if item.state == State.APPROVED:
        return deny("It is approved already.")
    if item.owner is None:
        return deny("Nobody owns it.", fix="Name an owner first: one active person who answers for it.")
    owner = people.may_own(item.owner)
    if not owner:
        return owner
    vendor = getattr(item, "vendor", None)
    if isinstance(item, Endpoint) and vendor is not None and vendor.state != State.APPROVED:
        return deny(
            f"Its vendor, {vendor}, is {vendor.get_state_display().lower()}.",
            fix="Have the vendor approved first.",
            grantors=who(vendor),
        )
    return ALLOW


def may_suspend(user: Any, item: Item) -> Verdict:
    """Say whether a thing can be taken out of use at once: the safe direction needs no approval."""
    verdict = may_edit(user, item)
    if verdict and item.state != State.APPROVED:
        return deny(f"It is {item.get_state_display().lower()}, not approved: there is nothing to suspend.")
    return verdict


def may_retire(user: Any, item: Item, *, waiting: bool) -> Verdict:
    """Say whether a thing's record can be closed."""
    verdict = may_edit(user, item)
    if verdict and waiting:
        return deny("It waits for approval.", fix="Have the request withdrawn first.")
    return verdict


def may_reopen(user: Any, item: Item) -> Verdict:
    """Say whether a retired thing can be taken up again."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if item.state != State.RETIRED:
        return deny("It is not retired.")
    if roles.governs(user) or item.owner_id == user.pk:
        return ALLOW
    return deny("Only its owner or a risk officer may do this.", grantors=who(item))


def may_set_rules(user: Any) -> Verdict:
    """Say whether somebody may decide which data goes where."""
    if roles.governs(user):
        return ALLOW
    return deny("Only risk officers and administrators set data rules.", fix="Ask a risk officer.", grantors=KEEPERS)


def may_own(person: Any) -> Verdict:
    """Say whether a person can answer for a thing (R1)."""
    if person is None:
        return deny("It needs an owner.", fix="Name one active person.")
    return people.may_own(person)


def needs_approval_again(item: Item, changed: set[str]) -> bool:
    """Whether changing these fields takes approval away."""
    return item.state == State.APPROVED and bool(changed & set(MATERIAL[type(item)]))

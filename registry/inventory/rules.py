"""Who may read files of models and take over what they say: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.inventory.models import Inventory


def may_read(user: Any) -> Verdict:
    """Say whether somebody may hand a file in: whoever may add to the catalogue."""
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and add nothing.")


def may_take(user: Any, inventory: Inventory) -> Verdict:
    """Say whether somebody may take over what a file says: who handed it in, and those who govern. Each step asks again."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if inventory.state != Inventory.State.READ:
        return deny(f"It is {inventory.get_state_display().lower()} already.", fix="Hand the file in again.")
    if roles.governs(user) or inventory.by_id == user.pk:
        return ALLOW
    return deny("Only who handed it in or a risk officer may do this.", grantors=(str(inventory.by),))

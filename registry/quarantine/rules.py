"""Who may place a quarantine and who may ask to lift one: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.quarantine.models import Quarantine


def may_place(user: Any, standing: str) -> Verdict:
    """Say whether a person may take a thing out of use, given in what capacity they could ("" for none)."""
    if not roles.may_write(user):
        return deny("Auditors read everything and switch nothing.")
    if standing:
        return ALLOW
    return deny(
        "Its owner, its vendor's owner, owners of live surfaces that use it, leaders and risk officers may do this.",
        grantors=("A risk officer",),
    )


def may_lift(user: Any, quarantine: Quarantine, standing: str) -> Verdict:
    """Say whether a person may ask that a quarantine be lifted: who could place it, and who did."""
    if not quarantine.is_active:
        return deny("It is lifted already.")
    if not roles.may_write(user):
        return deny("Auditors read everything and switch nothing.")
    return ALLOW if quarantine.by_id == user.pk else may_place(user, standing)

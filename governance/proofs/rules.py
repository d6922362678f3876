"""Who may replace the ledger's key, and who may accept an entry that sealing refuses."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles


def may_rotate(user: Any) -> Verdict:
    """Administrators replace the key."""
    if roles.is_administrator(user):
        return ALLOW
    return deny("Only administrators replace the ledger's key.", grantors=("an administrator",))


def may_accept(user: Any) -> Verdict:
    """Administrators accept what was not written by this installation."""
    if roles.is_administrator(user):
        return ALLOW
    return deny("Only administrators accept entries that sealing refuses.", grantors=("an administrator",))


def may_seal(user: Any) -> Verdict:
    """Who governs may have the ledger sealed at once; it is sealed by itself all the time."""
    if roles.governs(user) or getattr(user, "kind", "") == "service":
        return ALLOW
    return deny("Your role does not seal the ledger.", "It is sealed by itself every few seconds.", ("an administrator",))


def may_see_all(user: Any) -> bool:
    """Whether the person may see the heads of all entries: when how much happened, but not what."""
    return roles.reads_all(user)

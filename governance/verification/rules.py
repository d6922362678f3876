"""Who may have everything computed again, who sees the results, and who takes responsibility for what does not hold."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles


def may_see(user: Any) -> Verdict:
    """Whoever reads the whole ledger sees what its verification found."""
    if user.is_authenticated and roles.reads_all(user):
        return ALLOW
    return deny("Only those who read the whole ledger see its verification.", grantors=("an administrator",))


def may_verify(user: Any) -> Verdict:
    """Administrators, risk officers and auditors have it verified: an auditor need not ask those whom they audit."""
    if user.is_authenticated and user.is_active and (roles.governs(user) or user.role == "auditor"):
        return ALLOW
    return deny("Only administrators, risk officers and auditors have the ledger verified.", grantors=("an administrator",))


def may_accept(user: Any) -> Verdict:
    """Administrators take responsibility."""
    if user.is_authenticated and roles.is_administrator(user):
        return ALLOW
    return deny("Only administrators take responsibility for what does not hold.", grantors=("an administrator",))

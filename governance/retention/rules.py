"""Who may hold and release, and whether a hold holds: pure decisions."""

from datetime import date

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import User
from governance.people.rules import is_system
from governance.retention.models import LegalHold

GOVERNORS = ("An administrator", "A risk officer")


def may_keep(user: User) -> Verdict:
    """Say whether somebody may place, change and release legal holds: those who govern."""
    if roles.governs(user):
        return ALLOW
    return deny("Only an administrator or a risk officer holds and releases records.", "Ask one of them.", GOVERNORS)


def may_change(user: User, hold: LegalHold) -> Verdict:
    """Say whether somebody may change or release a hold now."""
    if hold.state != LegalHold.State.ACTIVE:
        return deny("This hold is released.", "Place a new one.")
    return may_keep(user)


def may_expire(actor: User) -> Verdict:
    """Say whether somebody may let go of what policy gave its time: Plumbline itself, and those who govern."""
    return ALLOW if is_system(actor) else may_keep(actor)


def holds_on(hold: LegalHold, day: date) -> bool:
    """Say whether a hold holds on a day; its last day counts."""
    return hold.state == LegalHold.State.ACTIVE and (hold.until is None or hold.until >= day)

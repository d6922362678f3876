"""A guest auditor's account is bound to a period and an end, as a decision above the people feature says."""

from datetime import date, datetime

from governance.core.errors import Invalid
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Role, User


@action
def bind_guest(person: User, *, actor: User, reads_from: date, reads_until: date, expires_at: datetime, reason: str = "") -> User:
    """Bind a guest's account to a period and an end. The caller has decided; an end that has passed closes the account.

    Raises Invalid for somebody who is no guest auditor: nobody else's reading is bound.
    """
    if person.role != Role.GUEST_AUDITOR:
        raise Invalid(f"{person} is no guest auditor.", fix="Change their role first, or choose a guest.")
    return transitions.change(
        person,
        actor=actor,
        kind="person.bound",
        changes={"reads_from": reads_from, "reads_until": reads_until, "expires_at": expires_at},
        payload={"reads_from": reads_from, "reads_until": reads_until, "until": expires_at},
        reason=reason,
    )

"""What guests read: an entry of the ledger for each page and each REST read, before the answer leaves."""

from typing import Any

from governance.ledger.journal import action, record
from governance.people.models import User
from registry.guests import queries

LONGEST = 400


@action
def note_read(*, actor: User, what: str, how: str, status: int) -> None:
    """Tell that a guest read something; `what` is its address, `how` is page or rest, `status` what was answered."""
    subject: Any = queries.holding(actor) or actor
    record("guest.read", actor=actor, subject=subject, payload={"what": what[:LONGEST], "how": how, "status": status})

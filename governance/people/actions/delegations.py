"""Delegation: one person lets another decide in their place for a while."""

from datetime import datetime, timedelta

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules
from governance.people.models import Delegation, Position, User

LONGEST = timedelta(days=366)


@action
def give_delegation(
    giver: User,
    *,
    actor: User,
    receiver: User,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    position: Position | None = None,
) -> Delegation:
    """Let a receiver decide in a giver's place, in one position or in all. Raises Denied or Invalid."""
    require(rules.may_delegate(actor, giver))
    verdict = rules.may_hold(receiver)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"receiver": [verdict.reason]})
    if giver.pk == receiver.pk:
        raise Invalid("One cannot delegate to oneself.", fields={"receiver": ["Choose somebody else."]})
    _check_span(starts_at, ends_at)
    if not reason.strip():
        raise Invalid("A delegation says why.", fields={"reason": ["This is needed."]})
    delegation = Delegation(
        giver=giver, receiver=receiver, position=position, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()
    )
    told = {"until": ends_at, "to": receiver.ref, "position": position.name if position else ""}
    touched = (giver, receiver, position)
    return transitions.create(
        delegation, actor=actor, kind="delegation.given", payload=told, touches=touched, reason=reason.strip()
    )


@action
def revoke_delegation(
    delegation: Delegation, *, actor: User, expected_version: int | None = None, reason: str = ""
) -> Delegation:
    """Take a delegation back at once. Raises Denied, or StaleState when that was done already."""
    require(rules.may_delegate(actor, delegation.giver))
    return transitions.change(
        delegation,
        actor=actor,
        kind="delegation.revoked",
        changes={"revoked_at": clock.now()},
        expected={"revoked_at": None},
        expected_version=expected_version,
        payload={"to": delegation.receiver.ref},
        touches=(delegation.giver, delegation.receiver, delegation.position),
        reason=reason,
    )


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid("The delegation ends before it starts.", fields={"ends_at": ["Choose a later end."]})
    if ends_at <= clock.now():
        raise Invalid("The delegation would be over already.", fields={"ends_at": ["Choose a later end."]})
    if ends_at - starts_at > LONGEST:
        message = "A delegation lasts a year at most."
        raise Invalid(message, fix="Name a deputy instead.", fields={"ends_at": [message]})

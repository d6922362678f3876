"""Handing a surface over: the owner asks, the receiver accepts or declines, and until then nothing changes (R1)."""

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.surfaces import rules
from registry.surfaces.actions.common import locked, require_open, require_owner
from registry.surfaces.models import OwnerTransfer, Surface


@action
def ask_transfer(
    surface: Surface, *, actor: User, receiver: User, reason: str = "", expected_version: int | None = None
) -> OwnerTransfer:
    """Ask somebody to take a surface over. Raises Denied, Invalid, StaleState, or Conflict while one is open."""
    surface = locked(surface, expected_version)
    require_open(surface)
    require(rules.may_own_decisions(actor, surface))
    require_owner(receiver, "receiver")
    if receiver.pk == surface.owner_id:
        raise Invalid(f"{receiver} owns it already.", fields={"receiver": ["Choose somebody else."]})
    return open_transfer(surface, actor=actor, receiver=receiver, reason=reason)


def open_transfer(surface: Surface, *, actor: User, receiver: User, reason: str) -> OwnerTransfer:
    """Store an open hand-over inside an action that has checked who may."""
    transfer = OwnerTransfer(surface=surface, giver=surface.owner, receiver=receiver, asked_by=actor, reason=reason)
    told = {"to": receiver.ref, "before": surface.owner.ref if surface.owner else ""}
    return transitions.create(transfer, actor=actor, kind="transfer.asked", payload=told, touches=(surface,))


@action
def accept_transfer(
    transfer: OwnerTransfer, *, actor: User, answer: str = "", expected_version: int | None = None
) -> OwnerTransfer:
    """Take a surface over: the receiver is its owner from now on. Raises Denied or StaleState."""
    require(rules.may_answer_transfer(actor, transfer))
    require_owner(actor)
    surface = locked(transfer.surface)
    told = {"to": actor.ref, "before": surface.owner.ref if surface.owner else ""}
    _settle(transfer, actor, "transfer.accepted", OwnerTransfer.State.ACCEPTED, answer, expected_version, told)
    transitions.change(surface, actor=actor, kind="surface.owner_set", changes={"owner": actor}, payload=told)
    transfer.surface = surface
    return transfer


@action
def decline_transfer(
    transfer: OwnerTransfer, *, actor: User, answer: str = "", expected_version: int | None = None
) -> OwnerTransfer:
    """Say no, with a reason that the asker reads. Raises Denied, Invalid or StaleState."""
    require(rules.may_answer_transfer(actor, transfer))
    if not answer.strip():
        raise Invalid("Say why, so that the owner can ask somebody else.", fields={"answer": ["Say why."]})
    told = {"to": transfer.receiver.ref}
    return _settle(transfer, actor, "transfer.declined", OwnerTransfer.State.DECLINED, answer, expected_version, told)


@action
def withdraw_transfer(transfer: OwnerTransfer, *, actor: User, expected_version: int | None = None) -> OwnerTransfer:
    """Take an open hand-over back. Raises Denied or StaleState."""
    require(rules.may_withdraw_transfer(actor, transfer))
    told = {"to": transfer.receiver.ref}
    return _settle(transfer, actor, "transfer.withdrawn", OwnerTransfer.State.WITHDRAWN, "", expected_version, told)


def close_open_transfer(surface: Surface, *, actor: User) -> None:
    """End an open hand-over because the owner was named in another way."""
    for transfer in surface.transfers.filter(state=OwnerTransfer.State.OPEN).select_related("receiver", "surface"):
        told = {"to": transfer.receiver.ref}
        _settle(transfer, actor, "transfer.withdrawn", OwnerTransfer.State.WITHDRAWN, "", None, told)


def _settle(
    transfer: OwnerTransfer,
    actor: User,
    kind: str,
    state: str,
    answer: str,
    expected_version: int | None,
    told: dict[str, str],
) -> OwnerTransfer:
    return transitions.change(
        transfer,
        actor=actor,
        kind=kind,
        changes={"state": state, "answer": answer},
        expected_version=expected_version,
        expected={"state": OwnerTransfer.State.OPEN},
        payload=told,
        touches=(transfer.surface,),
    )

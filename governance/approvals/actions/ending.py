"""Ends requests: complete, withdrawn or expired; the subject follows in the same transaction."""

from collections.abc import Iterable
from typing import Any

from governance.approvals import rules
from governance.approvals.actions.asking import touched
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core import clock
from governance.core.contributions import ApprovalKind, contribution
from governance.core.errors import StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User


def locked(request: ApprovalRequest) -> ApprovalRequest:
    # Two people deciding two steps at once must not both see the other still waiting.
    return ApprovalRequest.objects.select_for_update(of=("self",)).select_related("requester").get(pk=request.pk)


def settle_if_complete(request: ApprovalRequest, steps: list[ApprovalStep], actor: User) -> None:
    state = rules.outcome(steps)
    if state != ApprovalRequest.State.OPEN:
        settle(request, state, actor, steps)


def settle(
    request: ApprovalRequest, state: str, actor: User, steps: Iterable[ApprovalStep], kind: str = "", why: str = ""
) -> None:
    """End a request, close what still waits, and let the subject's kind act, all in this transaction."""
    for step in steps:
        if step.state == ApprovalStep.State.WAITING:
            step.state = ApprovalStep.State.CLOSED
            step.save()
    approval_kind = contribution(ApprovalKind, request.subject_kind)
    told: dict[str, Any] = {"title": request.title}
    if not kind:
        told |= {"state": ApprovalRequest.State(state).label.lower(), "digest": request.subject_digest}
    if why:
        told["why"] = why
    transitions.change(
        request,
        actor=actor,
        kind=kind or "approval.settled",
        changes={"state": state, "settled_at": clock.now()},
        expected={"state": ApprovalRequest.State.OPEN},
        payload=told,
        touches=touched(request.thing),
    )
    approval_kind.settled(request, actor)


@action
def withdraw(request: ApprovalRequest, *, actor: User, reason: str = "") -> ApprovalRequest:
    """Take an open request back; what was decided on it stays on record."""
    request = locked(request)
    if request.state != ApprovalRequest.State.OPEN:
        raise StaleState(f"{request.title} is already {request.get_state_display().lower()}.", fix="Reload it.")
    require(rules.may_withdraw(actor, request))
    settle(request, ApprovalRequest.State.WITHDRAWN, actor, list(request.steps.all()), kind="approval.withdrawn")
    return request


@action
def expire(request: ApprovalRequest, *, actor: User) -> ApprovalRequest:
    """End a request whose time has run out (work of the system)."""
    request = locked(request)
    if not rules.is_expired(request, clock.now()):
        raise StaleState(f"{request.title} has not expired.")
    settle(request, ApprovalRequest.State.EXPIRED, actor, list(request.steps.all()), kind="approval.expired")
    return request


@action
def void(request: ApprovalRequest, *, actor: User, why: str) -> ApprovalRequest:
    """End an open request because what its approval would rest on is no longer so; what was decided stays on record.

    The subject's own rules say when; `why` is told to everybody concerned. Raises StaleState once it is decided.
    """
    request = locked(request)
    if request.state != ApprovalRequest.State.OPEN:
        raise StaleState(f"{request.title} is already {request.get_state_display().lower()}.")
    settle(request, ApprovalRequest.State.VOIDED, actor, list(request.steps.all()), kind="approval.voided", why=why[:400])
    return request


@action
def remind(step: ApprovalStep, *, actor: User) -> ApprovalStep:
    """Note that whoever has to decide a step is told again; notifications follow the ledger."""
    told = {"title": step.request.title, "position": step.position.name}
    return transitions.change(
        step,
        actor=actor,
        kind="approval.reminded",
        changes={"reminded_at": clock.now()},
        expected={"state": ApprovalStep.State.WAITING},
        payload=told,
        touches=(step.request,),
    )

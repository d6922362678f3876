"""Who may decide, ask, withdraw: pure decisions over what was loaded before. R7 in words; the database holds it too."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from governance.approvals.models import ApprovalRequest, ApprovalStep, Decision
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles

APPROVING = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS)


def may_answer(user: Any, request: ApprovalRequest) -> Verdict:
    """Say whether a person may decide on a request at all, whichever step."""
    if request.state != ApprovalRequest.State.OPEN:
        return deny(f"This request is {request.get_state_display().lower()}; nothing more is decided on it.")
    if not roles.may_write(user):
        return deny("Auditors read everything and decide nothing.")
    if user.pk == request.requester_id:
        return deny("Whoever asks never approves.", fix="The people named below decide on it.")
    return ALLOW


def may_fill(user: Any, step: ApprovalStep, steps: Iterable[ApprovalStep], deciders: Iterable[Any]) -> Verdict:
    """Say whether a person may fill this step; `deciders` are the people who may act in its position now."""
    others = [other for other in steps if other.pk != step.pk and other.filled_by_id == user.pk]
    if others:
        return deny("You have already filled another step of this request; one person fills one step.")
    if step.request.in_order and any(other.number < step.number and other.state == ApprovalStep.State.WAITING for other in steps):
        return deny("The steps before this one are decided first.")
    if step.state == ApprovalStep.State.APPROVED and step.filled_by_id != user.pk:
        return deny("Somebody else has filled this step.")
    if step.assignee_id == user.pk or any(decider.pk == user.pk for decider in deciders):
        return ALLOW
    names = tuple(str(decider) for decider in deciders if decider.pk != step.request.requester_id)
    return deny(f"You do not hold the position {step.position}.", grantors=names)


def outcome(steps: Iterable[ApprovalStep]) -> str:
    """Return the state a request has from its steps: rejected by one, approved by all, else open."""
    states = {step.state for step in steps}
    if ApprovalStep.State.REJECTED in states:
        return ApprovalRequest.State.REJECTED
    return ApprovalRequest.State.APPROVED if states == {ApprovalStep.State.APPROVED} else ApprovalRequest.State.OPEN


def may_withdraw(user: Any, request: ApprovalRequest) -> Verdict:
    """Say whether a person may take a request back."""
    if request.state != ApprovalRequest.State.OPEN:
        return deny(f"This request is {request.get_state_display().lower()}; there is nothing to withdraw.")
    if user.pk == request.requester_id or roles.governs(user):
        return ALLOW
    return deny("Only whoever asked, or a risk officer, withdraws a request.", grantors=(str(request.requester),))


def is_expired(request: ApprovalRequest, now: datetime) -> bool:
    """Whether an open request has run out of time."""
    return request.state == ApprovalRequest.State.OPEN and request.expires_at <= now

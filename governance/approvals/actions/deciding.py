"""Records what one person decided for the hash they saw."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.approvals import queries, rules
from governance.approvals.actions.asking import touched
from governance.approvals.actions.ending import locked, settle_if_complete
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.core import clock
from governance.core.errors import Denied, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people.bench import bench
from governance.people.models import User

SAID = {
    Decision.Verdict.APPROVE: "approved",
    Decision.Verdict.CONDITIONS: "approved, with conditions,",
    Decision.Verdict.REJECT: "rejected",
    Decision.Verdict.ABSTAIN: "abstained on",
    Decision.Verdict.DELEGATE: "delegated the decision on",
}


@action
def decide(
    request: ApprovalRequest,
    *,
    actor: User,
    verdict: str,
    comment: str = "",
    digest: str = "",
    conditions: Sequence[Mapping[str, Any]] = (),
    delegate_to: User | None = None,
) -> Decision:
    """Record one person's decision for the hash they saw, and settle the request when it is complete.

    `digest` is the hash that was on the decider's screen; another one in the meantime raises StaleState. `conditions`
    are mappings of text, owner and due_on. Raises Denied by R7, Invalid for a rejection without a reason.
    """
    request = locked(request)
    if request.state != ApprovalRequest.State.OPEN:
        raise StaleState(
            f"{request.title} is already {request.get_state_display().lower()}.",
            fix="Reload it to see who decided. Your comment is kept on this page.",
        )
    if digest and digest != request.subject_digest:
        raise StaleState("What you looked at is not what is asked for now.", fix="Reload, and read what changed.")
    require(rules.may_answer(actor, request))
    if request.expires_at <= clock.now():
        raise StaleState(f"The request for {request.title} has expired.", fix="Ask whoever proposed it to propose it again.")
    steps = list(request.steps.select_related("position", "team", "assignee", "filled_by", "request"))
    step = _own_step(actor, steps)
    if step.state == ApprovalStep.State.APPROVED and verdict != Decision.Verdict.REJECT:
        raise StaleState("You have already approved this.", fix="You can still reject it, with a reason, while it is open.")
    decision = _store(request, step, actor, verdict, comment, delegate_to)
    _add_conditions(decision, conditions, actor)
    _move_step(step, decision, actor)
    settle_if_complete(request, steps, actor)
    return decision


def _own_step(actor: User, steps: list[ApprovalStep]) -> ApprovalStep:
    step = queries.step_for(actor, steps)
    if step is not None:
        return step
    refusals = [rules.may_fill(actor, each, steps, queries.deciders_of(each)) for each in steps]
    specific = next((no for no in refusals if "already filled" in no.reason or "before this one" in no.reason), refusals[0])
    grantors = tuple(dict.fromkeys(name for no in refusals for name in no.grantors))
    raise Denied(specific.reason, grantors=grantors, fix="The people named here decide on it, or delegate to you.")


def _store(
    request: ApprovalRequest, step: ApprovalStep, actor: User, verdict: str, comment: str, delegate_to: User | None
) -> Decision:
    if verdict not in Decision.Verdict.values:
        raise Invalid("Choose a decision.", fields={"verdict": [f"One of {', '.join(Decision.Verdict.values)}."]})
    if verdict == Decision.Verdict.REJECT and not comment.strip():
        raise Invalid("A rejection needs a reason.", fields={"comment": ["Say why, so that it can be mended."]})
    if (verdict == Decision.Verdict.DELEGATE) != (delegate_to is not None):
        raise Invalid("Name the person to delegate to.", fields={"delegate_to": ["Needed to delegate, and only then."]})
    if delegate_to is not None:
        _check_delegate(request, delegate_to, actor)
    decision = Decision(
        request=request,
        step=step,
        person=actor,
        requester=request.requester,
        on_behalf_of=_principal(actor, step),
        delegate_to=delegate_to,
        position=step.position,
        verdict=verdict,
        comment=comment.strip(),
        subject_digest=request.subject_digest,
        policy_version_id=request.policy_version_id,
        decided_at=clock.now(),
    )
    told = {
        "title": request.title,
        "verdict": SAID[Decision.Verdict(verdict)],
        "position": step.position.name,
        "digest": request.subject_digest,
        "policy": request.policy_version.label,
        "on_behalf_of": decision.on_behalf_of.ref if decision.on_behalf_of else "",
        "delegate_to": delegate_to.ref if delegate_to else "",
    }
    personal = {"comment": decision.comment} if decision.comment else {}
    return transitions.create(
        decision,
        actor=actor,
        kind="approval.decided",
        payload=told,
        personal=personal,
        touches=(request, *touched(request.thing)),
    )


def _check_delegate(request: ApprovalRequest, to: User, actor: User) -> None:
    if to.pk in {request.requester_id, actor.pk} or not to.is_active or not roles.may_write(to):
        raise Invalid(
            f"{to} cannot decide on this.",
            fields={"delegate_to": ["Choose an active person other than you and the requester."]},
        )


def _principal(actor: User, step: ApprovalStep) -> User | None:
    """Return the person in whose place a delegate acts."""
    seat = bench().seat_of(actor, step.position_id, step.team_id)
    return seat.giver if seat is not None else None


def _add_conditions(decision: Decision, conditions: Sequence[Mapping[str, Any]], actor: User) -> None:
    if (decision.verdict == Decision.Verdict.CONDITIONS) != bool(conditions):
        raise Invalid(
            "Say what must be done, by whom and by when.",
            fields={"conditions": ["Needed to approve with conditions, and only then."]},
        )
    for each in conditions:
        condition = Condition(decision=decision, text=each["text"], owner=each["owner"], due_on=each["due_on"])
        told = {"text": condition.text[:200], "due": condition.due_on, "owner": condition.owner.ref}
        transitions.create(condition, actor=actor, kind="condition.asked", payload=told, touches=(decision.request,))


def _move_step(step: ApprovalStep, decision: Decision, actor: User) -> None:
    if decision.verdict in rules.APPROVING:
        step.state, step.filled_by = ApprovalStep.State.APPROVED, actor
    elif decision.verdict == Decision.Verdict.REJECT:
        step.state, step.filled_by = ApprovalStep.State.REJECTED, actor
    elif decision.verdict == Decision.Verdict.DELEGATE:
        step.assignee = decision.delegate_to
    else:
        return
    step.save()


@action
def meet_condition(condition: Condition, *, actor: User, note: str = "", expected_version: int | None = None) -> Condition:
    """Say that a condition is met; its owner or a risk officer does."""
    if actor.pk != condition.owner_id and not roles.governs(actor):
        raise Denied("Only its owner says that a condition is met.", grantors=(str(condition.owner),))
    request = condition.decision.request
    return transitions.change(
        condition,
        actor=actor,
        kind="condition.met",
        changes={"state": Condition.State.MET, "met_note": note, "met_at": clock.now()},
        expected={"state": Condition.State.OPEN},
        expected_version=expected_version,
        payload={"text": condition.text[:200]},
        personal={"note": note} if note else None,
        touches=(request,),
    )

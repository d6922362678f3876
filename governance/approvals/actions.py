"""The only writers of approvals: ask, decide, withdraw, expire, remind, and meet a condition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.approvals import queries, rules
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.core import clock
from governance.core.contributions import ApprovalKind, contribution
from governance.core.errors import Denied, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people.bench import bench
from governance.people.models import Position, User

SAID = {
    Decision.Verdict.APPROVE: "approved",
    Decision.Verdict.CONDITIONS: "approved, with conditions,",
    Decision.Verdict.REJECT: "rejected",
    Decision.Verdict.ABSTAIN: "abstained on",
    Decision.Verdict.DELEGATE: "delegated the decision on",
}


@dataclass(frozen=True)
class Asked:
    """What is asked for: the thing under its digest, and the places that policy sets for it."""

    kind: str
    subject: Any
    digest: str
    title: str
    steps: Sequence[tuple[str, int]]
    policy_version: Any
    expires_at: datetime
    due_at: datetime | None = None
    tier: int | None = None
    change_kinds: Sequence[str] = ()
    lane: str = "standard"
    in_order: bool = False
    team: Any = None


@action
def ask(asked: Asked, *, actor: User) -> ApprovalRequest:
    """Open a request with one step for each person that the route demands. Raises Invalid for an empty route."""
    if not roles.may_write(actor):
        raise Denied("Auditors read everything and ask for nothing.")
    contribution(ApprovalKind, asked.kind)
    places = [key for key, count in asked.steps for _ in range(count)]
    if not places:
        raise Invalid("Policy names nobody who approves this.", fix="A risk officer adds an approval route in the policy.")
    positions = _positions(places)
    request = ApprovalRequest(
        subject_kind=asked.kind,
        subject_id=str(asked.subject.pk),
        subject_key=str(getattr(asked.subject, "key", "")),
        subject_digest=asked.digest,
        title=asked.title,
        tier=asked.tier,
        change_kinds=list(asked.change_kinds),
        lane=asked.lane,
        in_order=asked.in_order,
        requester=actor,
        policy_version=asked.policy_version,
        due_at=asked.due_at,
        expires_at=asked.expires_at,
    )
    told = {
        "title": asked.title,
        "places": len(places),
        "digest": asked.digest,
        "subject": request.subject_key,
        "policy": asked.policy_version.label,
        "lane": asked.lane,
    }
    transitions.create(request, actor=actor, kind="approval.asked", payload=told, touches=touched(asked.subject))
    for number, key in enumerate(places, start=1):
        position = positions[key]
        step = ApprovalStep(request=request, number=number, position=position)
        step.team = asked.team if position.per_team else None
        transitions.check(step)
        step.save()
    return request


def _positions(keys: Iterable[str]) -> dict[str, Position]:
    found = {position.key: position for position in Position.objects.filter(key__in=set(keys))}
    if unknown := sorted(set(keys) - set(found)):
        raise Invalid(
            f"The approval route names positions that do not exist: {', '.join(unknown)}.",
            fix="Create them under People, or correct the route in the policy.",
        )
    return found


def touched(subject: Any) -> tuple[Any, ...]:
    """Return what an entry about an approval also touches: its subject, and what the subject is part of."""
    return (subject, *getattr(subject, "ledger_touches", ()))


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
    request = _locked(request)
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
    decision = _store(request, step, actor, verdict, comment, delegate_to)
    _add_conditions(decision, conditions, actor)
    _move_step(step, decision, actor)
    _settle_if_complete(request, steps, actor)
    return decision


def _locked(request: ApprovalRequest) -> ApprovalRequest:
    # Two people deciding two steps at once must not both see the other still waiting.
    return ApprovalRequest.objects.select_for_update(of=("self",)).select_related("requester").get(pk=request.pk)


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
    subject = contribution(ApprovalKind, request.subject_kind).load(request.subject_id)
    personal = {"comment": decision.comment} if decision.comment else {}
    return transitions.create(
        decision,
        actor=actor,
        kind="approval.decided",
        payload=told,
        personal=personal,
        touches=(request, *touched(subject)),
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


def _settle_if_complete(request: ApprovalRequest, steps: list[ApprovalStep], actor: User) -> None:
    state = rules.outcome(steps)
    if state != ApprovalRequest.State.OPEN:
        _settle(request, state, actor, steps)


def _settle(request: ApprovalRequest, state: str, actor: User, steps: Iterable[ApprovalStep], kind: str = "") -> None:
    """End a request, close what still waits, and let the subject's kind act, all in this transaction."""
    for step in steps:
        if step.state == ApprovalStep.State.WAITING:
            step.state = ApprovalStep.State.CLOSED
            step.save()
    approval_kind = contribution(ApprovalKind, request.subject_kind)
    subject = approval_kind.load(request.subject_id)
    told: dict[str, Any] = {"title": request.title}
    if not kind:
        told |= {"state": ApprovalRequest.State(state).label.lower(), "digest": request.subject_digest}
    transitions.change(
        request,
        actor=actor,
        kind=kind or "approval.settled",
        changes={"state": state, "settled_at": clock.now()},
        expected={"state": ApprovalRequest.State.OPEN},
        payload=told,
        touches=touched(subject),
    )
    approval_kind.settled(request, actor)


@action
def withdraw(request: ApprovalRequest, *, actor: User, reason: str = "") -> ApprovalRequest:
    """Take an open request back; what was decided on it stays on record."""
    request = _locked(request)
    if request.state != ApprovalRequest.State.OPEN:
        raise StaleState(f"{request.title} is already {request.get_state_display().lower()}.", fix="Reload it.")
    require(rules.may_withdraw(actor, request))
    _settle(request, ApprovalRequest.State.WITHDRAWN, actor, list(request.steps.all()), kind="approval.withdrawn")
    return request


@action
def expire(request: ApprovalRequest, *, actor: User) -> ApprovalRequest:
    """End a request whose time has run out (work of the system)."""
    request = _locked(request)
    if not rules.is_expired(request, clock.now()):
        raise StaleState(f"{request.title} has not expired.")
    _settle(request, ApprovalRequest.State.EXPIRED, actor, list(request.steps.all()), kind="approval.expired")
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

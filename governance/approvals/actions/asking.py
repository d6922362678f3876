"""Asks named people to approve a thing as it is under one digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core.contributions import ApprovalKind, contribution
from governance.core.errors import Denied, Invalid
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people.models import Position, User


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
    request.thing = asked.subject
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

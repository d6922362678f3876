"""Reads of approvals: what waits for whom, and what was decided."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from governance.approvals import rules
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.core import clock
from governance.core.asking import asked
from governance.core.contributions import ApprovalKind, contribution
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.bench import TEAM_LEAD, Bench, bench, day_of
from governance.people.models import Delegation, Holding

MOST_WAITING = 500
KEY = re.compile(r"^[Aa]-?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[ApprovalRequest]:
    """Return the requests that a person may see: all for readers of all, else what they asked, decide or decided."""
    requests = ApprovalRequest.objects.select_related("requester", "policy_version")
    if roles.reads_all(user):
        return requests
    if not user.is_authenticated:
        return requests.none()
    mine = steps_asking(user).filter(request=OuterRef("pk"))
    decided = Decision.objects.filter(request=OuterRef("pk"), person=user)
    return requests.filter(Q(requester=user) | Exists(mine) | Exists(decided))


def steps_asking(user: Any) -> QuerySet[ApprovalStep]:
    """Return the steps that ask this person, by assignment, position, deputyship or delegation; one query, no lists.

    For a position held team by team this looks up to two teams above; `seat_on` is the exact answer.
    """
    now = clock.now()
    principals = Delegation.objects.valid(now).filter(receiver=user).values("giver")
    upward = ("team", "team__parent", "team__parent__parent")
    where = Q(team__isnull=True)
    for path in upward:
        where |= Q(team=OuterRef(path))
    held = Holding.objects.on(day_of(now)).filter(where, position=OuterRef("position"))
    holds = held.filter(Q(person=user) | Q(person__in=principals))
    leads = Q(position__key=TEAM_LEAD) & (Q(team__lead=user) | Q(team__lead__in=principals))
    return ApprovalStep.objects.filter(Q(assignee=user) | leads | Exists(holds))


def waiting_for(user: Any, seats: Bench | None = None) -> list[ApprovalRequest]:
    """Return the open requests on which this person can decide now, the most urgent first; `seats` where read already."""
    if not roles.may_write(user):
        return []
    found = asked(near_question(user))
    seats = (seats or bench()) if found else None
    return [request for request in found if step_for(user, request.steps.all(), seats) is not None]


def near_question(user: Any) -> QuerySet[ApprovalRequest]:
    """Return what `waiting_for` asks: the open requests with a step that may ask this person, with the steps to judge by."""
    mine = steps_asking(user).filter(request=OuterRef("pk"), state=ApprovalStep.State.WAITING)
    filled = ApprovalStep.objects.filter(request=OuterRef("pk"), filled_by=user)
    near = with_steps(ApprovalRequest.objects.filter(Exists(mine), ~Exists(filled), state=ApprovalRequest.State.OPEN))
    return near.exclude(requester=user).order_by("due_at", "pk")[:MOST_WAITING]


def get(user: Any, key: str) -> ApprovalRequest:
    """Return a request by its key that the person may see, as requests and through what they are about."""
    found = KEY.match(key)
    pk = int(found.group(1)) if found else 0
    near = with_table(ApprovalRequest.objects.filter(pk=pk)).first()
    if near is not None:
        kind = contribution(ApprovalKind, near.subject_kind)
        if roles.reads_all(user) or visible_to(user).filter(pk=pk).exists() or kind.visible(user, kind.load(near.subject_id)):
            return near
    raise NotVisible(f"There is no request {key[:40]} that you can see.", fix="Check the address, or ask whoever sent it.")


def of_subject(kind: str, subject_id: Any) -> QuerySet[ApprovalRequest]:
    """Return all requests about one thing, newest first, with steps and decisions."""
    return with_table(ApprovalRequest.objects.filter(subject_kind=kind, subject_id=str(subject_id)))


def with_table(requests: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    """Load what an approvals table shows in a fixed number of queries."""
    return with_steps(requests).prefetch_related(_decisions())


def read_decisions(request: ApprovalRequest) -> None:
    """Load what was decided with a request that has its steps already."""
    prefetch_related_objects([request], _decisions())


def _decisions() -> "Prefetch[Any]":
    return Prefetch("steps__decisions", Decision.objects.select_related("person", "on_behalf_of", "delegate_to"))


def with_steps(requests: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    """Load with requests their steps, which tell who is asked, without what was decided."""
    return requests.select_related("requester", "policy_version").prefetch_related(_steps())


def read_steps(request: ApprovalRequest) -> None:
    """Load the steps of a request that was read with something else."""
    prefetch_related_objects([request], _steps())


def _steps() -> "Prefetch[Any]":
    return Prefetch("steps", ApprovalStep.objects.select_related("position", "team", "assignee", "filled_by"))


def deciders_of(step: ApprovalStep, seats: Bench | None = None) -> list[Any]:
    """Return the active people who may act in the step's position now, without whoever asked."""
    found = [seat.person for seat in (seats or bench()).deciders(step.position_id, step.team_id)]
    found = [person for person in found if person.pk != step.request.requester_id]
    if step.assignee is not None and all(person.pk != step.assignee_id for person in found):
        found.insert(0, step.assignee)
    return found


def step_for(user: Any, steps: Iterable[ApprovalStep], seats: Bench | None = None) -> ApprovalStep | None:
    """Return the step that this person would fill next: an assigned one, else the first their position opens."""
    listed, seats = list(steps), seats or bench()
    order = sorted(listed, key=lambda step: (step.assignee_id != user.pk, step.state != step.State.WAITING, step.number))
    for step in order:
        if step.state not in {step.State.WAITING, step.State.APPROVED}:
            continue
        if rules.may_fill(user, step, listed, deciders_of(step, seats)):
            return step
    return None


def conditions_of(user: Any) -> QuerySet[Condition]:
    """Return the open conditions that a person has to meet, the earliest first."""
    return (
        Condition.objects.filter(owner=user, state=Condition.State.OPEN)
        .select_related("decision__request", "decision__person")
        .order_by("due_on", "pk")
    )

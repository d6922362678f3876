"""What approvals contribute: reminders and expiry by schedule, and inbox lines."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.approvals import actions, queries
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    Schedule,
    contribute,
)
from governance.core.errors import StaleState
from governance.people.system import system_actor

REMIND_BEFORE = timedelta(hours=24)
REMIND_AGAIN = timedelta(hours=48)


def to_decide(user: Any) -> Iterable[InboxLine]:
    """Return what waits for a person's decision."""
    for request in queries.waiting_for(user):
        yield InboxLine(
            verb="Decide",
            title=request.title,
            url=reverse("approval", args=[request.key]),
            detail=f"{request.subject_key} · {request.requester}",
            due=request.due_at,
            tier=request.tier,
            asked_at=request.created_at,
        )


def to_meet(user: Any) -> Iterable[InboxLine]:
    """Return the conditions that a person has to meet."""
    for condition in queries.conditions_of(user)[:200]:
        request = condition.decision.request
        yield InboxLine(
            verb="Do",
            title=condition.text,
            url=f"{reverse('approval', args=[request.key])}#{condition.key}",
            detail=f"Condition of {condition.decision.person} on {request.subject_key}",
            due=clock.end_of(condition.due_on),
            tier=request.tier,
            asked_at=condition.created_at,
        )


contribute(InboxSource("approvals", to_decide, count=lambda user: len(queries.waiting_for(user)), order=10))
contribute(InboxSource("conditions", to_meet, rows=lambda user: (queries.conditions_of(user),), order=20))


def keep_time(job: Any, progress: Any) -> dict[str, int]:
    """Expire requests whose time has run out, and remind those who have to decide soon."""
    now, expired, reminded = clock.now(), 0, 0
    for request in ApprovalRequest.objects.filter(state=ApprovalRequest.State.OPEN, expires_at__lte=now):
        try:
            actions.expire(request, actor=system_actor())
            expired += 1
        except StaleState:
            continue  # decided between the reading and the writing: nothing to expire
        progress(expired, 0, request.key)
    soon = ApprovalStep.objects.filter(
        state=ApprovalStep.State.WAITING,
        request__state=ApprovalRequest.State.OPEN,
        request__due_at__lte=now + REMIND_BEFORE,
    ).select_related("request", "position", "team")
    for step in soon:
        if step.reminded_at is not None and step.reminded_at > now - REMIND_AGAIN:
            continue
        earlier = step.request.steps.filter(number__lt=step.number, state=ApprovalStep.State.WAITING)
        if step.request.in_order and earlier.exists():
            continue
        actions.remind(step, actor=system_actor())
        reminded += 1
        progress(reminded, 0, step.key)
    return {"expired": expired, "reminded": reminded}


contribute(JobKind("approvals.keep_time", keep_time, label="Remind and expire approval requests"))
contribute(Schedule("approvals.keep_time", "approvals.keep_time", every=timedelta(minutes=10)))
contribute(ApiRoute("approvals", "approvals", load=lambda: import_string("governance.approvals.api.ApprovalApi")))
contribute(NavItem("approvals", "Approvals", "approvals", "sign", group="What changes", order=20))

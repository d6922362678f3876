"""What the kernel puts on the calendar: reviews, what they decided, the rollout, approvals, and when policy changes."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.calendar import bounds
from governance.core.contributions import CalendarEvent, CalendarSource, contribute
from governance.people.rows import is_insider
from governance.policy.models import PolicyVersion
from governance.reviews import queries, rollout
from governance.reviews.minutes import title
from governance.reviews.models import Review, ReviewDecision
from governance.reviews.rolloutmodels import RolloutStep


def reviews(user: Any, start: date, end: date) -> QuerySet[Review]:
    """Return the reviews of some days, but those that were called off."""
    rows = queries.visible_to(user).exclude(state=Review.State.CANCELLED).filter(planned_on__range=(start, end))
    return rows.select_related(None).only("kind", "subject_label", "planned_on", "state", "owner")


def review_event(review: Review, user: Any) -> list[CalendarEvent]:
    """Put a review on its day."""
    late = review.state in Review.PENDING and review.planned_on < clock.today()
    said, mine = f"{review.key} · {review.get_state_display()}", review.owner_id == user.pk
    level = "stop" if late else "ok" if review.state == Review.State.HELD else ""
    return [CalendarEvent(review.key, title(review), review.planned_on, review.get_absolute_url(), said, level=level, mine=mine)]


def decisions(user: Any, start: date, end: date) -> QuerySet[ReviewDecision]:
    """Return what was decided and is to be done by some days."""
    rows = queries.decisions_visible_to(user).filter(state=ReviewDecision.State.OPEN, due_on__range=(start, end))
    return rows.select_related(None).only("text", "due_on", "owner")


def decision_event(decision: ReviewDecision, user: Any) -> list[CalendarEvent]:
    """Put a decision on the day until which it is to be done."""
    level, mine = "stop" if decision.due_on < clock.today() else "", decision.owner_id == user.pk
    return [
        CalendarEvent(
            decision.key, decision.text, decision.due_on, decision.get_absolute_url(), decision.key, level=level, mine=mine
        )
    ]


def steps(user: Any, start: date, end: date) -> QuerySet[RolloutStep]:
    """Return the steps of the rollout that were given to somebody until some days."""
    rows = RolloutStep.objects.filter(due_on__range=(start, end), owner__isnull=False, done_at__isnull=True)
    return rows.only("step", "due_on", "owner") if is_insider(user) else rows.none()


def step_event(row: RolloutStep, user: Any) -> list[CalendarEvent]:
    """Put a step on its day, in policy's words."""
    _, text = rollout.wanted().get(row.step, (0, row.step))
    return [CalendarEvent(row.step, f"Rollout: {text}", row.due_on, reverse("rollout"), "Rollout", mine=row.owner_id == user.pk)]


def versions(user: Any, start: date, end: date) -> QuerySet[PolicyVersion]:
    """Return the versions of the policy that begin to hold on some days."""
    begun, over = bounds(start, end)
    rows = PolicyVersion.objects.filter(effective_at__gte=begun, effective_at__lt=over)
    return rows.only("label", "number", "effective_at") if is_insider(user) else rows.none()


def version_event(version: PolicyVersion, user: Any) -> list[CalendarEvent]:
    """Put a version on the moment from which it holds."""
    where = reverse("policy-version", args=[version.label])
    return [CalendarEvent(f"policy-{version.number}", f"Policy version {version.number} holds", version.effective_at, where)]


def requests(user: Any, start: date, end: date) -> QuerySet[ApprovalRequest]:
    """Return the open requests that are to be answered by some days."""
    begun, over = bounds(start, end)
    rows = approvals.visible_to(user).filter(state=ApprovalRequest.State.OPEN, due_at__gte=begun, due_at__lt=over)
    return rows.select_related(None).only("title", "due_at", "requester")


def request_event(request: ApprovalRequest, user: Any) -> list[CalendarEvent]:
    """Put a request on the moment until which it is to be answered."""
    level = "stop" if request.due_at is not None and request.due_at < clock.now() else ""
    where, mine = reverse("approval", args=[request.key]), request.requester_id == user.pk
    return [CalendarEvent(request.key, f"To decide: {request.title}", request.due_at, where, request.key, level=level, mine=mine)]


contribute(CalendarSource("reviews", "Reviews", reviews, review_event, order=10))
contribute(CalendarSource("review-decisions", "Decisions of reviews", decisions, decision_event, order=15))
contribute(CalendarSource("approvals", "Approvals", requests, request_event, order=20))
contribute(CalendarSource("policy", "Policy", versions, version_event, order=60))
contribute(CalendarSource("rollout", "Rollout", steps, step_event, order=65))

"""What reviews contribute: navigation, inbox, briefing, owned things, schedule, document, search, palette, API."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import asking, clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    DocumentKind,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from governance.people.rows import is_insider
from governance.reviews import actions, dates, minutes, queries, rollout, rules, scheduling, ticking  # noqa: F401 - for itself
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Review, ReviewDecision
from governance.reviews.rolloutmodels import RolloutStep

MOST = 100


def waiting(user: Any) -> Iterable[InboxLine]:
    """Return what a person has to lead, to answer and to do because of reviews and of the rollout."""
    leads, answers, decisions, given = asking.read([rows[:MOST] for rows in waiting_rows(user)])
    for review in leads:
        title, due = f"Lead: {minutes.title(review)}", clock.end_of(review.planned_on)
        yield InboxLine("Do", title, review.get_absolute_url(), review.key, due, None, review.created_at)
    for asked in answers:
        due, url = clock.end_of(asked.review.planned_on), asked.review.get_absolute_url()
        yield InboxLine("Do", f"Answer: {asked.question}", url, f"{asked.review.key} · {asked.area}", due, None, asked.created_at)
    for each in decisions:
        detail = f"{each.key} · decided in {each.review.key}"
        yield InboxLine("Do", each.text, each.get_absolute_url(), detail, clock.end_of(each.due_on), None, each.created_at)
    wanted = rollout.wanted() if given else {}
    for step in given:
        week, text = wanted.get(step.step, (0, step.step))
        yield InboxLine("Do", text, reverse("rollout"), f"Rollout, week {week}", clock.end_of(step.due_on), None, step.created_at)


def waiting_rows(user: Any) -> tuple[Any, ...]:
    """Return what those lines are made of."""
    return queries.to_lead(user), queries.to_answer(user), queries.to_do(user), rollout.to_do(user)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find reviews by key or by what is reviewed, decisions by key or words."""
    named = queries.KEY.match(words) if words[:2].upper() == "RV" else None
    found = queries.visible_to(user)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(subject_label__icontains=words)
    hits = [
        SearchHit(str(each), each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "calendar")
        for each in found.order_by("-planned_on")[:limit]
    ]
    number = queries.DECISION_KEY.match(words) if words[:2].upper() == "RD" else None
    decided = queries.decisions_visible_to(user)
    decided = decided.filter(pk=int(number.group(1))) if number else decided.filter(text__icontains=words)
    hits += [
        SearchHit(each.text, each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "check", 0.5)
        for each in decided.order_by("-pk")[:limit]
    ]
    return hits[:limit]


def led(user: User) -> Any:
    """Return the reviews that a person leads and that are not over."""
    return Review.objects.filter(owner=user, state__in=Review.PENDING).select_related("owner")


def to_do(user: User) -> Any:
    """Return the decisions that a person has to do."""
    return ReviewDecision.objects.filter(owner=user, state=ReviewDecision.State.OPEN).select_related("owner", "review")


def to_answer(user: User) -> Any:
    """Return the questions that a person answers in reviews that are not over."""
    return ChecklistAnswer.objects.filter(owner=user, review__state__in=Review.PENDING).select_related("owner", "review")


def to_roll_out(user: User) -> Any:
    """Return the steps of the rollout that a person does and that nobody ticked by hand."""
    return RolloutStep.objects.filter(owner=user, done_at=None).select_related("owner", "rollout")


def hand_step(step: RolloutStep, actor: User, to: User, reason: str) -> RolloutStep:
    """Give a step to another when whoever does it leaves."""
    return actions.give_step(step.step, actor=actor, owner=to)


def plan_url(kind: str) -> Any:
    """Return where a review of a kind is planned."""
    return lambda user: f"{reverse('review-new')}?kind={kind}"


contribute(JobKind(scheduling.JOB, scheduling.run, label="Plan the reviews that are due"))
contribute(Schedule(scheduling.JOB, scheduling.JOB, every=timedelta(days=1)))
contribute(JobKind(scheduling.TICKS, scheduling.tick, label="Tick the steps of the rollout"))
contribute(Schedule(scheduling.TICKS, scheduling.TICKS, every=timedelta(minutes=15)))
contribute(NavItem("reviews", "Reviews", "reviews", "calendar", group="What changes", order=60, visible=is_insider))
for key, label, order in (("review-decisions", "Decisions", 61), ("checklist", "Checklist", 63), ("rollout", "Rollout", 64)):
    contribute(NavItem(key, label, key, "check", group="What changes", order=order, visible=is_insider, family="reviews"))
contribute(InboxSource("reviews", waiting, rows=waiting_rows, order=62))
contribute(
    OwnedSource(
        "reviews", "Reviews", led,
        lambda row, actor, to, reason: actions.hand_over(row, actor=actor, to=to, reason=reason), order=91,
    )
)  # fmt: skip
contribute(
    OwnedSource(
        "review_decisions", "Decisions of reviews", to_do,
        lambda row, actor, to, reason: actions.change_decision(row, actor=actor, owner=to, reason=reason), order=92,
    )
)  # fmt: skip
contribute(
    OwnedSource(
        "checklist_answers", "Questions of the checklist", to_answer,
        lambda row, actor, to, reason: actions.give_answer(row, actor=actor, owner=to, reason=reason), order=93,
    )
)  # fmt: skip
contribute(OwnedSource("rollout_steps", "Steps of the rollout", to_roll_out, hand_step, order=94))
contribute(
    BriefingLine(
        "reviews.late", "due", "reviews that were not held", queries.late,
        lambda user: f"{reverse('reviews')}?overdue=true", order=62, level="warn", one="review that was not held",
    )
)  # fmt: skip
contribute(
    BriefingLine(
        "review_decisions.overdue", "due", "decisions of reviews overdue", queries.overdue,
        lambda user: f"{reverse('review-decisions')}?overdue=true", order=63, level="warn", one="decision of a review overdue",
    )
)  # fmt: skip
contribute(
    DocumentKind(
        key=minutes.KIND,
        label="Minutes of a review",
        load=minutes.load,
        context=minutes.context,
        template="documents/minutes.html",
        visible=minutes.visible,
        url=lambda review: review.get_absolute_url(),
        seen=minutes.seen,
        title=lambda review: f"Minutes of {review.key}: {minutes.title(review)}",
        order=65,
    )
)
contribute(SearchSource("reviews", "Reviews", find, order=65))
for kind, label, words in (
    ("eval", "Plan an eval review", "weekly agenda"),
    ("vendor", "Review a vendor", "quarterly terms keep conditions exit"),
    ("operations", "Plan the operations checklist", "quarterly areas"),
):
    contribute(
        PaletteCommand(
            f"review.{kind}", label, plan_url(kind), words=f"review cadence {words}", icon="calendar",
            visible=lambda user: bool(rules.may_plan(user)),
        )
    )  # fmt: skip
contribute(Commentable("governance.review", queries.visible_to))
contribute(Commentable("governance.reviewdecision", queries.decisions_visible_to))
contribute(ObjectLink("governance.review", lambda pk: reverse("review", args=[f"RV-{pk}"])))
contribute(ObjectLink("governance.reviewdecision", lambda pk: reverse("review-decision", args=[f"RD-{pk}"])))
contribute(ObjectLink("governance.rollout", lambda pk: reverse("rollout")))
contribute(ApiRoute("reviews", "reviews", load=lambda: import_string("governance.reviews.api.reviews.ReviewApi")))
contribute(
    ApiRoute("review-decisions", "review-decisions", load=lambda: import_string("governance.reviews.api.decisions.DecisionApi"))
)
contribute(ApiRoute("rollout", "rollout", load=lambda: import_string("governance.reviews.api.rollout.RolloutApi")))

"""What access reviews contribute: their tab beside people, the schedule, inbox, briefing, search, API."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.accessreviews import actions, demo, own, queries, rules, scheduling  # noqa: F401 - own contributes itself
from governance.accessreviews.models import AccessReview
from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    CalendarEvent,
    CalendarSource,
    DemoPart,
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
from governance.people.rows import oversight


def to_review(user: Any) -> Iterable[InboxLine]:
    """Return the open review that a person answers for."""
    for each in queries.to_do(user):
        yield InboxLine(
            verb="Review",
            title="Who may do what",
            url=each.get_absolute_url(),
            detail=f"{each.key} · {queries.left(each).count()} lines left",
            due=clock.end_of(each.due_on),
            asked_at=each.created_at,
        )


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find reviews by key."""
    if words[:2].upper() != "AR" or not (named := queries.KEY.match(words)):
        return []
    found = queries.visible_to(user).filter(pk=int(named.group(1)))
    return [SearchHit(str(each), each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "people") for each in found]


def owned(user: User) -> Any:
    """Return the open reviews that a person answers for."""
    return AccessReview.objects.filter(reviewer=user, state=AccessReview.State.OPEN)


def reassign(review: AccessReview, actor: User, to: User, reason: str) -> AccessReview:
    """Let another answer for it when its reviewer leaves."""
    return actions.hand_over(review, actor=actor, to=to, reason=reason)


def due_between(user: Any, start: Any, end: Any) -> Any:
    """Return the open reviews that fall due between two days."""
    rows = queries.visible_to(user).filter(state=AccessReview.State.OPEN, due_on__range=(start, end))
    return rows.select_related(None).only("opened_on", "due_on", "reviewer")


def due_event(review: AccessReview, user: Any) -> list[CalendarEvent]:
    """Put the last day of a review on the calendar."""
    mine, where = review.reviewer_id == user.pk, review.get_absolute_url()
    return [CalendarEvent(review.key, "Access review is due", review.due_on, where, review.key, mine=mine)]


contribute(CalendarSource("access-reviews", "Access reviews", due_between, due_event, order=75))
contribute(JobKind(scheduling.JOB, scheduling.run, label="Open an access review when it is due"))
contribute(Schedule(scheduling.JOB, scheduling.JOB, every=timedelta(days=1)))
contribute(
    NavItem(
        "access-reviews", "Access reviews", "access-reviews", "eye", group="Rules", order=14, visible=oversight, family="people"
    )
)
contribute(InboxSource("access-reviews", to_review, rows=lambda user: (queries.to_do(user),), order=60))
contribute(OwnedSource("access-reviews", "Access reviews", owned, reassign, order=90))
contribute(
    BriefingLine(
        "access-reviews.late",
        "due",
        "access reviews that are late",
        queries.late,
        lambda user: f"{reverse('access-reviews')}?overdue=true",
        order=60,
        level="warn",
        one="access review that is late",
    )
)
contribute(SearchSource("access-reviews", "Access reviews", find, order=95))
contribute(
    PaletteCommand(
        "access-review.new",
        "Open an access review",
        lambda user: reverse("access-review-new"),
        words="roles permissions recertification tokens",
        icon="plus",
        visible=lambda user: bool(rules.may_open(user)),
    )
)
contribute(
    ApiRoute("access-reviews", "access-reviews", load=lambda: import_string("governance.accessreviews.api.AccessReviewApi"))
)
contribute(Commentable("governance.accessreview", queries.visible_to))
contribute(ObjectLink("governance.accessreview", lambda pk: reverse("access-review", args=[f"AR-{pk}"])))
contribute(DemoPart("access-reviews", demo.tell))

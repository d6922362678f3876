"""The lists of reviews and of decisions."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.reviews import queries, rules
from governance.reviews.models import Review, ReviewDecision
from governance.reviews.tables import DecisionFilters, DecisionTable, ReviewFilters, ReviewTable
from governance.reviews.views.base import FAMILY, NAV, admit
from governance.ui.pages import Empty, ListPage, PageAction, View


def plan_url(user: Any) -> str:
    """Return where a review is planned, for those who may."""
    return reverse("review-new") if rules.may_plan(user) else ""


class ReviewList(ListPage):
    """All reviews."""

    key, url_name, title, family, nav = "reviews", "reviews", "Reviews", FAMILY, NAV
    table, filterset = ReviewTable, ReviewFilters
    lead = "{total} reviews. Each agenda is made from what is held; the next one begins with what became of the last decisions."
    search_hint = "Find by vendor or by words of the notes"
    views = (
        View("All"),
        View("Coming", "state=planned&state=open"),
        View("Held", "state=held"),
        View("Overdue", "overdue=true"),
    )
    actions = (PageAction("Plan a review", plan_url, "plus", True, lambda user: bool(rules.may_plan(user))),)
    empty = Empty(
        "No review yet",
        "Once a week somebody looks at what changed in cost, latency and failures; once a quarter at each vendor and at how "
        "we work. Reviews are planned by themselves once there is a policy.",
        "Plan a review", plan_url,
    )  # fmt: skip

    def rows(self, user: Any) -> QuerySet[Review]:
        """Return the reviews that the reader may see."""
        admit(user)
        return queries.listed(user)


class DecisionList(ListPage):
    """What all reviews decided."""

    key, url_name, title, family, nav = "review-decisions", "review-decisions", "Decisions", FAMILY, NAV
    table, filterset = DecisionTable, DecisionFilters
    lead = "{total} decisions, each with one owner and one day."
    search_hint = "Find by what was decided"
    views = (
        View("To do", "state=open"),
        View("Mine", "state=open&owner={me}"),
        View("Overdue", "overdue=true"),
        View("All"),
    )
    empty = Empty("Nothing decided yet", "What a review decides stands here until it is done, and the next review reads it.")

    def rows(self, user: Any) -> QuerySet[ReviewDecision]:
        """Return the decisions that the reader may see."""
        admit(user)
        return queries.decisions_visible_to(user)

"""Pages of emergencies: each with its review, and closing one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage, Empty, ListPage, View
from registry.changes import actions, queries, rules
from registry.changes.emergencies import ReviewFilters, ReviewTable
from registry.changes.forms import ReviewForm
from registry.changes.models import EmergencyReview


class EmergencyList(ListPage):
    """The reviews that emergency changes owe."""

    key, url_name, title, nav = "emergencies", "emergencies", "Emergency changes", "changes"
    table, filterset = ReviewTable, ReviewFilters
    crumbs = [("Changes", "/changes/")]
    lead = "{total} changes that could not wait, each with the review that it owes."
    search_hint = "Find by title, surface or findings"
    views = (View("All"), View("To review", "state=open"), View("Overdue", "overdue=true"), View("Reviewed", "state=closed"))
    empty = Empty(
        "There was no emergency",
        "A change that cannot wait takes effect with the fewest people, and shows up here until somebody else looked at it.",
    )

    def rows(self, user: Any) -> QuerySet[EmergencyReview]:
        """Return the reviews that the reader may see."""
        return queries.reviews_for(user)


class CloseReview(ActionPage):
    """Close an emergency's review."""

    title, submit, form_class = "Close the review", "Close it", ReviewForm
    lead = "By somebody who neither asked for the change nor let it through."

    def load(self) -> EmergencyReview:
        """Return the review of the address."""
        return queries.get_review(self.user, self.kwargs["key"])

    def verdict(self, obj: EmergencyReview) -> Verdict:
        """Say whether the person may."""
        return rules.may_review(self.user, obj, queries.let_in(obj.change), queries.may_judge(self.user, obj.change))

    def back_url(self, obj: EmergencyReview) -> str:
        """Return to the change."""
        return reverse("change", args=[obj.change.key])

    def perform(self, obj: EmergencyReview, given: Mapping[str, Any]) -> EmergencyReview:
        """Close it."""
        return actions.close_review(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: EmergencyReview) -> str:
        """Return to the change."""
        return reverse("change", args=[result.change.key])

    def said(self, result: EmergencyReview) -> str:
        """Say so."""
        return "The review is closed."

"""What pages of reviews share."""

from typing import Any

from governance.core.errors import Denied
from governance.core.verdict import Verdict
from governance.people.rows import is_insider
from governance.reviews import queries, rules
from governance.reviews.models import Review
from governance.ui.pages import ActionPage

FAMILY = NAV = "reviews"


def admit(user: Any) -> None:
    """Raise Denied for guests: how the company works is its own."""
    if not is_insider(user):
        raise Denied("Reviews are for people in the company.", fix="Ask whoever invited you.", grantors=rules.KEEPERS)


class OnReview(ActionPage):
    """Base of what is done to one review by whoever leads it."""

    nav = NAV

    def load(self) -> Review:
        """Return the review of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Review) -> Verdict:
        """Say whether the person leads it."""
        return rules.may_lead(self.user, obj)

    def success_url(self, result: Any) -> str:
        """Return to the review."""
        return str(self.obj.get_absolute_url())

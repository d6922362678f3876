"""Who may review access: pure decisions."""

from datetime import date, timedelta

from governance.accessreviews.models import AccessLine, AccessReview
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import User
from governance.people.rules import is_system

GOVERNORS = ("An administrator", "A risk officer")


def may_open(user: User) -> Verdict:
    """Say whether somebody may open a review: those who govern, and Plumbline itself by schedule."""
    if roles.governs(user) or is_system(user):
        return ALLOW
    return deny("Only an administrator or a risk officer reviews who may do what.", "Ask one of them.", GOVERNORS)


def may_work(user: User, review: AccessReview) -> Verdict:
    """Say whether somebody may decide lines of a review, close it or call it off."""
    if review.state != AccessReview.State.OPEN:
        return deny(f"This review is {review.get_state_display().lower()}.", "Open a new one.")
    return may_open(user)


def may_decide(user: User, review: AccessReview, line: AccessLine) -> Verdict:
    """Say whether somebody may decide a line: nobody decides what they may do themselves."""
    may = may_work(user, review)
    if may and line.person_id == user.pk:
        return deny("This is about you; somebody else decides it.", "Ask another who governs.", GOVERNORS)
    return may


def may_close(user: User, review: AccessReview, left: int) -> Verdict:
    """Say whether a review can be closed: every line is decided."""
    may = may_work(user, review)
    if may and left:
        lines = "One line is" if left == 1 else f"{left} lines are"
        return deny(f"{lines} not decided yet.", "Confirm or revoke each.")
    return may


def is_due(last_opened: date | None, founded: date, every_days: int, today: date) -> bool:
    """Say whether the schedule opens a review today: so many days after the last one, or after the company was set up."""
    return today >= (last_opened or founded) + timedelta(days=every_days)

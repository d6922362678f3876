"""Who leads reviews, who answers and decides, and when one comes again: pure decisions."""

from datetime import date, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role, User
from governance.people.rules import is_system
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Review, ReviewDecision

KEEPERS = ("A risk officer", "A leader", "An administrator")
SHOWN_AHEAD = timedelta(days=14)
"""How long before its day a quarterly review is planned by itself."""
READS_ONLY = "Auditors read everything and change nothing."


def keeps(user: Any) -> bool:
    """Whether somebody keeps reviews and the rollout: leaders and those who govern."""
    return roles.governs(user) or (user.is_active and user.role == Role.LEADER)


def may_plan(user: User) -> Verdict:
    """Say whether somebody may plan a review: leaders, those who govern, and Plumbline itself by schedule."""
    if keeps(user) or is_system(user):
        return ALLOW
    return deny("Only a leader or a risk officer plans reviews.", "Ask one of them.", KEEPERS)


def may_lead(user: User, review: Review) -> Verdict:
    """Say whether somebody may run a review: whoever leads it, or keeps reviews."""
    if review.state not in Review.PENDING:
        return deny(f"This review is {review.get_state_display().lower()}.", "Plan another one.")
    if keeps(user) or (review.owner_id == user.pk and roles.may_write(user)):
        return ALLOW
    return deny("Only whoever leads this review may do this.", "Ask them.", (str(review.owner), *KEEPERS))


def may_begin(user: User, review: Review) -> Verdict:
    """Say whether a review can begin."""
    may = may_lead(user, review)
    if may and review.state == Review.State.OPEN:
        return deny("It is under way already.")
    return may


def may_record(user: User, review: Review) -> Verdict:
    """Say whether notes and decisions can be written: while it is under way, by whoever leads it."""
    may = may_lead(user, review)
    if may and review.state != Review.State.OPEN:
        return deny("It has not begun.", "Begin it first: that freezes its agenda.")
    return may


def may_close(user: User, review: Review, *, left: int, came: int) -> Verdict:
    """Say whether a review can be closed: it is under way, somebody came, and every question of a checklist is answered."""
    may = may_record(user, review)
    if may and not came:
        return deny("Nobody is noted as having been there.", "Note who came.")
    if may and left:
        questions = "One question is" if left == 1 else f"{left} questions are"
        return deny(f"{questions} not answered.", "Answer them; Missing is an answer, too.")
    return may


def may_answer(user: User, answer: ChecklistAnswer) -> Verdict:
    """Say whether somebody may answer a question of the checklist: its owner, or whoever leads the review."""
    review = answer.review
    if review.state in Review.PENDING and answer.owner_id == user.pk and roles.may_write(user):
        return ALLOW
    may = may_lead(user, review)
    if not may and review.state in Review.PENDING:
        return deny("Only whoever is asked answers this.", "Ask whoever leads the review.", (str(review.owner), *KEEPERS))
    return may


def may_steer(user: User, decision: ReviewDecision) -> Verdict:
    """Say whether somebody may change a decision that is to do, or end it: its owner, or whoever led the review."""
    if decision.state != ReviewDecision.State.OPEN:
        return deny(f"It is {decision.get_state_display().lower()}.", "Decide anew in the next review.")
    if not roles.may_write(user):
        return deny(READS_ONLY)
    if keeps(user) or user.pk in (decision.owner_id, decision.review.owner_id):
        return ALLOW
    return deny("Only its owner, or whoever led the review, may do this.", "Ask them.", (str(decision.owner), *KEEPERS))


def may_roll_out(user: User) -> Verdict:
    """Say whether somebody may begin and move the rollout, and give its steps to people."""
    if keeps(user):
        return ALLOW
    return deny("Only a leader or a risk officer keeps the rollout.", "Ask one of them.", KEEPERS)


def may_tick(user: User, *, owner_id: int | None, checked: bool) -> Verdict:
    """Say whether somebody may say that a step is done; what is seen from what exists is never ticked by hand."""
    if checked:
        return deny("This step ticks itself from what exists.", "Do it, and it is ticked.")
    if keeps(user) or (owner_id == user.pk and roles.may_write(user)):
        return ALLOW
    return deny("Only whoever does this step, or keeps the rollout, may do this.", "Ask them.", KEEPERS)


def may_tick_all(user: User) -> Verdict:
    """Say whether somebody may note of all steps what exists shows: Plumbline itself."""
    if is_system(user):
        return ALLOW
    return deny("Steps are ticked by Plumbline itself, from what exists.", "Do the step, and it is ticked.")


def next_weekday(after: date, weekday: int) -> date:
    """Return the first day after a day that is a weekday (Monday is 0)."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def is_ahead(planned: date, today: date) -> bool:
    """Say whether a quarterly review of that day is planned by now."""
    return today >= planned - SHOWN_AHEAD

"""Holding a review: it begins with its agenda frozen, people come, notes are written, and it is closed under a hash."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from governance.core import clock, digest
from governance.core.contributions import ReviewSubject, contribution
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.reviews import agenda, queries, rules
from governance.reviews.actions.common import locked, owner_is_wrong, refuse
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import AgendaEntry, Attendance, Review

DECIDES = (Review.Outcome.CONDITIONS, Review.Outcome.EXIT)
"""Outcomes that are empty words without a decision that somebody carries out."""


@action
def begin(review: Review, *, actor: User, expected_version: int | None = None) -> Review:
    """Begin a review: its agenda is made from what is held up to yesterday, and never changes again.

    Raises Denied, StaleState.
    """
    review = locked(review, expected_version)
    require(rules.may_begin(actor, review))
    until = max(review.since, clock.today() - timedelta(days=1))
    review.until = until
    lines = agenda.made(review)
    changes = {"state": Review.State.OPEN, "begun_at": clock.now()}
    told = {"lines": len(lines), "since": review.since, "until": until}
    transitions.change(review, actor=actor, kind="review.begun", changes=changes, payload=told)
    AgendaEntry.objects.bulk_create([_entry(review, place, line) for place, line in enumerate(lines)])
    return review


def _entry(review: Review, place: int, made: agenda.Made) -> AgendaEntry:
    line = made.line
    return AgendaEntry(
        review=review,
        place=place,
        section=made.section,
        label=made.label[:200],
        text=line.text[:400],
        value=line.value[:120],
        detail=line.detail[:400],
        url=line.url[:600],
        level=line.level,
        about_type=line.about[0],
        about_id=str(line.about[1]),
        owner=line.owner,
    )


@action
def note(review: Review, *, actor: User, notes: str, expected_version: int | None = None) -> Review:
    """Write down what was said while a review is under way. Raises Denied, Invalid, StaleState."""
    review = locked(review, expected_version)
    require(rules.may_record(actor, review))
    text = notes.strip()
    return transitions.change(
        review, actor=actor, kind="review.noted", changes={"notes": text}, payload={"characters": len(text)}
    )


@action
def ask(review: Review, *, actor: User, people: Collection[User], expected_version: int | None = None) -> Review:
    """Ask exactly these people to a review, beside whoever leads it. Raises Denied, Invalid, StaleState."""
    review = locked(review, expected_version)
    require(rules.may_lead(actor, review))
    for person in people:
        refuse(owner_is_wrong(person, "people"), "This person cannot be asked.")
    wanted = {person.pk: person for person in (review.owner, *people)}
    held = {each.person_id: each for each in queries.attendance(review)}
    for pk, each in held.items():
        if pk not in wanted:
            told = {"person": each.person.ref}
            transitions.remove(each, actor=actor, kind="review.not_asked", payload=told, touches=(review, each.person))
    more = [Attendance(review=review, person=person) for pk, person in wanted.items() if pk not in held]
    transitions.create_many(more, actor=actor, kind="review.asked", payload=lambda row: {"person": row.person.ref})
    return review


@action
def come(review: Review, *, actor: User, people: Collection[User], expected_version: int | None = None) -> Review:
    """Note who came of those who were asked; who came unasked is asked with it. Raises Denied, Invalid, StaleState."""
    review = locked(review, expected_version)
    require(rules.may_record(actor, review))
    here = {person.pk: person for person in people}
    held = {each.person_id: each for each in queries.attendance(review)}
    for pk, person in here.items():
        if pk not in held:
            refuse(owner_is_wrong(person, "people"), "This person cannot have come.")
            row = Attendance(review=review, person=person)
            told = {"person": person.ref}
            held[pk] = transitions.create(row, actor=actor, kind="review.asked", payload=told, touches=(review, person))
    for pk, each in held.items():
        if each.came != (pk in here):
            seen: dict[str, Any] = {"person": each.person.ref, "came": pk in here}
            changes = {"came": pk in here}
            transitions.change(each, actor=actor, kind="review.came", changes=changes, payload=seen, touches=(review,))
    return review


@action
def close(
    review: Review, *, actor: User, outcome: str = "", outcome_why: str = "", expected_version: int | None = None
) -> Review:
    """Close a review under the hash of all that was looked at and decided. A review of one thing needs its outcome.

    Raises Denied, Invalid by field, StaleState.
    """
    review = locked(review, expected_version)
    came = review.attendance.filter(came=True).count()
    unanswered = review.answers.filter(standing=ChecklistAnswer.Standing.OPEN).count()
    require(rules.may_close(actor, review, left=unanswered, came=came))
    decided = review.decisions.count()
    _check_outcome(review, outcome, outcome_why, decided)
    review.outcome, review.outcome_why = outcome, outcome_why.strip()
    sealed = digest.digest(queries.content(review))
    changes: dict[str, Any] = {"state": Review.State.HELD, "held_at": clock.now(), "digest": sealed}
    told = {"decisions": decided, "came": came, "outcome": outcome, "digest": sealed}
    transitions.change(review, actor=actor, kind="review.held", changes=changes, payload=told)
    if review.subject_id:
        contribution(ReviewSubject, review.kind).held(review, actor)
    return review


def _check_outcome(review: Review, outcome: str, why: str, decided: int) -> None:
    if not review.subject_id:
        if outcome:
            raise Invalid("Only the review of one thing has an outcome.", fields={"outcome": ["Leave this out."]})
        return
    if outcome not in Review.Outcome.values:
        raise Invalid("Say what it comes to.", fields={"outcome": ["One of keep, conditions, exit."]})
    if not why.strip():
        raise Invalid("Say why.", fields={"outcome_why": ["This is needed."]})
    if outcome in DECIDES and not decided:
        raise Invalid(
            "Nobody was asked to do anything about it.",
            fix="Record a decision with an owner and a day first: what the conditions are, or how we leave.",
            fields={"outcome": ["This outcome needs a decision that somebody carries out."]},
        )

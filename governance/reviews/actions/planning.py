"""Planning a review, moving it, handing it over, calling it off."""

from datetime import date, timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import ReviewSubject, contribution
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.reviews import queries, rules
from governance.reviews.actions.common import day_is_wrong, locked, owner_is_wrong, refuse
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Attendance, Review

Kind = Review.Kind
LOOKS_BACK = {Kind.EVAL: 7, Kind.VENDOR: 92, Kind.OPERATIONS: 92}
"""Days that the first review of a kind looks back; each later one begins where the one before ended."""
STANDING = ChecklistAnswer.Standing


@action
def plan(
    kind: str,
    *,
    actor: User,
    planned_on: date,
    owner: User | None = None,
    subject: Any = None,
    asked: tuple[User, ...] = (),
    scheduled: bool = False,
) -> Review:
    """Plan a review; `subject` is the thing that a review of one thing looks at. Who was asked last time is asked again.

    Raises Denied, Invalid by field, Conflict when such a review is planned already.
    """
    require(rules.may_plan(actor))
    owner, today = owner or actor, clock.today()
    refuse(owner_is_wrong(owner) | day_is_wrong(planned_on, today, "planned_on"), "This review cannot be planned like this.")
    about = _about(kind, subject)
    before = queries.last_held(kind, about["subject_type"], about["subject_id"])
    since, until = _window(kind, planned_on, before)
    review = Review(
        kind=kind, owner=owner, planned_on=planned_on, since=since, until=until, before=before, scheduled=scheduled, **about
    )
    told = {"kind": kind, "about": review.subject_id, "planned_on": planned_on, "owner": owner.ref, "since": since}
    touches = (owner, *([subject] if subject is not None else []))
    told |= {"until": until, "scheduled": scheduled}
    transitions.create(review, actor=actor, kind="review.planned", payload=told, touches=touches)
    _ask(review, actor, before, (owner, *asked))
    if kind == Kind.OPERATIONS:
        _questions(review, before, actor)
    return review


def _about(kind: str, subject: Any) -> dict[str, str]:
    """Return what a review looks at, as its columns. Raises Invalid for a thing where none is looked at, and the reverse."""
    try:
        looks = contribution(ReviewSubject, kind)
    except LookupError:
        if subject is not None or kind == Kind.VENDOR:
            said = "Leave this out." if subject is not None else "There is nothing that such a review could look at."
            raise Invalid("A review looks at all, or at one thing.", fields={"subject": [said]}) from None
        return {"subject_type": "", "subject_id": "", "subject_label": ""}
    if subject is None:
        raise Invalid(f"Say which {looks.label.lower()} is reviewed.", fields={"subject": ["This is needed."]})
    return {"subject_type": looks.model, "subject_id": str(subject.pk), "subject_label": str(subject)[:300]}


def _window(kind: str, planned_on: date, before: Review | None) -> tuple[date, date]:
    """Return the first and last day looked at: from where the last one ended to the day before it is held."""
    until = planned_on - timedelta(days=1)
    since = before.until + timedelta(days=1) if before is not None else planned_on - timedelta(days=LOOKS_BACK[Kind(kind)])
    return since, max(since, until)


def _ask(review: Review, actor: User, before: Review | None, also: tuple[User, ...]) -> None:
    """Ask who was asked last time and still works here, and others."""
    asked = {person.pk: person for person in also}
    if before is not None:
        was = queries.attendance(before).filter(person__in=User.objects.working(clock.now()))
        asked |= {each.person_id: each.person for each in was}
    rows = [Attendance(review=review, person=person) for person in asked.values()]
    transitions.create_many(rows, actor=actor, kind="review.asked", payload=lambda row: {"person": row.person.ref})


def _questions(review: Review, before: Review | None, actor: User) -> None:
    """Put policy's questions, with the answers of the review before, to be confirmed."""
    was = {each.area_key: each for each in queries.answers(before)} if before is not None else {}
    rows = []
    for place, asked in enumerate(policy.document()["operations_checklist"]):
        words = {"area": asked["area"], "question": asked["question"]}
        words |= {"artefact": asked.get("artefact", ""), "role": asked.get("owner", "")}
        carried = _carried(was.get(asked["key"]))
        rows.append(ChecklistAnswer(review=review, area_key=asked["key"], place=place, **words, **carried))
    given = transitions.create_many(
        rows,
        actor=actor,
        kind="checklist.given",
        payload=lambda row: {"area": row.area, "owner": row.owner.ref if row.owner else "", "review": review.key},
    )
    waiting = {row.owner for row in given if row.owner is not None}
    known = set(review.attendance.values_list("person_id", flat=True))
    more = [Attendance(review=review, person=person) for person in waiting if person.pk not in known]
    transitions.create_many(more, actor=actor, kind="review.asked", payload=lambda row: {"person": row.person.ref})


def _carried(was: ChecklistAnswer | None) -> dict[str, Any]:
    if was is None:
        return {}
    owner = was.owner if was.owner is not None and was.owner.is_active else None
    if was.standing == STANDING.OPEN:
        return {"owner": owner}
    return {"owner": owner, "standing": was.standing, "answer": was.answer, "shown_by": was.shown_by, "carried": True}


@action
def move(review: Review, *, actor: User, planned_on: date, expected_version: int | None = None, reason: str = "") -> Review:
    """Hold a planned review on another day; the days it looks at follow. Raises Denied, Invalid, StaleState."""
    review = locked(review, expected_version)
    require(rules.may_begin(actor, review))
    refuse(day_is_wrong(planned_on, clock.today(), "planned_on"), "It cannot be moved to this day.")
    until = max(review.since, planned_on - timedelta(days=1))
    told = {"planned_on": planned_on, "was": review.planned_on}
    changes = {"planned_on": planned_on, "until": until}
    return transitions.change(review, actor=actor, kind="review.moved", changes=changes, payload=told, reason=reason.strip())


@action
def hand_over(review: Review, *, actor: User, to: User, expected_version: int | None = None, reason: str = "") -> Review:
    """Let another person lead a review that is not over. Raises Denied, Invalid, StaleState."""
    review = locked(review, expected_version)
    require(rules.may_lead(actor, review))
    refuse(owner_is_wrong(to), "This person cannot lead it.")
    told = {"owner": to.ref}
    if not review.attendance.filter(person=to).exists():
        row = Attendance(review=review, person=to)
        transitions.create(row, actor=actor, kind="review.asked", payload={"person": to.ref}, touches=(review, to))
    return transitions.change(
        review, actor=actor, kind="review.handed_over", changes={"owner": to}, payload=told, touches=(to,), reason=reason.strip()
    )


@action
def cancel(review: Review, *, actor: User, reason: str, expected_version: int | None = None) -> Review:
    """Call a review off. Raises Denied, Invalid without a reason, StaleState, Conflict once it has decided something."""
    review = locked(review, expected_version)
    require(rules.may_lead(actor, review))
    if not reason.strip():
        raise Invalid("Say why it is called off.", fields={"reason": ["This is needed."]})
    if review.decisions.exists():
        raise Conflict("This review has decided something already.", fix="Close it instead.")
    changes = {"state": Review.State.CANCELLED, "ended_because": reason.strip()}
    return transitions.change(review, actor=actor, kind="review.cancelled", changes=changes, reason=reason.strip())

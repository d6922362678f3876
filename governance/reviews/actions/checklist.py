"""Answering the operations checklist, one area at a time."""

from governance.core import clock
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.reviews import rules
from governance.reviews.actions.common import one_line, owner_is_wrong, refuse
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Attendance, Review

Standing = ChecklistAnswer.Standing


@action
def answer(
    row: ChecklistAnswer, *, actor: User, standing: str, answer: str, shown_by: str = "", expected_version: int | None = None
) -> ChecklistAnswer:
    """Answer one question for this quarter; what is in place says where it can be seen. Raises Denied, Invalid, StaleState."""
    row = _now(row, expected_version)
    require(rules.may_answer(actor, row))
    if standing not in Standing.values or standing == Standing.OPEN:
        raise Invalid("Say how it stands.", fields={"standing": ["One of in place, partly, missing."]})
    wrong: dict[str, list[str]] = {}
    if not answer.strip():
        wrong["answer"] = ["Answer in a sentence."]
    if standing == Standing.IN_PLACE and not shown_by.strip():
        wrong["shown_by"] = ["Say where it can be seen: an address, a document, a key."]
    refuse(wrong, "This answer is not complete.")
    changes = {"standing": standing, "answer": answer.strip(), "shown_by": one_line(shown_by), "carried": False}
    changes |= {"answered_on": clock.today()}
    told = {"area": row.area, "standing": Standing(standing).label, "review": row.review.key}
    return transitions.change(row, actor=actor, kind="checklist.answered", changes=changes, payload=told, touches=(row.review,))


@action
def give_answer(
    row: ChecklistAnswer, *, actor: User, owner: User | None, expected_version: int | None = None, reason: str = ""
) -> ChecklistAnswer:
    """Say who answers a question; they are asked to the review with it. Raises Denied, Invalid, StaleState."""
    row = _now(row, expected_version)
    require(rules.may_answer(actor, row))
    refuse(owner_is_wrong(owner), "This person cannot answer it.")
    if owner is not None and not row.review.attendance.filter(person=owner).exists():
        asked = Attendance(review=row.review, person=owner)
        transitions.create(asked, actor=actor, kind="review.asked", payload={"person": owner.ref}, touches=(row.review, owner))
    told = {"area": row.area, "owner": owner.ref if owner is not None else "", "review": row.review.key}
    touches = (row.review, *((owner,) if owner is not None else ()))
    changes = {"owner": owner}
    return transitions.change(
        row, actor=actor, kind="checklist.given", changes=changes, payload=told, touches=touches, reason=reason.strip()
    )


def _now(row: ChecklistAnswer, expected_version: int | None) -> ChecklistAnswer:
    rows = ChecklistAnswer.objects.select_for_update(of=("self",)).select_related("review", "review__owner", "owner")
    now: ChecklistAnswer = rows.get(pk=row.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.review.state not in Review.PENDING:
        raise StaleState("This review is over.", fix="Answer in the next one.")
    return now

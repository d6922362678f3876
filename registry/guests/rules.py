"""Who lets guests in, who asks and who answers: pure decisions."""

from datetime import date, datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people import rules as people
from governance.people.models import Role, User
from registry.guests.models import AuditQuestion, GuestAccess

LONGEST = timedelta(days=366)
"""No access lasts for longer than a year at a time; another year is another decision."""
ANSWER_WITHIN = timedelta(days=7)
"""How long an answer to a question may take, unless somebody sets another day."""
KEEPERS = ("An administrator",)


def may_decide(user: Any) -> Verdict:
    """Say whether a person may let guests in, extend or end their access: who lets people in at all."""
    return people.may_administer_people(user)


def may_extend(user: Any, access: GuestAccess) -> Verdict:
    """Say whether a person may decide again on an access that has not ended."""
    if access.state == GuestAccess.State.ENDED:
        return deny("This access has ended.", fix="Decide on a new one.")
    return may_decide(user)


def faults(period_from: date, period_until: date, ends_at: datetime, now: datetime) -> dict[str, list[str]]:
    """Return what is wrong with the terms of an access, by field; nothing when they can hold."""
    found: dict[str, list[str]] = {}
    if period_until < period_from:
        found["period_until"] = ["The last day is before the first."]
    if ends_at <= now:
        found["ends_at"] = ["This moment has passed."]
    elif ends_at > now + LONGEST:
        found["ends_at"] = ["At most a year from now; another year is another decision."]
    return found


def may_ask(user: Any) -> Verdict:
    """Say whether a person may ask questions that become tasks: auditors, from inside or outside."""
    if user.is_authenticated and user.is_active and user.role in roles.READS_ONLY:
        return ALLOW
    return deny("Questions of an audit are asked by auditors.", fix="Write a comment, or ask the owner.")


def may_answer(user: Any, question: AuditQuestion) -> Verdict:
    """Say whether a person may answer: who owns the question, and those who govern."""
    if question.state == AuditQuestion.State.ACCEPTED:
        return deny("The answer is accepted.", fix="It can be asked again.")
    return _owns(user, question, "answers it")


def may_hand_over(user: Any, question: AuditQuestion) -> Verdict:
    """Say whether a person may give a question to another, or set another day."""
    if question.state != AuditQuestion.State.OPEN:
        return deny("It is answered; nobody owes anything.")
    return _owns(user, question, "gives it to another")


def may_judge(user: Any, question: AuditQuestion, *, state: tuple[str, ...]) -> Verdict:
    """Say whether a person may accept the answer or ask again: who asked."""
    if question.state not in state:
        return deny(f"It stands otherwise: {question.get_state_display().lower()}.", fix="Reload it.")
    if user.pk == question.asker_id and user.is_active:
        return ALLOW
    return deny("Who asked judges the answer.", grantors=(str(question.asker),))


def may_owe(person: User) -> Verdict:
    """Say whether a person can owe an answer: somebody active of the company who may write."""
    verdict = people.may_own(person)
    if verdict and person.role == Role.AUDITOR:
        return deny("Auditors ask; they do not answer.", "Choose somebody who works on it.")
    return verdict


def _owns(user: Any, question: AuditQuestion, what: str) -> Verdict:
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if user.pk == question.owner_id or roles.governs(user):
        return ALLOW
    return deny(f"Only its owner, or a risk officer, {what}.", grantors=(str(question.owner), "A risk officer"))

"""Who may do what with questionnaires and answers, and when an answer has gone stale: pure decisions."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.rows import is_insider
from registry.questionnaires.models import Answer, Question, Questionnaire

State = Questionnaire.State


def may_receive(user: Any) -> Verdict:
    """Say whether a person may take in questionnaires and keep answers at all."""
    if roles.may_write(user) and is_insider(user):
        return ALLOW
    return deny("Auditors read everything and change nothing.")


def keeps(user: Any, questionnaire: Questionnaire) -> Verdict:
    """Say whether a questionnaire is theirs to run: its owner, and who keeps the policy."""
    if not (verdict := may_receive(user)):
        return verdict
    if user.pk == questionnaire.owner_id or roles.governs(user):
        return ALLOW
    return deny("Only its owner runs this questionnaire.", grantors=(str(questionnaire.owner), "A risk officer"))


def may_work(user: Any, questionnaire: Questionnaire) -> Verdict:
    """Say whether a person may lay out, propose, fill and send: who keeps it, while it is being answered."""
    return keeps(user, questionnaire) and is_open(questionnaire)


def is_open(questionnaire: Questionnaire) -> Verdict:
    """Say whether its questions can be answered now."""
    if questionnaire.state == State.REVIEW:
        return ALLOW
    if questionnaire.state == State.READING:
        return deny("The file is being read.", fix="Wait until its questions are there.")
    fix = "Open it again first." if questionnaire.state == State.SENT else "Upload the file again."
    return deny(f"This questionnaire is {questionnaire.get_state_display().lower()}.", fix=fix)


def may_answer(user: Any, question: Question) -> Verdict:
    """Say whether a person may answer one question: who keeps the questionnaire, and whom they asked."""
    if not (verdict := may_receive(user)):
        return verdict
    if user.pk != question.asked_of_id and not (verdict := keeps(user, question.questionnaire)):
        return verdict
    return is_open(question.questionnaire)


def may_reopen(user: Any, questionnaire: Questionnaire) -> Verdict:
    """Say whether a questionnaire that was sent back can be opened again."""
    if questionnaire.state != State.SENT:
        return deny("Only a questionnaire that was sent back is opened again.")
    return keeps(user, questionnaire)


def may_withdraw(user: Any, questionnaire: Questionnaire) -> Verdict:
    """Say whether it can be withdrawn: not twice."""
    if questionnaire.state == State.WITHDRAWN:
        return deny("It is withdrawn already.")
    return keeps(user, questionnaire)


def may_edit(user: Any, answer: Answer) -> Verdict:
    """Say whether a person may change an answer of the library: who keeps it, and who keeps the policy."""
    if not (verdict := may_receive(user)):
        return verdict
    if answer.state == Answer.State.RETIRED:
        return deny("This answer is retired.", fix="Keep a new one.")
    if user.pk == answer.owner_id or roles.governs(user):
        return ALLOW
    return deny("Only its keeper changes this answer.", grantors=(str(answer.owner), "A risk officer"))


def may_publish(user: Any) -> Verdict:
    """Say whether a person may let an answer be shown in buyers' rooms: who keeps the policy."""
    if roles.governs(user):
        return ALLOW
    return deny("Only those who keep the policy make an answer public.", grantors=("A risk officer",))


def staleness(as_of: datetime, review_on: date | None, days: int, changed: Collection[str], now: datetime) -> str:
    """Say why an answer can no longer be given as it stands; nothing while it can.

    `days` is how old it may grow (policy: answers.stale_days), `changed` says what became of its sources.
    """
    if changed:
        gone = sum(each == "is gone" for each in changed)
        moved = len(changed) - gone
        said = [f"{moved} of its sources changed since"] if moved else []
        said += [f"{gone} of its sources {'is' if gone == 1 else 'are'} gone"] if gone else []
        return f"{' and '.join(said)[:1].upper()}{' and '.join(said)[1:]}."
    if review_on is not None and review_on < now.date():
        return f"Its review was due on {review_on:%-d %B %Y}."
    if as_of < now - timedelta(days=days):
        return f"It is older than {days} days."
    return ""

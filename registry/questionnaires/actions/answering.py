"""A person answers: takes a proposal, edits it, writes their own words, leaves a question blank, or asks a colleague."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from registry.evidence import records
from registry.questionnaires import rules, sources
from registry.questionnaires.actions.keeping import keep, word
from registry.questionnaires.matching import SURE
from registry.questionnaires.models import Answer, Proposal, Question, Questionnaire, Short

AT_ONCE = 500
"""So many questions are answered by one action; the rest by the next."""


@action
def answer(
    question: Question,
    *,
    actor: User,
    text: str = "",
    short: str = "",
    proposal: int | None = None,
    cite: Sequence[str] = (),
    keep_it: bool = False,
    expected_version: int | None = None,
) -> Question:
    """Answer a question. `proposal` is the rank of the one it was taken from: it gives the sources, and the words left out.

    `cite` names further things held here by key. `keep_it` puts a new answer into the library, or lets the one it was taken
    from answer this wording too. Raises Invalid for an empty answer or an unknown key, Conflict for a proposal that is gone.
    """
    require(rules.may_answer(actor, question))
    taken = _proposal(question, proposal) if proposal is not None else None
    said, word_ = text.strip() or (taken.text if taken else ""), short or (taken.short if taken and not text.strip() else "")
    if not said and not word_:
        raise Invalid("An answer says something.", fields={"text": ["Write an answer, or leave the question blank."]})
    if word_ and word_ not in Short.values:
        raise Invalid("Choose one of the words.", fields={"short": [f"One of {', '.join(Short.values)}."]})
    found = sources.cite([records.find(actor, each) for each in cite if each.strip()])
    cited = {(each.type, each.id): each.to_json() for each in found}
    given = {(each["type"], each["id"]): each for each in (taken.sources if taken else ())} | cited
    changed = _answered(question, actor, said, word_, taken, list(given.values()), expected_version)
    if keep_it:
        _kept(changed, actor)
    return changed


def _answered(
    question: Question,
    actor: User,
    text: str,
    short: str,
    taken: Proposal | None,
    cited: list[Mapping[str, Any]],
    expected_version: int | None,
) -> Question:
    now = clock.now()
    edited = taken is not None and (text != taken.text or short != taken.short)
    origin = taken.origin if taken is not None else Question.Origin.WRITTEN
    reference = taken.reference if taken is not None else ""
    return transitions.change(
        question,
        actor=actor,
        kind="question.answered",
        changes={
            "state": Question.State.ANSWERED,
            "answer": text,
            "short": short,
            "origin": origin,
            "origin_ref": reference,
            "edited": edited,
            "sources": cited[: sources.MOST],
            "as_of": taken.as_of if taken is not None and not edited else now,
            "decided_by": actor,
            "decided_at": now,
        },
        expected_version=expected_version,
        payload={
            "questionnaire": question.questionnaire.key,
            "origin": origin,
            "reference": reference,
            "edited": edited,
            "short": short,
            "sources": [f"{each['type']}:{each['id']} v{each.get('version', 0)}" for each in cited[: sources.MOST]],
        },
        touches=question.ledger_touches,
    )


def _kept(question: Question, actor: User) -> None:
    """Let the library answer this wording from now on."""
    if question.origin == Question.Origin.LIBRARY and not question.edited:
        word(Answer.objects.get(pk=int(question.origin_ref.removeprefix("AN-"))), question.text, question, actor=actor)
        return
    keep(
        actor=actor,
        question=question.text[:2000],
        text=question.answer or question.get_short_display(),
        short=question.short,
        cited=question.sources,
    )


def _proposal(question: Question, rank: int) -> Proposal:
    found = Proposal.objects.filter(question=question, rank=rank).exclude(text="").first()
    if found is None:
        raise Conflict("This proposal is not there any more.", fix="Look at the question again: it was proposed anew meanwhile.")
    return found


@action
def accept_sure(questionnaire: Questionnaire, *, actor: User, least: float = SURE) -> int:
    """Take the best proposal of every open question where it is sure, not stale and allowed by the cell; returns how many.

    At most 500 at once. Raises Conflict when there is none.
    """
    require(rules.may_work(actor, questionnaire))
    rows = Proposal.objects.filter(
        question__questionnaire=questionnaire,
        question__state=Question.State.OPEN,
        question__found=True,
        rank=1,
        score__gte=max(least, SURE),
        stale="",
    ).exclude(text="")
    held = list(rows.select_related("question__questionnaire__owner").order_by("question__number")[:AT_ONCE])
    if not held:
        raise Conflict("No open question has a proposal that is sure and not stale.", fix="Look at them one by one.")
    for each in held:
        _answered(each.question, actor, each.text, each.short, each, list(each.sources), None)
    return len(held)


@action
def leave(question: Question, *, actor: User, reason: str, expected_version: int | None = None) -> Question:
    """Leave a question blank on purpose. Raises Invalid without a reason."""
    require(rules.may_answer(actor, question))
    if not reason.strip():
        raise Invalid("Say why it is left blank.", fields={"reason": ["This is needed."]})
    return transitions.change(
        question,
        actor=actor,
        kind="question.left",
        changes={"state": Question.State.LEFT, "decided_by": actor, "decided_at": clock.now()},
        expected_version=expected_version,
        payload={"questionnaire": question.questionnaire.key},
        touches=question.ledger_touches,
        reason=reason.strip(),
    )


@action
def reopen_question(question: Question, *, actor: User, expected_version: int | None = None) -> Question:
    """Open a question again that was answered or left blank; history keeps what was said."""
    require(rules.may_answer(actor, question))
    if question.state == Question.State.OPEN:
        raise Conflict("This question is open.", fix="Answer it.")
    return transitions.change(
        question,
        actor=actor,
        kind="question.reopened",
        changes={"state": Question.State.OPEN},
        expected_version=expected_version,
        payload={"questionnaire": question.questionnaire.key},
        touches=question.ledger_touches,
    )


@action
def refuse(question: Question, *, actor: User, proposal: int, expected_version: int | None = None) -> Question:
    """Turn a proposal down, so that it does not come again for this question. Raises Conflict when it is gone."""
    require(rules.may_answer(actor, question))
    found = Proposal.objects.filter(question=question, rank=proposal).first()
    if found is None:
        raise Conflict("This proposal is not there any more.", fix="Look at the question again.")
    changed = transitions.change(
        question,
        actor=actor,
        kind="question.refused",
        changes={"refused": sorted({*question.refused, found.reference})},
        expected_version=expected_version,
        payload={"questionnaire": question.questionnaire.key, "reference": found.reference},
        touches=question.ledger_touches,
    )
    found.delete()
    return changed


@action
def ask(question: Question, *, actor: User, of: User, expected_version: int | None = None) -> Question:
    """Ask a colleague to answer a question; they then see it and its proposals. Raises Invalid for whoever cannot."""
    require(rules.keeps(actor, question.questionnaire))
    require(rules.is_open(question.questionnaire))
    if not (verdict := people.may_own(of)) or not (verdict := rules.may_receive(of)):
        raise Invalid(verdict.reason, fields={"of": [verdict.reason]})
    return transitions.change(
        question,
        actor=actor,
        kind="question.asked",
        changes={"asked_of": of},
        expected_version=expected_version,
        payload={"questionnaire": question.questionnaire.key, "of": of.ref},
        touches=question.ledger_touches,
    )

"""The only writer of sealed answers: ask, and keep what was answered as it was given."""

from typing import Any

from governance.core import clock, digest
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.board import answers, rules
from registry.board.models import BoardAnswer
from registry.board.question import STOPS, Question


def seal(question: Question, *, actor: User, words: str = "") -> BoardAnswer:
    """Answer a question for whoever asks, and seal the answer. Raises Denied, and Invalid as `answers.answer` does.

    The answer is worked out before the transaction, which then only stores it: a long answer holds no lock.
    """
    require(rules.may_seal(actor))
    made = answers.answer(question, actor, words=words)
    if made.left:
        raise Invalid(
            f"This answer has {len(made.lines) + made.left:,} lines; {answers.MOST:,} can be sealed in one.",
            fix="Ask for fewer days, or for one team, vendor or surface.",
        )
    return _keep(made.content, question, actor=actor)


@action
def _keep(content: dict[str, Any], question: Question, *, actor: User) -> BoardAnswer:
    totals = content["totals"]
    stops = question.asks == STOPS
    answer = BoardAnswer(
        words=content["words"],
        question=content["question"],
        content=content,
        digest=digest.digest(content),
        head_seq=content["ledger"]["seq"],
        start=content["question"]["start"],
        end=content["question"]["end"],
        paths=totals["lines"],
        calls=totals["calls"],
        not_approved=0 if stops else totals["not_approved"],
        unknown=0 if stops else totals["unknown"],
        whole=content["whole"],
        asked_by=actor,
        asked_at=clock.now(),
    )
    told = {
        "asked": content["words"] or content["sentence"],
        "question": content["question"],
        "digest": answer.digest,
        "head": answer.head_seq,
        "paths": answer.paths,
        "calls": answer.calls,
        "not_approved": answer.not_approved,
        "whole": answer.whole,
    }
    return transitions.create(answer, actor=actor, kind="board.answered", payload=told)

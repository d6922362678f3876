"""From questions to answers: finds the source, stops where the caller said to, and turns every failure into a no."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from governance.core.errors import Invalid
from registry.decisions import tally
from registry.decisions.answers import Answer, Reason, no, unread
from registry.decisions.questions import DENY_ON_FIRST_DENY, PERMIT_ON_FIRST_PERMIT, Batch, Page, Question
from registry.decisions.sources import DecisionSource, source_for

MOST_LOOKED_AT = 1_000  # candidates that one page of a search decides on; the next page goes on after them
log = logging.getLogger("plumbline.decisions")


def answer(caller: Any, question: Question) -> Answer:
    """Answer one question."""
    found = _answers(caller, [question])[0]
    tally.count([found])
    return found


def answer_many(caller: Any, batch: Batch) -> list[Answer]:
    """Answer a batch in its order, as far as its semantics goes. What cannot be read is a no with its error."""
    sound = [item for item in batch.items if isinstance(item, Question)]
    answers = iter(_answers(caller, sound))
    found = [unread(400, item.message) if isinstance(item, Invalid) else next(answers) for item in batch.items]
    told = list(_until(found, batch.semantics))
    tally.count(told)
    return told


def _until(answers: Iterable[Answer], semantics: str) -> Iterable[Answer]:
    for each in answers:
        yield each
        if semantics == DENY_ON_FIRST_DENY and not each.decision:
            return
        if semantics == PERMIT_ON_FIRST_PERMIT and each.decision:
            return


def _answers(caller: Any, questions: Sequence[Question]) -> list[Answer]:
    found: dict[int, Answer] = {}
    for kind in {question.subject.type for question in questions}:
        places = [place for place, question in enumerate(questions) if question.subject.type == kind]
        asked = [questions[place] for place in places]
        source = source_for(kind)
        given = _decided(source, caller, asked) if source else [_nobody(kind)] * len(asked)
        found.update(zip(places, given, strict=True))
    return [found[place] for place in range(len(questions))]


def _decided(source: DecisionSource, caller: Any, questions: Sequence[Question]) -> Sequence[Answer]:
    try:
        return source.decide(caller, questions)
    except Exception:  # fails closed: whoever enforces gets a no and a status, we get the trace
        log.exception("a decision about %s could not be computed", source.key)
        return [unread(500, "The decision could not be computed, so it is no.")] * len(questions)


def _nobody(kind: str) -> Answer:
    fix = "Ask with subject type surface and its key, such as S-0418."
    return no(Reason("unknown_subject_type", f"Nothing is decided here about {kind[:60]}.", fix))


def find_subjects(caller: Any, question: Question, page: Page) -> tuple[list[dict[str, str]], str]:
    """Return the subjects of a type that may do it, and the token of the next page."""
    source = source_for(question.subject.type)
    if source is None:
        return [], ""
    ids = source.subjects(caller, page.token, MOST_LOOKED_AT)
    asked = [replace(question, subject=replace(question.subject, id=each)) for each in ids]
    more = ids[-1] if len(ids) == MOST_LOOKED_AT else ""
    kept, token = _page(ids, source.decide(caller, asked), page.limit, more)
    return [{"type": question.subject.type, "id": each} for each in kept], token


def find_resources(caller: Any, question: Question, page: Page) -> tuple[list[dict[str, str]], str]:
    """Return the resources of a type to which the subject may do it."""
    source = source_for(question.subject.type)
    if source is None:
        return [], ""
    ids = [each for each in source.resources(caller, question) if each > page.token]
    asked = [replace(question, resource=replace(question.resource, id=each)) for each in ids]
    kept, token = _page(ids, source.decide(caller, asked), page.limit, "")
    return [{"type": question.resource.type, "id": each} for each in kept], token


def find_actions(caller: Any, question: Question, page: Page) -> tuple[list[dict[str, str]], str]:
    """Return what the subject may do to the resource."""
    source = source_for(question.subject.type)
    if source is None:
        return [], ""
    names = [each for each in source.actions(question) if each > page.token]
    asked = [replace(question, action=replace(question.action, name=each)) for each in names]
    kept, token = _page(names, source.decide(caller, asked), page.limit, "")
    return [{"name": each} for each in kept], token


def _page(ids: Sequence[str], answers: Sequence[Answer], limit: int, more: str) -> tuple[list[str], str]:
    """Keep the candidates that got a yes, as many as fit; the token is what the next page begins after."""
    yes = [each for each, given in zip(ids, answers, strict=True) if given.decision]
    return (yes, more) if len(yes) <= limit else (yes[:limit], yes[limit - 1])

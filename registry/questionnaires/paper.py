"""An answered questionnaire on paper: every question with its answer, as of when, and what shows it."""

import re
from typing import Any

from governance.core import digest
from governance.core.tabular.choices import fold
from registry.questionnaires import queries
from registry.questionnaires.models import Question, Questionnaire

NUMBERED = re.compile(r"^[A-Z]{1,4}-\d+$")


def load(key: str) -> Questionnaire:
    """Return a questionnaire by its key or number. Raises ValueError."""
    named = queries.KEY.match(key)
    if named is None:
        raise ValueError(f"{key[:40]!r} is not a key")
    return Questionnaire.objects.select_related("owner", "blob").get(pk=int(named.group(1)))


def context(questionnaire: Questionnaire, user: Any) -> dict[str, Any]:
    """Return what the paper shows, as plain data. Nobody of the company is named in it: it goes to a buyer."""
    rows = list(queries.questions(user, questionnaire).order_by("number"))
    answered = sum(each.state == Question.State.ANSWERED for each in rows)
    return {
        "head": "Answered questionnaire",
        "classification": "Confidential, for the recipient named",
        "questionnaire": {
            "key": questionnaire.key,
            "title": questionnaire.title,
            "buyer": questionnaire.buyer,
            "file": questionnaire.file_name,
            "sha256": questionnaire.blob.digest,
        },
        "answered": answered,
        "total": len(rows),
        "sections": _sections(rows),
    }


def _sections(rows: list[Question]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in rows:
        name = each.section or each.sheet or "Questions"
        if not found or found[-1]["name"] != name:
            found.append({"name": name, "questions": []})
        found[-1]["questions"].append(_line(each))
    return found


def _line(question: Question) -> dict[str, Any]:
    answered = question.state == Question.State.ANSWERED
    shown = [_source(each) for each in question.sources] if answered else []
    return {
        "number": question.number,
        "code": question.code,
        "question": question.text,
        "short": question.get_short_display() if answered and not _says(question) else "",
        "answer": question.answer if answered else "",
        "as_of": digest.plain(question.as_of) if answered and question.as_of else None,
        "sources": shown,
        "state": "" if answered else ("Not answered on purpose" if question.state == Question.State.LEFT else "Not answered yet"),
    }


def _says(question: Question) -> bool:
    """Whether the answer's own words begin with its short word."""
    return bool(question.short) and fold(question.answer).startswith(fold(question.get_short_display()))


def _source(kept: dict[str, Any]) -> str:
    """Return a source by its number, without its title: what a surface or an incident is called inside stays inside."""
    key = str(kept.get("key", ""))
    said = key if NUMBERED.match(key) else str(kept["label"])
    return f"{said}, ledger entry {kept['entry']}" if kept.get("entry") else said

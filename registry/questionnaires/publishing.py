"""The public answers of the library, as they are frozen into a buyer's room."""

from typing import Any

from governance.core.errors import NotVisible
from governance.rooms.showing import Answered
from registry.questionnaires import queries
from registry.questionnaires.models import Answer


def answered(user: Any, key: str) -> Answered:
    """Return the public answers that have not gone stale. Raises NotVisible while there are none."""
    stale = queries.stale_answers()
    rows = queries.library(user).filter(public=True, state=Answer.State.CURRENT).order_by("pk")
    found = [each for each in rows if each.pk not in stale]
    if not found:
        raise NotVisible(
            "No answer of the library is public and still holds.",
            fix="Make answers public on their pages, and confirm stale ones.",
        )
    return Answered(
        "Answers to frequent questions",
        {
            "lead": f"{len(found)} answers, each as of the day that stands beside it.",
            "answers": [
                {"question": each.question, "aside": f"as of {each.as_of:%-d %B %Y}", "answer": _runs(each)} for each in found
            ],
        },
    )


def _runs(answer: Answer) -> list[dict[str, Any]]:
    word = [{"text": f"{answer.get_short_display()}. ", "strong": True}] if answer.short else []
    return [*word, {"text": answer.text, "strong": False}]

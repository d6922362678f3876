"""Reads of sealed answers; `visible_to` is the only door."""

import re
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from governance.core import digest
from governance.core.errors import NotVisible
from governance.people import periods
from registry.board.models import BoardAnswer

KEY = re.compile(r"^(?:[Bb][Aa]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[BoardAnswer]:
    """Return the answers that a person may see: all for readers of all, else those that they asked for."""
    found = BoardAnswer.objects.visible_to(user).select_related("asked_by").defer("content")  # type: ignore[attr-defined]
    return periods.during(found, user, "asked_at")  # type: ignore[no-any-return]


def get(user: Any, key: str) -> BoardAnswer:
    """Return one answer by its key (BA-7), with its content. Raises NotVisible."""
    found = KEY.match(key)
    answer = visible_to(user).defer(None).filter(pk=int(found.group(1)) if found else 0).first()
    if answer is None:
        raise NotVisible(f"There is no answer {key[:40]} that you can see.", fix="Whoever asked can show it to you.")
    return answer


def load(key: str) -> BoardAnswer:
    """Return an answer by its key or number, for a document. Raises ValueError, BoardAnswer.DoesNotExist."""
    found = KEY.match(key)
    if found is None:
        raise ValueError(f"{key[:40]!r} is no key of an answer")
    return BoardAnswer.objects.select_related("asked_by").get(pk=int(found.group(1)))  # type: ignore[no-any-return]


def seen(user: Any) -> QuerySet[BoardAnswer, Any]:
    """Return the ids of the answers that a person sees, as text."""
    return visible_to(user).order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")


def holds(answer: BoardAnswer) -> bool:
    """Whether an answer's content still has the digest under which it was sealed, computed now."""
    return digest.digest(answer.content) == answer.digest

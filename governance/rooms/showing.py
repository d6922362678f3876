"""What can be answered in a room, as features contribute it. An answer is plain data, frozen when it is put into a room.

    contribute(RoomAnswers("five_questions", "The five questions", "What a buyer asks of a surface.", make=..., several=True))

The keys are those by which policy says what may be public (`rooms.public`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.core.contributions import contributed, contribution
from governance.core.errors import NotVisible


@dataclass(frozen=True)
class Answered:
    """Answers about one thing.

    `content` is plain data: "lead" (text), "answers" (question, aside, and the answer as runs of text and strong), "facts"
    (label and value) and "table" (heads and rows of texts); each may be left out.
    """

    title: str
    content: Mapping[str, Any]
    subject_id: str = ""
    subject_key: str = ""


@dataclass(frozen=True)
class Offered:
    """One thing that answers can be given about: its key and what it is called."""

    key: str
    name: str


@dataclass(frozen=True)
class RoomAnswers:
    """A kind of answers.

    `make(user, key)` answers about one thing that the user may see (raises NotVisible) where `several`, else about the
    company (`key` is empty). `standing()` answers for the public page as things are now; None where an answer is public only
    once somebody froze it in the public room. `find(user, words, limit)` offers things by words.
    """

    key: str
    label: str
    says: str
    make: Callable[[Any, str], Answered]
    several: bool = False
    standing: Callable[[], Answered] | None = None
    find: Callable[[Any, str, int], list[Offered]] | None = None
    order: int = field(default=100)


def kinds() -> list[RoomAnswers]:
    """Return all kinds of answers."""
    return contributed(RoomAnswers)


def named(key: str) -> RoomAnswers:
    """Return one kind. Raises NotVisible for an unknown one."""
    try:
        return contribution(RoomAnswers, key)
    except LookupError:
        known = ", ".join(kind.key for kind in kinds())
        raise NotVisible(f"There are no answers called {key[:40]!r}.", fix=f"There are: {known}.") from None

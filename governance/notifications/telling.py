"""Who is told about what. Features contribute a rule for each event kind that concerns somebody in particular."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NoticeRule:
    """For one event kind (its key): whom an entry concerns, in which words, and where they go from there.

    `told(entry, body)` returns people, `text(entry, body)` one sentence, `url(entry, body)` a path. The actor is never
    told of what they did themselves.
    """

    key: str
    told: Callable[[Any, dict[str, Any]], Iterable[Any]]
    text: Callable[[Any, dict[str, Any]], str]
    url: Callable[[Any, dict[str, Any]], str]

"""From words to an understood question for one reader, and what is offered to try."""

from datetime import UTC, date
from typing import Any

from governance.core import clock
from registry.board import naming, times, words
from registry.board.question import Question, usual
from registry.board.words import Understood

TRIES = (
    "customer data last week",
    "what ran without approval yesterday",
    "regulated data this quarter",
    "personal data in the last 30 days",
)
PERIODS = ("today", "yesterday", "this week", "last week", "last 30 days", "last month", "this quarter", "last quarter")


def today() -> date:
    """Return today's UTC date: sums are kept for whole UTC days."""
    return clock.now().astimezone(UTC).date()


def understand(text: str, user: Any) -> Understood:
    """Read words for one reader."""
    return words.understand(text, naming.book(user), today())


def tries() -> tuple[str, ...]:
    """Return questions that can be tried anywhere."""
    return TRIES


def periods(question: Question) -> list[tuple[str, str, bool]]:
    """Return usual periods for a question: label, address, whether it is the present one."""
    found = []
    for said in PERIODS:
        span = next((each.span for each in times.hear(said, today()) if each.span), None)
        start, end = (span.start, span.end) if span else usual(today())
        other = question.during(start, end)
        found.append((said.capitalize(), other.query(), other == question))
    return found

"""Answers the board's question: from the sums of paths and days, never from single calls; as plain data, ready to be sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from governance.core import clock, digest
from governance.core.errors import Invalid
from governance.ledger.models import Entry
from governance.people import periods, roles
from registry.board import blind, gathering, lines, naming, stopping
from registry.board.grouping import Group, grouped, totals
from registry.board.question import STOPS, Question
from registry.board.words import sentence

FORM = 1
"""The form of an answer's plain data; it counts up when a reader of older ones must know."""
MOST = 5_000
"""Lines of one answer: more say nothing to anybody."""


@dataclass(frozen=True)
class Answer:
    """An answer: its plain data, and how many lines it has beside those that are in it."""

    content: dict[str, Any]
    left: int = 0

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines that are in it."""
        return list(self.content["lines"])


def answer(question: Question, user: Any, *, words: str = "", most: int = MOST, blind_spots: bool = True) -> Answer:
    """Answer a question for one reader, with at most so many lines; the totals are always those of all.

    `blind_spots` False leaves out what the answer cannot know, for a page that shows it apart.
    Raises Invalid for a question about what the reader does not know of, or about days outside a guest's period.
    """
    labels = naming.labels(user, question)
    narrowed = within_period(question, user)
    found = gathering.seen(user, narrowed)
    if question.asks == STOPS:
        made = stopping.plain(user, narrowed, found)
        added: dict[str, Any] = {"totals": stopping.totals(made), "lines": made[:most]}
        rest = len(made) - most
    else:
        groups = grouped(found)
        added = _touched(groups, most)
        rest = len(groups) - most
    if blind_spots:
        added["blind"] = blind.plain(user, narrowed)
    return Answer(_head(narrowed, user, words, labels) | added, max(0, rest))


def within_period(question: Question, user: Any) -> Question:
    """Return the question for the days that the reader may read: all, save for guests. Raises Invalid where none are left."""
    bound = periods.of(user)
    if bound is None:
        return question
    first, last = user.reads_from, user.reads_until
    if question.end < first or question.start > last:
        raise Invalid(
            f"Your access covers {first} to {last}, and this question asks for other days.",
            fix="Ask for days within it.",
            fields={"from": ["Outside of what you may read."]},
        )
    return replace(question, start=max(question.start, first), end=min(question.end, last))


def _touched(groups: Sequence[Group], most: int) -> dict[str, Any]:
    endpoints = lines.endpoints_of(groups)
    models = {pk: row["model"] for pk, row in endpoints.items()}
    return {"totals": asdict(totals(groups, models)), "lines": lines.plain(groups[:most], endpoints)}


def _head(question: Question, user: Any, words: str, labels: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    last = Entry.objects.order_by("-seq").values_list("seq", "digest").first() or (0, "")
    return {
        "form": FORM,
        "words": words,
        "sentence": sentence(question, labels),
        "question": digest.plain(question.plain()),
        "names": {f"{kind} {key}": label for (kind, key), label in labels.items()},
        "answered_at": digest.plain(clock.now()),
        "answered_for": user.ref,
        "whole": roles.reads_all(user),
        "period": bool(periods.of(user)),
        "ledger": {"seq": last[0], "sha256": last[1]},
    }

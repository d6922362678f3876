"""How a prepared answer is put together: sentences with what shows them, or what is missing. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from registry.questionnaires.models import Short

NAMED = 8
"""So many names stand in a sentence; more are counted."""
DATA = Path(__file__).parent / "questions.yaml"


@dataclass
class Said:
    """What the records say to a question. Without a source it is no answer: `missing` says what would make it one."""

    short: str = ""
    sentences: list[str] = field(default_factory=list)
    things: list[Any] = field(default_factory=list)
    missing: str = ""

    @property
    def is_answered(self) -> bool:
        """An answer needs words and something that shows them."""
        return bool(self.sentences and self.things)

    @property
    def text(self) -> str:
        """The answer as one text."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that buyers ask often, with other ways to ask it, and the function that answers it from facts."""

    key: str
    number: int
    question: str
    wordings: tuple[str, ...]
    codes: tuple[str, ...]
    answer: Callable[[Any], Said]

    @property
    def order(self) -> int:
        """By number."""
        return self.number


_functions: dict[str, Callable[[Any], Said]] = {}


def answers(key: str) -> Callable[[Callable[[Any], Said]], Callable[[Any], Said]]:
    """Say that a function answers a question of questions.yaml."""

    def keep(function: Callable[[Any], Said]) -> Callable[[Any], Said]:
        if key in _functions:
            raise ValueError(f"{key} is answered twice")
        _functions[key] = function
        return function

    return keep


def questions() -> list[Prepared]:
    """Return the questions of questions.yaml with their functions. Raises KeyError for one that nothing answers."""
    with DATA.open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)
    return [
        Prepared(row["key"], row["number"], row["question"], tuple(row["wordings"]), tuple(row["codes"]), _functions[row["key"]])
        for row in rows
    ]


def unanswered(missing: str) -> Said:
    """Return that nothing held here shows an answer, and what would."""
    return Said(missing=missing)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 surface" or "12 surfaces"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Iterable[str], limit: int = NAMED) -> str:
    """Return names as a list in words, the first few by name and the rest counted."""
    found = list(dict.fromkeys(name for name in names if name))
    mark = "; " if any("," in name for name in found) else ", "
    if len(found) > limit:
        return f"{mark.join(found[:limit])} and {len(found) - limit:,} more"
    return found[0] if len(found) == 1 else f"{mark.join(found[:-1])} and {found[-1]}" if found else ""


def sentence(text: str) -> str:
    """Return a text as a sentence: begun large, ended."""
    said = " ".join(text.split())
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def days(number: int) -> str:
    """Return a span of days in words."""
    return counted(number // 365, "year") if number >= 365 and number % 365 == 0 else counted(number, "day")


def seconds(number: int) -> str:
    """Return a span of seconds in words."""
    if number < 120:
        return counted(number, "second")
    return counted(round(number / 60), "minute") if number < 7200 else counted(round(number / 3600), "hour")


def short_of(part: int, whole: int) -> str:
    """Return yes for all, partly for some, no for none."""
    if whole and part >= whole:
        return Short.YES
    return Short.PARTLY if part else Short.NO


def first(things: Sequence[Any], limit: int = NAMED) -> list[Any]:
    """Return the first few of many things to cite."""
    return list(things[:limit])

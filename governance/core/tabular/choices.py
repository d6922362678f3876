"""Matching what people wrote to the choices that a field has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

_WORDS = re.compile(r"[^\w]+")
_LEAD = re.compile(r"^(.{2,60}?)\s*(?:[:–—(]|\s-\s|\.\s)")
SURE, LIKELY = 0.9, 0.8


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field can take, its name for people, and other names that files use for it."""

    value: str
    label: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names by which a file may mean it."""
        return tuple(dict.fromkeys(name for name in (self.label, self.value, *self.aliases) if name))


@dataclass(frozen=True, slots=True)
class ChoiceMatch:
    """The matched choice (None when nothing comes close), how sure, why, and what else comes close."""

    value: str | None
    confidence: float = 0.0
    reason: str = ""
    near: tuple[str, ...] = field(default=())


def fold(text: str) -> str:
    """Words only, in small letters: how names are compared."""
    return " ".join(_WORDS.sub(" ", text.casefold().replace("_", " ")).split())


@lru_cache(maxsize=256)
def _names(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    table: dict[str, Choice] = {}
    for choice in choices:
        for name in choice.names:
            table.setdefault(fold(name), choice)
    return table


def match(text: str, choices: Sequence[Choice]) -> ChoiceMatch:
    """Match one text. Below LIKELY nothing is chosen, and what came close is listed."""
    return _match(text, tuple(choices))


@lru_cache(maxsize=20_000)
def _match(text: str, choices: tuple[Choice, ...]) -> ChoiceMatch:
    names = _names(choices)
    folded = fold(text)
    if not folded or not names:
        return ChoiceMatch(None)
    if choice := names.get(folded):
        same = folded in (fold(choice.label), fold(choice.value))
        return ChoiceMatch(choice.value, 1.0, "the same word" if same else "a known other name")
    lead = _LEAD.match(text)
    if lead and (choice := names.get(fold(lead[1]))):
        return ChoiceMatch(choice.value, 0.95, f"starts with “{lead[1].strip()}”")
    return _fuzzy(folded, names)


def _fuzzy(folded: str, names: dict[str, Choice]) -> ChoiceMatch:
    if len(folded) > 200:
        return ChoiceMatch(None)
    found = process.extract(folded, names.keys(), scorer=fuzz.WRatio, limit=5)
    near: dict[str, float] = {}
    for name, score, _ in found:
        # One short word inside a long text is no match, however well it fits.
        length = min(len(name), len(folded)) / max(len(name), len(folded))
        near.setdefault(names[name].value, score / 100 * (1 if length >= 0.5 else 0.5 + length))
    ranked = sorted(near.items(), key=lambda item: -item[1])
    others = tuple(value for value, score in ranked if score >= 0.5)[:3]
    value, score = ranked[0]
    runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
    if score >= LIKELY and score - runner_up >= 0.05:
        return ChoiceMatch(value, round(min(score, SURE), 2), "looks alike", others)
    return ChoiceMatch(None, near=others)

"""Surfaces that may be the same one under another name, found before a second one is registered."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

ENOUGH = 78.0
"""Below this two names have words in common and no more."""

CONTAINED = 85.0
"""All words of the new name are in the other name."""

MOST_WORDS_CONTAINED = 12

LEAST_PURPOSE = 20
MOST_PURPOSE = 300
"""A purpose says what it is at its beginning; a shorter one than the least says too little to compare."""

_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A surface to compare with."""

    id: Any
    name: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A surface that looks like the new one: how much, from 0 to 100, and in what."""

    id: Any
    score: int
    why: str


def lookalikes(name: str, purpose: str, candidates: Iterable[Candidate], *, most: int = 5) -> list[LookAlike]:
    """The candidates that look most like a surface of this name and purpose, best first."""
    pool = list(candidates)
    wanted, meant = folded(name), folded(purpose[:MOST_PURPOSE])
    texts = [folded(one.name) for one in pool]
    names = _contained(wanted, texts) | _alike(wanted, texts) if wanted else {}
    purposes = _alike(meant, [folded(one.purpose[:MOST_PURPOSE]) for one in pool]) if len(meant) >= LEAST_PURPOSE else {}
    found = []
    for index in names.keys() | purposes.keys():
        by_name, by_purpose = names.get(index, 0.0), purposes.get(index, 0.0)
        same = wanted == folded(pool[index].name)
        score = 100.0 if same else min(99.0, max(by_name, by_purpose) + (5.0 if by_name and by_purpose else 0.0))
        found.append((score, pool[index], _why(same, by_name, by_purpose)))
    found.sort(key=lambda one: (-one[0], one[1].name, str(one[1].id)))
    return [LookAlike(one.id, round(score), why) for score, one, why in found[:most]]


def _alike(wanted: str, texts: list[str]) -> dict[int, float]:
    """Scores by position. Words are sorted already, so that their order does not matter and a plain ratio is enough."""
    hits = process.extract(wanted, texts, scorer=fuzz.ratio, processor=None, score_cutoff=ENOUGH, limit=50)
    return {index: score for _, score, index in hits}


def _contained(wanted: str, texts: list[str]) -> dict[int, float]:
    """Names that hold all words of the new one, where it has at least two."""
    words = set(wanted.split())
    if not 2 <= len(words) <= MOST_WORDS_CONTAINED:
        return {}
    return {index: CONTAINED for index, text in enumerate(texts) if words <= set(text.split())}


def _why(same: bool, by_name: float, by_purpose: float) -> str:
    if same:
        return "The name is the same."
    if by_name and by_purpose:
        return "The name and the purpose are alike."
    return "The name is alike." if by_name else "The purpose is alike."


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Words in small letters without accents and marks, sorted. Kept, since the same ones come again and again."""
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(sorted(_BETWEEN.sub(" ", text.lower()).split()))

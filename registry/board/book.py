"""What names mean: the things that a reader may know of, found by how people call them. Pure; see `naming` for where from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PUNCTUATION = re.compile(r"[\"“”‘’'`?!,;:()\[\]{}…]|\.(?=\s|$)|(?<!\w)[-–—/](?!\w)")
POSSESSIVE = re.compile(r"[’']s\b")
FEWEST_LETTERS = 4
"""A single word this long may stand for a name that begins with it."""


def normal(text: str) -> str:
    """Return words in small letters with single spaces, without punctuation; hyphens and dots inside words stay."""
    return " ".join(PUNCTUATION.sub(" ", POSSESSIVE.sub("", text.casefold())).split())


@dataclass(frozen=True)
class Name:
    """Something that a question can name: of which kind (a field of the question), its key there, and how it is shown."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True)
class Match:
    """What some words may mean: all names that fit equally well, how many words they took, and whether to the last word."""

    names: tuple[Name, ...]
    length: int
    whole: bool


FIRST = ("vendors",)
"""Kinds that win where only the beginning of a name was said: "Meridian" is the vendor before its endpoints."""


class Book:
    """Names by the words that they are called."""

    def __init__(self, called: Iterable[tuple[str, Name]]) -> None:
        """Take phrases with the name that each means; a phrase may mean several."""
        self.by_first: dict[str, list[tuple[list[str], Name]]] = {}
        self.labels: dict[tuple[str, str], str] = {}
        for phrase, name in called:
            words = normal(phrase).split()
            if words:
                self.by_first.setdefault(words[0], []).append((words, name))
                self.labels.setdefault((name.kind, name.key), name.label)

    def label(self, kind: str, key: str) -> str:
        """Return how a name is shown; its key where nobody here knows it."""
        return self.labels.get((kind, key), key)

    def match(self, words: list[str], common: frozenset[str]) -> Match | None:
        """Return what the first of these words mean, as many of them as fit; `common` words alone mean nothing."""
        best: tuple[int, bool] = (0, False)
        found: dict[Name, None] = {}
        for called, name in self.by_first.get(words[0], ()):
            length = _shared(called, words)
            whole = length == len(called)
            if not whole and length == 1 and (len(words[0]) < FEWEST_LETTERS or words[0] in common):
                continue
            if (length, whole) > best:
                best, found = (length, whole), {}
            if (length, whole) == best:
                found[name] = None
        if found:
            return Match(_preferred(tuple(found), best[1]), *best)
        family = self._models_beginning(words[0], common)
        return Match(family, 1, True) if family else None

    def _models_beginning(self, word: str, common: frozenset[str]) -> tuple[Name, ...]:
        """Return the models whose name begins with a word: gpt-4o for gpt-4o-2024-08-06. They are meant together."""
        if len(word) < FEWEST_LETTERS or word in common:
            return ()
        begun = (first for first in self.by_first if first.startswith(word) and not first[len(word) :][:1].isalpha())
        named = (name for first in begun for _, name in self.by_first[first] if name.kind == "models")
        return tuple(dict.fromkeys(named))


def _shared(called: list[str], words: list[str]) -> int:
    count = 0
    for one, other in zip(called, words, strict=False):
        if one != other:
            break
        count += 1
    return count


def _preferred(found: tuple[Name, ...], whole: bool) -> tuple[Name, ...]:
    if not whole:
        first = tuple(name for name in found if name.kind in FIRST)
        return first if len(first) == 1 else found
    return found

"""Column names: every column gets one, and no two are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.core.tabular.cleaning import clean

_SPACES = re.compile(r"\s+")
MAX_HEADER = 400


def letter(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA: the name by which a spreadsheet calls the column."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def unnamed(index: int) -> str:
    """The name given to a column that has none."""
    return f"Column {letter(index)}"


def tidy(header: str) -> str:
    """A header on one line: line breaks and doubled spaces inside it carry no meaning."""
    text = _SPACES.sub(" ", clean(header).text).strip()
    return text if len(text) <= MAX_HEADER else text[: MAX_HEADER - 1] + "…"


def unique_headers(raw: Sequence[str]) -> list[str]:
    """Names for all columns: empty ones by their letter, repeated ones numbered in order: 'Note', 'Note (2)'."""
    names: list[str] = []
    taken: set[str] = set()
    wanted = [tidy(header) or unnamed(index) for index, header in enumerate(raw)]
    reserved = {name.casefold() for name in wanted}
    for name in wanted:
        candidate, number = name, 1
        while candidate.casefold() in taken or (number > 1 and candidate.casefold() in reserved):
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate.casefold())
        names.append(candidate)
    return names


def repeated(raw: Sequence[str]) -> dict[int, str]:
    """For each column whose header occurs more than once: the name of the nearest column before it with another header.

    Questionnaires repeat 'If other, please explain'; only the question before it says what is explained.
    """
    wanted = [tidy(header) for header in raw]
    counts: dict[str, int] = {}
    for name in wanted:
        counts[name.casefold()] = counts.get(name.casefold(), 0) + 1
    context: dict[int, str] = {}
    for index, name in enumerate(wanted):
        if name and counts[name.casefold()] > 1:
            before = next((other for other in reversed(wanted[:index]) if other and other.casefold() != name.casefold()), "")
            if before:
                context[index] = before
    return context

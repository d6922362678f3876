"""Several values in one cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from governance.core.tabular.blanks import is_blank

_BULLET = re.compile(r"^\s*(?:[-*•·–▪◦]|\d{1,2}[.)])\s+")
SEPARATORS = ("\n", ";", "|", ",")


def split(value: str, *, separator: str | None = None) -> list[str]:
    """The values in a cell: a JSON list, lines, bullets, or separated by semicolon or bar; commas only when told."""
    text = value.strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list):
            return _tidy(str(item) for item in items if not isinstance(item, list | dict))
    if separator:
        return _tidy(text.split(separator))
    for mark in SEPARATORS[:3]:
        if mark in text:
            return _tidy(text.split(mark))
    return _tidy([text])


def separator_of(values: Iterable[str], known: Iterable[str] = ()) -> str | None:
    """The separator that a column uses: a comma counts only when the pieces are known or repeat in short."""
    values = list(values)
    known_words = {word.casefold() for word in known}
    for mark in SEPARATORS[:3]:
        if sum(1 for value in values if mark in value) >= max(1, 0.1 * len(values)):
            return mark
    with_comma = [value for value in values if "," in value]
    if not with_comma:
        return None
    pieces = [piece.strip() for value in with_comma for piece in value.split(",")]
    if known_words:
        return "," if sum(1 for piece in pieces if piece.casefold() in known_words) >= 0.6 * len(pieces) else None
    short = all(len(piece.split()) <= 3 for piece in pieces)
    return "," if short and len(set(pieces)) <= 0.7 * len(pieces) else None


def _tidy(items: Iterable[str]) -> list[str]:
    """Without bullets, blanks and repetitions, in order."""
    tidy = (_BULLET.sub("", item).strip() for item in items)
    return list(dict.fromkeys(item for item in tidy if item and not is_blank(item)))

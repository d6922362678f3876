"""Words by which people say that a cell holds nothing."""

from __future__ import annotations

import re
from enum import StrEnum


class Blank(StrEnum):
    """Why there is no value."""

    EMPTY = "empty"
    NOT_APPLICABLE = "not applicable"
    NONE = "none"
    UNKNOWN = "unknown"
    PENDING = "to be determined"


_WORDS: dict[Blank, tuple[str, ...]] = {
    Blank.NOT_APPLICABLE: (
        *("n/a", "na", "n.a", "n a", "n\\a", "n / a", "#n/a", "<na>", "n/a n/a", "not applicable", "not relevant"),
        *("does not apply", "k.a", "keine angabe", "entfällt", "nicht zutreffend", "no aplica", "sans objet"),
        *("non applicable", "non applicabile", "niet van toepassing", "n.v.t"),
    ),
    Blank.NONE: (
        *("none", "null", "nil", "nan", "void", "empty", "blank", "(blank)", "(none)", "(empty)", "[none]", "nothing"),
        *(
            "no data",
            "no value",
            "-",
            "--",
            "---",
            "–",
            "—",
            ".",
            "..",
            "...",
            "…",
            "?",
            "??",
            "???",
            "_",
            "/",
            "[]",
            "{}",
        ),
        *("keine", "keiner", "ninguno", "ninguna", "aucun", "aucune", "nessuno", "nessuna", "geen"),
        *("#null!", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#getting_data", "#spill!"),
    ),
    Blank.UNKNOWN: (
        *("unknown", "unk", "undefined", "unspecified", "not known", "not available", "not provided", "not specified"),
        *("blank/not provided", "not stated", "not documented", "don't know", "not sure", "withheld", "redacted"),
        *("unbekannt", "desconocido", "inconnu", "sconosciuto", "onbekend"),
    ),
    Blank.PENDING: (
        *("tbd", "tba", "tbc", "todo", "to do", "pending", "undetermined", "to be determined", "to be decided"),
        *("to be confirmed", "to be announced", "to be defined"),
    ),
}
_TABLE: dict[str, Blank] = {"": Blank.EMPTY} | {word: why for why, words in _WORDS.items() for word in words}
_LONGEST = max(map(len, _TABLE))
_EDGE = re.compile(r"[\s.]+$")
# 'N/A - merged into another use case': nothing, and a remark why.
_REMARK = re.compile(r"(?:n/a|n\.a\.|not applicable)\s*[-–—:;,(]\s*(.+)", re.IGNORECASE | re.DOTALL)


def blank(value: str) -> Blank | None:
    """Why the text says that there is no value; None when it is a value."""
    if len(value) > _LONGEST + 2:
        return None
    text = " ".join(value.casefold().split())
    return _TABLE.get(text) or _TABLE.get(_EDGE.sub("", text))


def is_blank(value: str) -> bool:
    """Whether the text says that there is no value."""
    return blank(value) is not None


def blank_with_remark(value: str) -> str:
    """The remark of 'N/A - remark', else ''."""
    match = _REMARK.match(value.strip())
    return match[1].strip(" )") if match else ""

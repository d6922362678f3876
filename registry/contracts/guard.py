"""The first look at a contract from outside: is it small, flat and plain enough to be read at all?

It runs before the schema and before anything recursive, and walks with a stack of its own, so that neither depth nor
size nor odd types can harm what comes after.
"""

import math
import unicodedata
from typing import Any

from registry.contracts.problems import Problem, thousands
from registry.contracts.shape import Path_, place, pointer

MOST_DEPTH = 12
MOST_VALUES = 5_000
MOST_CHARACTERS = 500_000

_KEPT = {"\n", "\r", "\t"}


def refusals(contract: Any) -> list[Problem]:
    """Reasons not to read on; empty where the contract is plain data of a bearable size."""
    if not isinstance(contract, dict):
        fix = 'Send an object such as {"inputs": {...}}.'
        return [Problem("", "A contract must be an object with named parts.", fix)]
    found: list[Problem] = []
    waiting: list[tuple[Path_, Any]] = [((), contract)]
    values = characters = 0
    while waiting:
        path, value = waiting.pop()
        values += 1
        characters += _length(value)
        if too_much := _too_much(values, len(path), characters):
            return [too_much]
        if isinstance(value, dict):
            waiting += [((*path, _step(key)), below) for key, below in value.items()]
            found += [_bad_key(path) for key in value if not isinstance(key, str) or _forbidden(key)]
        elif isinstance(value, list):
            waiting += [((*path, index), below) for index, below in enumerate(value[: MOST_VALUES + 1])]
        found += _plain(path, value)
    return sorted(found, key=lambda one: one.pointer)[:100]


def _length(value: Any) -> int:
    """How many characters a value brings by itself: its text, or the names of its fields."""
    if isinstance(value, str):
        return len(value)
    return sum(len(key) for key in value if isinstance(key, str)) if isinstance(value, dict) else 0


def _too_much(values: int, depth: int, characters: int) -> Problem | None:
    if values > MOST_VALUES:
        said = f"The contract holds more than {thousands(MOST_VALUES)} values."
        return Problem("", said, "Leave out what is not part of the agreement.")
    if depth > MOST_DEPTH:
        return Problem("", f"The contract is nested more than {MOST_DEPTH} deep.", "Follow the shape of the published schema.")
    if characters > MOST_CHARACTERS:
        said = f"The contract holds more than {thousands(MOST_CHARACTERS)} characters."
        return Problem("", said, "Keep long prompts in a repository and give the commit.")
    return None


def _step(key: Any) -> str:
    return key if isinstance(key, str) else "?"


def _bad_key(path: Path_) -> Problem:
    return Problem(pointer(path), f"{place(path)} holds a name that is not plain text.", "Use the names of the published schema.")


def _plain(path: Path_, value: Any) -> list[Problem]:
    if isinstance(value, str):
        odd = _forbidden(value)
        if odd:
            return [Problem(pointer(path), f"{place(path)} holds {odd}.", "Delete it; line breaks and tabs are fine.")]
        return []
    if isinstance(value, float) and not math.isfinite(value):
        return [Problem(pointer(path), f"{place(path)} is not a finite number.", "Give a number such as 0.95.")]
    if value is None or isinstance(value, (bool, int, float, dict, list)):
        return []
    return [
        Problem(
            pointer(path),
            f"{place(path)} is neither text, number, yes or no, list nor object.",
            "Write it as text, in quotes.",
        )
    ]


def _forbidden(text: str) -> str:
    """What makes a text unfit to be kept, or nothing."""
    if text.isprintable():
        return ""
    for character in text:
        if character not in _KEPT and unicodedata.category(character) in {"Cc", "Cs"}:
            return (
                f"the control character U+{ord(character):04X}"
                if ord(character) < 0xD800
                else "half of a character (a lone surrogate)"
            )
    return ""

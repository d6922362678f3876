"""The errors of a schema validator, said as a colleague would say them."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from registry.contracts.problems import Problem, listed, problem, thousands
from registry.contracts.shape import Path_, Schema, choices, place, pointer

KINDS = {
    "string": ("must be text", "Write it as text; in YAML, put it in quotes."),
    "number": ("must be a number", "Write a number such as 2000 or 0.95, without unit or quotes."),
    "integer": ("must be a whole number", "Write a whole number such as 30, without unit or quotes."),
    "boolean": ("must be yes or no", "Write true or false, without quotes."),
    "array": ("must be a list", "Write a list, even for one entry."),
    "object": ("must be a group of named fields", "Write named fields, as in the example of the published schema."),
}

PATTERNS = {
    "^[A-Z]{3}$": ("is not a currency", "Use three capital letters, such as EUR."),
    "^[0-9a-f]{64}$": ("is not a SHA-256", "Use 64 hexadecimal digits in small letters, as sha256sum prints them."),
    "^[0-9a-f]{7,64}$": ("is not a commit id", "Use the hexadecimal id, as git rev-parse prints it."),
    "^(previous|[1-9][0-9]{0,5})$": (
        "is not a revision",
        "Write previous, or the number of an earlier revision, as text.",
    ),
    r"^\S([^\r\n]*\S)?$": (
        "begins or ends with a space, or holds a line break",
        "Write it on one line, without spaces around it.",
    ),
}


def explain(error: ValidationError) -> Iterator[Problem]:
    """One problem for a validator's error, or several where it speaks of several fields."""
    path: Path_ = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        yield from _unknown_fields(error, path)
    elif not _said_better(error, keyword):
        says, fix = _SAY[keyword](error)
        yield problem(path, says, fix)


def _said_better(error: ValidationError, keyword: str) -> bool:
    """Whether another error of the same place says it in better words: an empty text, a wrong choice."""
    return (keyword == "pattern" and not error.instance) or (keyword == "type" and "oneOf" in error.schema)


def _unknown_fields(error: ValidationError, path: Path_) -> Iterator[Problem]:
    allowed: dict[str, Schema] = error.schema["properties"]
    for name in error.instance:
        if name in allowed:
            continue
        shown = name if len(name) <= 60 else name[:60] + "…"
        near = get_close_matches(name[:60], allowed, n=1)
        fix = f"Did you mean {near[0]}?" if near else f"Delete it, or use one of {listed(list(allowed))}."
        yield Problem(pointer((*path, name)), f"{place(path)} has no field “{shown}”.", fix)


def _type(error: ValidationError) -> tuple[str, str]:
    return KINDS[str(error.validator_value)]


def _choice(error: ValidationError) -> tuple[str, str]:
    named = choices(error.schema)
    given = error.instance
    if not isinstance(given, str):
        return "must be one of the named choices", f"Write {listed(list(named))}."
    near = [key for key, title in named.items() if title.lower() == given.lower()] or get_close_matches(given[:60], named, n=1)
    fix = f"Did you mean {near[0]}? The choices are {listed(list(named))}." if near else f"Write {listed(list(named))}."
    return f"cannot be “{given[:60]}”", fix


def _pattern(error: ValidationError) -> tuple[str, str]:
    return PATTERNS[str(error.validator_value)]


def _too_long(error: ValidationError) -> tuple[str, str]:
    most, now = int(error.validator_value), len(error.instance)
    return (
        f"is {thousands(now)} characters long; {thousands(most)} are the most",
        f"Shorten it by {thousands(now - most)} characters.",
    )


def _required(error: ValidationError) -> tuple[str, str]:
    absent = [name for name in error.validator_value if name not in error.instance]
    titles = {name: str(error.schema["properties"][name]["title"]).lower() for name in absent}
    return f"lacks its {titles[_missing_of(error, absent)]}", f"Add the field {_missing_of(error, absent)}."


def _missing_of(error: ValidationError, absent: list[str]) -> str:
    """The validator reports each absent field by itself and names it only in its own words."""
    return next((name for name in absent if error.message.startswith(repr(name))), absent[0])


def _say(says: str, fix: str) -> Callable[[ValidationError], tuple[str, str]]:
    def told(error: ValidationError) -> tuple[str, str]:
        value: Any = error.validator_value
        limit = thousands(value) if isinstance(value, (int, float)) else str(value)
        return says.format(limit), fix.format(limit)

    return told


_SAY: dict[str, Callable[[ValidationError], tuple[str, str]]] = {
    "type": _type,
    "oneOf": _choice,
    "pattern": _pattern,
    "maxLength": _too_long,
    "minLength": _say("is empty", "Fill it in, or delete the entry."),
    "maxItems": _say("has too many entries; {} are the most", "Delete some, or put several into one."),
    "minimum": _say("is too small; {} is the least", "Give {} or more."),
    "maximum": _say("is too large; {} is the most", "Give {} or less."),
    "required": _required,
    "const": _say("must be {}", "Write {}, or leave it out."),
}

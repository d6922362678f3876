"""One reader for each kind of field: from a cell's text to a value, with what must be said about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.tabular import choices, dates, multivalues, numbers, yesno
from governance.core.tabular.blanks import Blank, blank, is_blank
from governance.core.tabular.dates import Order, Precision
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.mapping import FieldMapping
from governance.core.tabular.problems import Level, Problem

_SPACES = re.compile(r"\s+")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, its problems, and whether the text itself is to be kept beside it because it says more."""

    value: Any
    problems: tuple[Problem, ...] = ()
    keep: bool = False


Reader = Callable[[str], Reading]


def join(pieces: Sequence[tuple[str, str]], how: str) -> str:
    """Several cells as one text: each under its column's name, or plainly."""
    pieces = [(name, text) for name, text in pieces if not is_blank(text)]
    if how == "labelled":
        return "\n\n".join(f"{name}:\n{text}" for name, text in pieces)
    mark = {"lines": "\n", "space": " ", "comma": ", "}[how]
    return mark.join(text for _, text in pieces)


def reader_for(
    target: TargetField, chosen: FieldMapping, values: Sequence[str], *, order: Order | None, fiscal_month: int
) -> Reader:
    """The reader for a field. `values` are the column's different values, for what only the whole column shows."""
    if target.kind == Kind.DATE:
        read: Reader = lambda text: _date(text, target, order, fiscal_month)  # noqa: E731
    elif target.kind == Kind.NUMBER:
        mark = numbers.decimal_mark(list(values))
        read = lambda text: _number(text, target, mark)  # noqa: E731
    elif target.kind in (Kind.CHOICES, Kind.LIST):
        known = [name for choice in target.choices for name in choice.names]
        separator = chosen.separator or multivalues.separator_of(values, known)
        read = lambda text: _several(text, target, separator)  # noqa: E731
    else:
        simple = {Kind.YES_NO: _yes_no, Kind.CHOICE: _choice, Kind.EMAIL: _email, Kind.URL: _url}.get(target.kind, _text)
        read = lambda text: simple(text, target)  # noqa: E731
    return _Whole(target, chosen, read)


class _Whole:
    """What holds for all kinds: told meanings first, then blanks and defaults, then the kind's own reading."""

    def __init__(self, target: TargetField, chosen: FieldMapping, read: Reader) -> None:
        self.target, self.read, self.default = target, read, chosen.default
        self.told = {choices.fold(text): meaning for text, meaning in chosen.values.items()}

    def __call__(self, text: str) -> Reading:
        told = self.told.get(choices.fold(text)) if self.told and text else None
        why = blank(text)
        if told is not None or why:
            meaning = (told if told is not None else "") or self.default
            if meaning:
                return self.read(meaning)
            if self.target.required:
                return Reading(_empty(self.target), (_missing(self.target, text),))
            said = why in (Blank.UNKNOWN, Blank.PENDING) and told is None
            problems = (_problem(self.target, Level.NOTE, f"“{text}” is read as empty"),) if said else ()
            return Reading(_empty(self.target), problems, keep=said)
        return self.read(text)


def _empty(target: TargetField) -> Any:
    if target.kind in (Kind.CHOICES, Kind.LIST):
        return []
    return None if target.kind in (Kind.DATE, Kind.YES_NO, Kind.NUMBER, Kind.CHOICE) else ""


def _missing(target: TargetField, text: str) -> Problem:
    what = f"“{text}” stands where {target.label} is needed" if text else f"{target.label} is empty"
    return Problem(Level.REFUSE, f"{what}.", f"Fill in {target.label}.", target.key)


def _problem(target: TargetField, level: Level, what: str, fix: str = "") -> Problem:
    return Problem(level, f"{target.label}: {what.rstrip('.')}.", fix, target.key)


def _unread(target: TargetField, what: str, fix: str) -> Reading:
    """A value that cannot be read: refuses the row where the field is required, else the text is kept beside it."""
    level = Level.REFUSE if target.required else Level.WARN
    return Reading(_empty(target), (_problem(target, level, what, fix),), keep=True)


def _short(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(text: str, target: TargetField) -> Reading:
    value = text if target.kind == Kind.PROSE else _SPACES.sub(" ", text).strip()
    if target.max_length and len(value) > target.max_length:
        what = f"has {len(value):,} characters; {target.max_length:,} can be kept"
        return Reading(value, (_problem(target, Level.REFUSE, what, "Shorten it, or map the column to a longer field."),))
    return Reading(value)


def _date(text: str, target: TargetField, order: Order | None, fiscal_month: int) -> Reading:
    found = dates.read(text, order=order, fiscal_month=fiscal_month)
    if found.value is None:
        if not found.warning:
            return Reading(None)
        fix = "Choose in the mapping which comes first." if found.ambiguous else "Write it as 2024-03-31, or leave it empty."
        return _unread(target, found.warning, fix)
    if found.warning:
        return Reading(found.value, (_problem(target, Level.WARN, found.warning),), keep=True)
    if found.precision != Precision.DAY:
        what = f"“{text}” is a {found.precision}; its first day is taken"
        return Reading(found.value, (_problem(target, Level.NOTE, what),), keep=True)
    return Reading(found.value)


def _number(text: str, target: TargetField, mark: str | None) -> Reading:
    found = numbers.read(text, decimal=mark)
    if found.value is None:
        return _unread(target, f"“{_short(text)}” is not a number", "Write digits, with a point for decimals.")
    problems = (_problem(target, Level.WARN, f"“{text}” {found.doubt}; read as {found.value}"),) if found.doubt else ()
    return Reading(found.value, problems, keep=bool(problems))


def _yes_no(text: str, target: TargetField) -> Reading:
    found = yesno.read(text)
    if found.value is None:
        return _unread(target, f"“{_short(text)}” is neither yes nor no", "Write yes or no.")
    return Reading(found.value, keep=bool(found.remark))


def _choice(text: str, target: TargetField) -> Reading:
    found = choices.match(text, target.choices)
    if found.value is None:
        return _unread(target, _unmatched(text, target, found), "Say in the mapping what it means, or use one of the choices.")
    if found.confidence < choices.SURE or found.reason == "looks alike":
        what = f"“{_short(text)}” is read as {_label(target, found.value)}: it {found.reason}"
        return Reading(found.value, (_problem(target, Level.WARN, what),), keep=True)
    return Reading(found.value, keep=found.confidence < 0.98)


def _unmatched(text: str, target: TargetField, found: choices.ChoiceMatch) -> str:
    near = f"; closest: {', '.join(_label(target, value) for value in found.near)}" if found.near else ""
    return f"“{_short(text)}” is none of the choices{near}"


def _label(target: TargetField, value: str) -> str:
    return next((choice.label or choice.value for choice in target.choices if choice.value == value), value)


def _several(text: str, target: TargetField, separator: str | None) -> Reading:
    mark = separator if separator and separator in text else None
    items = multivalues.split(text, separator=mark)
    if target.kind == Kind.LIST or not target.choices:
        return Reading(items)
    values: list[str] = []
    problems: list[Problem] = []
    keep = False
    for item in items:
        reading = _choice(item, target)
        problems.extend(reading.problems)
        keep = keep or reading.keep
        if reading.value is not None and reading.value not in values:
            values.append(reading.value)
    return Reading(values, tuple(problems), keep)


def _email(text: str, target: TargetField) -> Reading:
    found = _EMAIL.findall(text)
    if len(found) != 1:
        return _unread(target, f"“{_short(text)}” is not one e-mail address", "Write one address, such as name@example.org.")
    return Reading(found[0].strip(".,;:()").lower(), keep=found[0] != text)


def _url(text: str, target: TargetField) -> Reading:
    if not _URL.fullmatch(text):
        return _unread(target, f"“{_short(text)}” is not a link", "Write a link that starts with https://.")
    return Reading(text if "://" in text else f"https://{text}")

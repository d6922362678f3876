"""Reads a company file strictly: its shape, the kind of every field, and the line of whatever is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.company import sections as kinds
from registry.company.exporting import FILE_VERSION
from registry.company.sections import SECTIONS, Row, Section
from registry.contracts.plainyaml import Limits, RefusedError, read
from registry.contracts.problems import Problem
from registry.contracts.shape import pointer

ONLINE = Limits(most_bytes=4_000_000, most_values=400_000, most_depth=16)
"""What a page or a call reads; the command on the server reads more."""
ON_SERVER = Limits(most_bytes=64_000_000, most_values=6_000_000, most_depth=16)
HEAD = ("plumbline", "company", "policy")
MOST_TOLD = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass
class CompanyFile:
    """What a file says: rows by section with values of the right kind, and everything that is wrong with it."""

    company: str = ""
    policy: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, section: str, index: int, name: str = "") -> int | None:
        """The line of a row or of a field in it."""
        path = (section, index, name) if name else (section, index)
        return self.lines.get(pointer(path)) or self.lines.get(pointer((section, index)))


def from_yaml(source: str | bytes, limits: Limits = ONLINE) -> CompanyFile:
    """Read a file. Never raises for what is in it: all that is wrong is in `problems`, each with its line."""
    try:
        document, lines = read(source, limits)
    except RefusedError as refused:
        return CompanyFile(problems=[refused.problem])
    found = CompanyFile(lines=lines)
    found.problems = list(_envelope(document, lines))
    if found.problems:
        return found
    found.company, found.policy = str(document.get("company") or ""), dict(document.get("policy") or {})
    for section in SECTIONS:
        found.rows[section.name] = [
            _row(section, index, row, found) for index, row in enumerate(document.get(section.name) or [])
        ]
    found.problems = found.problems[:MOST_TOLD]
    return found


def _envelope(document: Any, lines: dict[str, int]) -> Iterator[Problem]:
    if not isinstance(document, dict):
        yield Problem("", "The file is not a group of named fields.", "Begin with plumbline: 1.", 1)
        return
    known = (*HEAD, *(section.name for section in SECTIONS))
    for name in document:
        if name not in known:
            where = pointer((name,))
            yield Problem(where, f"A company file has no “{name[:60]}”.", f"It has {', '.join(known)}.", lines.get(where))
    if document.get("plumbline") != FILE_VERSION:
        fix = f"Write plumbline: {FILE_VERSION}."
        yield Problem("/plumbline", "The file does not say which version of the format it follows.", fix, 1)
    if not isinstance(document.get("policy") or {}, dict):
        yield Problem("/policy", "“policy” is not a group of label and sha256.", "Leave it out.", lines.get("/policy"))
    for section in SECTIONS:
        rows = document.get(section.name)
        if rows is not None and not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            where = pointer((section.name,))
            yield Problem(where, f"“{section.name}” is not a list of records.", "Begin each with a dash.", lines.get(where))


def _row(section: Section, index: int, row: Row, found: CompanyFile) -> Row:
    """A row with values of their kind; what is wrong is added to the problems."""
    told: Row = {}
    for name, value in row.items():
        where = pointer((section.name, index, name))
        kind = section.fields.get(name)
        if kind is None:
            fix = f"A {section.what} has {', '.join(section.fields)}."
            found.problems.append(Problem(where, f"There is no “{name[:60]}” here.", fix, found.lines.get(where)))
        elif kind != kinds.SAID and value is not None:
            said = _wrong(kind, value)
            if said:
                message = f"{name} of {section.title(row)} {said[0]}."
                found.problems.append(Problem(where, message, said[1], found.lines.get(where)))
            else:
                told[name] = value
    here = found.line(section.name, index)
    if lacks := [name for name in section.needed if not told.get(name)]:
        message = f"The {section.what} in place {index + 1} has no {', '.join(lacks)}."
        found.problems.append(Problem(pointer((section.name, index)), message, "Every one needs it.", here))
    return told


def _wrong(kind: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a value of a kind, and what to write instead; None when nothing is."""
    if kind in (kinds.TEXT, kinds.PERSON):
        return None if isinstance(value, str) else ("is not text", "Put it in quotes.")
    if kind == kinds.LIST:
        return None if isinstance(value, list) else ("is not a list", "Begin each with a dash.")
    if kind in (kinds.MAP, kinds.CONTRACT):
        return None if isinstance(value, dict) else ("is not a group of named fields", "Write name: value below it.")
    if kind == kinds.WHOLE:
        fine = isinstance(value, int) and not isinstance(value, bool)
        return None if fine else ("is not a whole number", "Write it in digits.")
    if kind == kinds.YES:
        return None if isinstance(value, bool) else ("is neither true nor false", "Write true or false.")
    if kind == kinds.DAY:
        return None if day_of(value) is not None else ("is not a day", "Write it as '2026-03-31'.")
    return None if number_of(value) is not None else ("is not a number", "Write it in digits, such as 2.5.")


def day_of(value: Any) -> date | None:
    """Read a day; None for what is none."""
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def number_of(value: Any) -> Decimal | None:
    """Read a price; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 8 else None

"""A mapping of columns to fields: plain JSON, kept as a profile, and fitted to later files with other headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from governance.core.errors import Invalid
from governance.core.tabular.choices import fold
from governance.core.tabular.dates import Order
from governance.core.tabular.fields import TargetField

VERSION = 1
JOINS = ("labelled", "lines", "space", "comma")
_ALIKE = 88


@dataclass
class FieldMapping:
    """How one field is filled: by one column, by several joined, or by a fixed value where the cell is blank."""

    columns: list[str] = field(default_factory=list)
    join: str = "labelled"
    default: str = ""
    #: What a word of the file means: {"Operation and Maintenance": "live"}. An empty meaning leaves the field empty.
    values: dict[str, str] = field(default_factory=dict)
    date_order: str = ""
    separator: str = ""

    def to_json(self) -> dict[str, Any]:
        """Only what differs from an empty mapping."""
        plain = {"columns": self.columns, "join": self.join, "default": self.default, "values": self.values}
        plain |= {"date_order": self.date_order, "separator": self.separator}
        empty = {"join": "labelled"}
        return {key: value for key, value in plain.items() if value and value != empty.get(key)}


@dataclass
class Mapping:
    """How a file's columns fill the fields. Columns that are neither mapped nor ignored are kept beside the fields."""

    fields: dict[str, FieldMapping] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    fiscal_month: int = 1

    def to_json(self) -> dict[str, Any]:
        """The mapping as plain JSON."""
        return {
            "version": VERSION,
            "fields": {key: each.to_json() for key, each in self.fields.items()},
            "ignored": list(self.ignored),
            "fiscal_month": self.fiscal_month,
        }

    @property
    def used(self) -> set[str]:
        """All columns that feed a field."""
        return {column for each in self.fields.values() for column in each.columns}

    def extras(self, headers: Iterable[str]) -> list[str]:
        """The columns that are kept beside the fields, in order."""
        away = self.used | set(self.ignored)
        return [header for header in headers if header not in away]


def from_json(data: Any) -> Mapping:
    """Read a mapping from JSON. Raises Invalid and says where it is wrong."""
    if not isinstance(data, dict) or set(data) - {"version", "fields", "ignored", "fiscal_month"}:
        raise _wrong("It is an object with fields, ignored and fiscal_month.")
    if data.get("version", VERSION) != VERSION:
        raise _wrong(f"Version {data['version']!r} is not known; this is version {VERSION}.")
    fields, ignored, month = data.get("fields", {}), data.get("ignored", []), data.get("fiscal_month", 1)
    if not isinstance(fields, dict) or not _strings(ignored):
        raise _wrong("Fields is an object and ignored a list of column names.")
    if not isinstance(month, int) or not 1 <= month <= 12:
        raise _wrong("The month in which the fiscal year starts is 1 to 12.")
    return Mapping({key: _field(key, each) for key, each in fields.items()}, list(ignored), month)


def _field(key: str, data: Any) -> FieldMapping:
    allowed = {"columns", "join", "default", "values", "date_order", "separator"}
    if not isinstance(data, dict) or set(data) - allowed:
        raise _wrong(f"The field {key!r} takes {', '.join(sorted(allowed))}.")
    values = data.get("values", {})
    if not _strings(data.get("columns", [])) or not isinstance(values, dict) or not _strings([*values, *values.values()]):
        raise _wrong(f"The field {key!r}: columns are names, values map texts to texts.")
    for name in ("join", "default", "date_order", "separator"):
        if not isinstance(data.get(name, ""), str):
            raise _wrong(f"The field {key!r}: {name} is a text.")
    if data.get("join", "labelled") not in JOINS:
        raise _wrong(f"The field {key!r}: columns are joined by one of {', '.join(JOINS)}.")
    if data.get("date_order", "") not in ("", *Order):
        raise _wrong(f"The field {key!r}: the date order is day or month.")
    return FieldMapping(**data)


def _strings(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def _wrong(what: str) -> Invalid:
    return Invalid("The mapping cannot be read.", fix=what, code="bad-mapping")


def check(mapping: Mapping, headers: Sequence[str], targets: Sequence[TargetField]) -> None:
    """Raise Invalid unless the mapping fits the file and fills every required field."""
    known, problems = {target.key: target for target in targets}, {}
    have = set(headers)
    for key, each in mapping.fields.items():
        missing = [column for column in each.columns if column not in have]
        if key not in known:
            problems[key] = [f"There is no field {key!r}."]
        elif missing:
            problems[key] = [f"The file has no column “{column}”." for column in missing]
        elif len(each.columns) > 1 and not known[key].joins:
            problems[key] = [f"{known[key].label} takes one column."]
    for target in targets:
        filled = mapping.fields.get(target.key)
        if target.required and not (filled and (filled.columns or filled.default)):
            problems[target.key] = [f"{target.label} needs a column."]
    if problems:
        first = next(iter(problems.values()))[0]
        raise Invalid(f"The mapping does not fit. {first}", fix="Choose the columns again.", fields=problems, code="bad-mapping")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A saved mapping fitted to a file: what was found under a slightly other name, what is missing, what is new."""

    mapping: Mapping
    renamed: Dict[str, str]
    missing: tuple[str, ...]
    new: tuple[str, ...]


def fit(saved: Mapping, headers: Sequence[str]) -> Fitted:
    """Fit a saved mapping to another file's headers; a column counts as the same when its words do."""
    wanted = list(dict.fromkeys([*(c for each in saved.fields.values() for c in each.columns), *saved.ignored]))
    found = {name: name for name in wanted if name in headers}
    free = [header for header in headers if header not in found.values()]
    for name in wanted:
        if name in found:
            continue
        match = _closest(name, free)
        if match:
            found[name] = match
            free.remove(match)
    fields = {
        key: FieldMapping(
            [found[c] for c in each.columns if c in found],
            each.join,
            each.default,
            dict(each.values),
            each.date_order,
            each.separator,
        )
        for key, each in saved.fields.items()
    }
    fields = {key: each for key, each in fields.items() if each.columns or each.default}
    mapping = Mapping(fields, [found[name] for name in saved.ignored if name in found], saved.fiscal_month)
    renamed = {name: match for name, match in found.items() if name != match}
    return Fitted(mapping, renamed, tuple(name for name in wanted if name not in found), tuple(free))


def _closest(name: str, headers: Sequence[str]) -> str | None:
    folded = fold(name)
    scored = [(fuzz.ratio(folded, fold(header)), header) for header in headers]
    score, header = max(scored, default=(0.0, ""))
    return header if score >= _ALIKE else None

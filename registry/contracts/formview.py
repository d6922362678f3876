"""A contract as a form to be drawn: fields, groups and rows with their values, words and problems, for any template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.contracts.formdata import FormData, name_of
from registry.contracts.problems import Problem
from registry.contracts.shape import Path_, Schema, parts, pointer

SHORT = 400
"""Texts up to this length are one line."""

MEDIUM = 2000
"""Texts up to this length are a sentence or two."""

NEW_ROW = "__"
"""Stands for the number in the names of the row that a page copies to add one."""

CHOSEN_FROM = {
    ("inputs", "data_classes", "key"): "data_classes",
    ("routes", "endpoint"): "endpoints",
    ("authority", "tools", "key"): "tools",
    ("evals", "suite"): "suites",
    ("budget", "owner"): "people",
}
"""Fields whose values are keys of records; a page offers those that exist."""

Options = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind` is text, prose, lines, number, yesno, choice or choices."""

    name: str
    title: str
    help: str
    kind: str
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    is_required: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def value(self) -> str:
        """The only value, or none."""
        return self.values[-1] if self.values else ""

    @property
    def id(self) -> str:
        """An id for label and description."""
        return self.name.replace(".", "-")

    @property
    def is_long(self) -> bool:
        """Whether room for several lines is worth its place."""
        return self.kind == "lines" or (self.most or 0) > MEDIUM

    @property
    def shown_options(self) -> tuple[tuple[str, str], ...]:
        """The options, and a value that is none of them any more."""
        known = {value for value, _ in self.options}
        return self.options if not self.value or self.value in known else (*self.options, (self.value, self.value))


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: a part, or a group inside one."""

    name: str
    title: str
    help: str
    fields: tuple["Field | Group | Rows", ...]
    problems: tuple[Problem, ...] = ()

    @property
    def id(self) -> str:
        """An id to lead to."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: its rows, and the row that is copied to add one."""

    name: str
    title: str
    help: str
    row_title: str
    rows: tuple[Group, ...]
    blank: Group
    problems: tuple[Problem, ...] = ()

    @property
    def id(self) -> str:
        """An id to lead to."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class _Filled:
    data: FormData
    options: Options
    problems: Mapping[str, list[Problem]] = field(default_factory=dict)

    def at(self, path: Path_) -> tuple[Problem, ...]:
        return tuple(self.problems.get(pointer(path), ()))


def form_of(data: FormData, *, problems: Sequence[Problem] = (), options: Options | None = None) -> list[Group]:
    """The whole form, one group for each part, filled with form data (see `to_form`)."""
    placed: dict[str, list[Problem]] = {}
    for one in problems:
        placed.setdefault(one.pointer, []).append(one)
    filled = _Filled(data, options or {}, placed)
    return [_part(key, found, filled) for key, found in parts().items()]


def _part(key: str, found: Schema, filled: _Filled) -> Group:
    drawn = _drawn((key,), found, filled, required=False)
    if isinstance(drawn, Group):
        return drawn
    return Group(name_of((key,)), drawn.title, drawn.help, (drawn,))


def _drawn(path: Path_, found: Schema, filled: _Filled, *, required: bool) -> Field | Group | Rows:
    if found["type"] == "object":
        return _group(path, found, filled)
    if found["type"] == "array" and found["items"]["type"] == "object":
        return _rows(path, found, filled)
    return _field(path, found, filled, required=required)


def _group(path: Path_, found: Schema, filled: _Filled) -> Group:
    needed = found.get("required", ())
    drawn = tuple(_drawn((*path, key), below, filled, required=key in needed) for key, below in found["properties"].items())
    return Group(name_of(path), found["title"], found["description"], drawn, filled.at(path))


def _rows(path: Path_, found: Schema, filled: _Filled) -> Rows:
    start = f"{name_of(path)}."
    numbers = {name[len(start) :].split(".")[0] for name in filled.data if name.startswith(start)}
    ordered = sorted(int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 7)
    rows = tuple(_group((*path, number), found["items"], filled) for number in ordered)
    blank = _group((*path, NEW_ROW), found["items"], _Filled({}, filled.options))
    return Rows(name_of(path), found["title"], found["description"], found["items"]["title"], rows, blank, filled.at(path))


def _field(path: Path_, found: Schema, filled: _Filled, *, required: bool) -> Field:
    name = name_of(path)
    return Field(
        name=name,
        title=found["title"],
        help=found["description"],
        kind=_kind(found, _chosen(path) in filled.options),
        values=tuple(filled.data.get(name, ())),
        options=_options(path, found, filled),
        most=found.get("maxLength"),
        is_required=required,
        problems=filled.at(path) + tuple(one for index in range(40) for one in filled.at((*path, index))),
    )


def _kind(found: Schema, chosen: bool) -> str:
    if found["type"] == "array":
        return "choices" if "oneOf" in found["items"] else "lines"
    if "oneOf" in found or chosen:
        return "choice"
    by_type = {"boolean": "yesno", "number": "number", "integer": "number"}
    return by_type.get(found["type"]) or ("text" if found.get("maxLength", 0) <= SHORT else "prose")


def _chosen(path: Path_) -> str:
    plain: Any = tuple(step for step in path if isinstance(step, str) and step != NEW_ROW)
    return CHOSEN_FROM.get(plain, "")


def _options(path: Path_, found: Schema, filled: _Filled) -> tuple[tuple[str, str], ...]:
    listed = found.get("oneOf") or (found.get("items") or {}).get("oneOf") or ()
    return tuple((one["const"], one["title"]) for one in listed) or tuple(filled.options.get(_chosen(path), ()))

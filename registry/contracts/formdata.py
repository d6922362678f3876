"""A contract as the flat fields of an HTML form, and back.

A field's name is `contract.` and its path, steps parted by points: `contract.inputs.data_classes.0.key`. A list of
texts is one text area, one entry a line; a list of choices is one name with several values; the rows of other lists are
numbered, and the numbers say nothing but the order. What cannot be read as a number stays text, so that `validate`
explains it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.contracts.problems import Problem
from registry.contracts.shape import Contract, Path_, Schema, node, schema

PREFIX = "contract"
MOST_FIELDS = 5_000

FormData = Mapping[str, Sequence[str]]

_GROUPED = re.compile(r"-?[0-9]{1,3}([,\u00a0\u202f ][0-9]{3})+(\.[0-9]+)?\Z")
_YES = {"on", "true", "1", "yes"}


def from_form(data: FormData) -> tuple[Contract, list[Problem]]:
    """The contract in posted form data, and names in it that mean nothing. Other forms' fields are left alone."""
    mine = [(name, values) for name, values in data.items() if name.startswith(f"{PREFIX}.")]
    if len(mine) > MOST_FIELDS:
        return {}, [Problem("", "The form holds too many fields.", "Leave out rows that are not needed.")]
    tree: dict[Any, Any] = {}
    problems = []
    for name, values in mine:
        path = _path(name)
        if path is None or (found := node(path)) is None or _is_group(found):
            problems.append(
                Problem(
                    "",
                    f"The form has no field “{name[:80]}”.",
                    "Open the page again and fill in the form that it shows.",
                )
            )
        else:
            _put(tree, path, _value(found, values))
    return _folded(tree, schema()) or {}, problems


def to_form(contract: Contract) -> dict[str, list[str]]:
    """The form data that shows a contract; `from_form` makes the same contract of it."""
    return dict(_flat(contract, schema(), ()))


def name_of(path: Iterable[str | int]) -> str:
    """The name of the field at a path."""
    return ".".join([PREFIX, *(str(step) for step in path)])


def _path(name: str) -> Path_ | None:
    steps = name.split(".")[1:]
    if not 1 <= len(steps) <= 6 or any(step.isdecimal() and len(step) > 6 for step in steps):
        return None
    path = tuple(int(step) if step.isascii() and step.isdecimal() else step for step in steps)
    return path if isinstance(path[-1], str) else None


def _is_group(found: Schema) -> bool:
    return found["type"] == "object" or (found["type"] == "array" and found["items"]["type"] == "object")


def _value(found: Schema, values: Sequence[str]) -> Any:
    last = values[-1] if values else ""
    if found["type"] == "array":
        if "oneOf" in found["items"]:
            return [value for value in values if value]
        return [line.strip() for line in re.split(r"\r\n|\r|\n", last) if line.strip()]
    if found["type"] == "boolean":
        return last.lower() in _YES
    if found["type"] in ("number", "integer"):
        return _number(last.strip(), whole=found["type"] == "integer")
    return last


def _number(text: str, *, whole: bool) -> Any:
    if _GROUPED.match(text):
        text = re.sub(r"[,\u00a0\u202f ]", "", text)
    try:
        number = float(text)
    except ValueError:
        return text
    if number.is_integer() and abs(number) < 2**53:
        return int(number)
    return text if whole or number != number or abs(number) == float("inf") else number


def _put(tree: dict[Any, Any], path: Path_, value: Any) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _folded(tree: Any, found: Schema) -> Any:
    """The tree with its numbered rows as lists, without what was left empty."""
    if not isinstance(tree, dict):
        return tree
    if found["type"] == "array":
        rows = [_folded(row, found["items"]) for _, row in sorted(tree.items())]
        return [row for row in rows if row and not _is_blank(row, found["items"])]
    told = {key: _folded(below, found["properties"][key]) for key, below in tree.items()}
    return {key: below for key, below in told.items() if below not in ("", [], {}, None) and below is not False}


def _is_blank(row: Any, found: Schema) -> bool:
    """A row in which nothing was typed: choices that a page preselects do not count."""
    typed = (found["properties"][key] for key in row)
    return all("oneOf" in one or one["type"] == "boolean" for one in typed)


def _flat(value: Any, found: Schema, path: Path_) -> Iterable[tuple[str, list[str]]]:
    if found["type"] == "object":
        for key, below in value.items():
            if key in found["properties"] and (path or key != "schema"):
                yield from _flat(below, found["properties"][key], (*path, key))
    elif found["type"] == "array" and _is_group(found):
        for index, row in enumerate(value):
            yield from _flat(row, found["items"], (*path, index))
    elif found["type"] == "array":
        yield name_of(path), list(value) if "oneOf" in found["items"] else ["\n".join(value)]
    elif found["type"] == "boolean":
        yield name_of(path), ["on"] if value else [""]
    else:
        yield name_of(path), [value if isinstance(value, str) else repr(value)]

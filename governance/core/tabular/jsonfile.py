"""Reading JSON: a list of objects, an object that holds one, or one object a line. Keys become columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.core.errors import Invalid
from governance.core.tabular.encoding import Encoding
from governance.core.tabular.source import Options

_FIX = 'Send a list of objects, such as [{"Name": "Claims triage"}], or one object a line.'


@dataclass
class JsonTable:
    """A list of objects. Nested objects are kept as JSON text, lists of plain values as one value a line."""

    data: bytes
    encoding: Encoding
    options: Options
    sheets: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._objects = _objects(self.data.decode(self.encoding.name, "replace").lstrip("\ufeff"))
        self._keys = list({key: None for item in self._objects for key in item})
        self.options = self.options.with_found(encoding=self.encoding.name, header_row=1)

    def records(self) -> Iterator[tuple[int, Sequence[str]]]:
        """The keys as the header, then one record for each object."""
        yield 1, self._keys
        for number, item in enumerate(self._objects, start=2):
            yield number, [_cell(item.get(key)) for key in self._keys]


def _objects(text: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(text)
    except RecursionError:
        raise Invalid("The JSON is nested too deeply.", fix=_FIX) from None
    except ValueError as error:
        data = _lines(text, error)
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        data = lists[0] if len(lists) == 1 else [data]
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise Invalid("The JSON is not a list of objects.", fix=_FIX)
    return data


def _lines(text: str, whole: ValueError) -> list[Any]:
    """One JSON object a line."""
    items = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                items.append(json.loads(line))
            except (ValueError, RecursionError):
                reason = whole if number == 1 else f"line {number:,} is not a JSON object"
                raise Invalid(f"The file is not valid JSON: {reason}.", fix=_FIX) from None
    return items


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list) and value and all(isinstance(item, str | int | float) for item in value):
        return "\n".join(_cell(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if value != [] else ""

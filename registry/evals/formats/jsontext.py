"""Reads JSON of any writer: Python's NaN becomes nothing, and what cannot be read says where."""

import json
from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid


def loads(text: str, what: str = "The file") -> Any:
    """Return the value. Raises Invalid, saying where the text stops being JSON."""
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except json.JSONDecodeError as error:
        raise Invalid(
            f"{what} is not whole JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            fix="Was it cut off while it was written or uploaded? Hand in the file as the tool wrote it.",
            code="not-json",
        ) from error
    except RecursionError as error:
        raise Invalid(f"{what} is nested too deeply to be read.", code="too-deep") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Invalid(f"{what} holds a number that is too long to be read.", code="not-json") from error


def lines(text: str) -> list[Mapping[str, Any]]:
    """Return one object a line. Raises Invalid with the number of the line that is none."""
    found: list[Mapping[str, Any]] = []
    for place, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            value = loads(line, f"Line {place:,}")
            if not isinstance(value, dict):
                raise Invalid(f"Line {place:,} holds no JSON object.", code="not-json")
            found.append(value)
    return found

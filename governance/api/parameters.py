"""Query parameters that an endpoint declares are read as declared: of their type, within their bounds, or refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.http import QueryDict
from drf_spectacular.plumbing import build_basic_type, is_basic_type
from drf_spectacular.utils import OpenApiParameter
from jsonschema import Draft202012Validator

from governance.api.errors import from_fields

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_FORMATS: Mapping[str, Callable[[str], Any]] = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


def read(declared: Sequence[OpenApiParameter], params: QueryDict) -> dict[str, Any]:
    """Return the declared parameters that were sent, as values. Raises BadParameters, naming every fault."""
    values, faults = {}, {}
    for parameter in declared:
        if parameter.location != OpenApiParameter.QUERY:
            continue
        if parameter.name not in params:
            if parameter.required:
                faults[parameter.name] = "This parameter is required."
            continue
        value, fault = _value(parameter, str(params[parameter.name]))
        if fault:
            faults[parameter.name] = fault
        else:
            values[parameter.name] = value
    if faults:
        raise from_fields("A parameter cannot be read.", faults, "Correct the parameters listed in `errors`.")
    return values


def _value(parameter: OpenApiParameter, text: str) -> tuple[Any, str]:
    schema, validator = _compiled(parameter)
    if "\x00" in text:
        return None, "A NUL character cannot be read."
    value = _typed(schema.get("type"), text)
    if value is None:
        return None, f"Give {_WORDS[schema['type']]}."
    error = next(iter(validator.iter_errors(value)), None)
    if error is not None:
        return None, _said(error)
    parse = _FORMATS.get(schema.get("format", ""))
    if parse is None:
        return value, ""
    try:
        return parse(text), ""
    except ValueError:
        return None, "Give a date, such as 2026-10-12." if schema["format"] == "date" else "Give a time (RFC 3339)."


_WORDS = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`"}


def _typed(kind: Any, text: str) -> Any:
    """Return the value of a text, or None when it is not of the kind."""
    if kind == "integer":
        return int(text) if _INTEGER.fullmatch(text) else None
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    return text


def _said(error: Any) -> str:
    if error.validator == "enum":
        return f"Give one of: {', '.join(map(str, error.validator_value))}."
    if error.validator == "maxLength":
        return f"Give at most {error.validator_value:,} characters."
    if error.validator in ("minimum", "maximum"):
        return f"The {error.validator} is {error.validator_value:,}."
    return "Give it as the schema describes it."


@cache
def _compiled(parameter: OpenApiParameter) -> tuple[dict[str, Any], Draft202012Validator]:
    basic: Any = build_basic_type(parameter.type) if is_basic_type(parameter.type) else parameter.type
    schema = dict(basic or {"type": "string"})
    if parameter.enum:
        schema["enum"] = list(parameter.enum)
    if parameter.pattern:
        schema["pattern"] = parameter.pattern
    return schema, Draft202012Validator(schema)

"""Values of attributes as plain Python, from protobuf and from JSON, and what can be made of them. Pure.

Nothing here stores: a value of the wrong type counts as not said, a value that cannot be true (fewer than no tokens) raises
BadSpan, so that its span is refused by name and the others of the delivery are taken.
"""

import json
import math
from typing import Any

MOST_TOKENS = 10**12
DEAREST = 10**9
"""A call that costs more US dollars than this is a broken number."""
_NUL = dict.fromkeys((*range(32), 127), "�")
_REMEMBERED = 50_000
_names: dict[tuple[str, int], str] = {}
_keys: dict[str, tuple[str, ...]] = {}


class BadSpan(ValueError):
    """One span cannot be stored; `reason` is a short code under which refusals are counted."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def from_proto(value: Any) -> Any:
    """Return what a protobuf AnyValue holds: text, bool, int, float, list or dict; None where it holds nothing or bytes."""
    if text := value.string_value:
        return text
    kind = value.WhichOneof("value")
    if kind is None or kind == "bytes_value":
        return None
    if kind == "array_value":
        return [from_proto(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {each.key: from_proto(each.value) for each in value.kvlist_value.values}
    return getattr(value, kind)


def from_json(value: Any) -> Any:
    """Return what a JSON AnyValue holds, in the same terms; None for what is not one."""
    if not isinstance(value, dict):
        return None
    for key in ("stringValue", "boolValue"):
        if key in value:
            return value[key] if isinstance(value[key], str | bool) else None
    if "intValue" in value:
        return _integer(value["intValue"])
    if "doubleValue" in value:
        held = value["doubleValue"]
        return float(held) if isinstance(held, int | float) and not isinstance(held, bool) else _double(held)
    if "arrayValue" in value:
        return [from_json(each) for each in listed(value["arrayValue"], "values")]
    if "kvlistValue" in value:
        rows = [each for each in listed(value["kvlistValue"], "values") if isinstance(each, dict)]
        return {str(each.get("key", "")): from_json(each.get("value")) for each in rows}
    return None


def listed(holder: Any, key: str) -> list[Any]:
    """Return a list of a JSON object; an empty one where there is none. Raises BadSpan for anything else under its name."""
    if holder is None:
        return []
    if not isinstance(holder, dict):
        raise BadSpan("shape", f"An object with {key} was expected.")
    held = holder.get(key)
    if held is None:
        return []
    if not isinstance(held, list):
        raise BadSpan("shape", f"{key} must be a list.")
    return held


def name(value: Any, width: int) -> str:
    """Return a value as a name of at most `width` characters, in one line that any database holds; "" for none."""
    if type(value) is not str:
        value = words(value)
    held = _names.get((value, width))
    if held is None:
        held = value.encode("utf-8", "replace").decode().translate(_NUL).strip()[:width] if value else ""
        if len(_names) >= _REMEMBERED:
            _names.clear()
        if len(value) <= 400:
            _names[value, width] = held
    return held


def words(value: Any) -> str:
    """Return a value as text: lists joined by commas, yes and no as true and false, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(words(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def keys(value: Any) -> tuple[str, ...]:
    """Return keys from a list or from text with commas, each once, in order."""
    said = words(value)
    held = _keys.get(said)
    if held is None:
        held = tuple(sorted({name(part, 100).lower() for part in said.split(",")} - {""}))
        if len(_keys) >= _REMEMBERED:
            _keys.clear()
        if len(said) <= 400:
            _keys[said] = held
    return held


def count(value: Any, what: str) -> int | None:
    """Return a number of tokens, None where none is said. Raises BadSpan for one that cannot be true."""
    spelled = isinstance(value, str) and len(value) <= 30 and value.strip().lstrip("-").isdecimal()
    if type(value) is int or spelled or (isinstance(value, float) and math.isfinite(value)):
        number = int(value)
    else:
        return None
    if not 0 <= number <= MOST_TOKENS:
        raise BadSpan("tokens", f"{what} is {str(number)[:30]}. Send a number between 0 and {MOST_TOKENS:,}.")
    return number


def cost(value: Any) -> float | None:
    """Return US dollars, None where none are said. Raises BadSpan for an amount that cannot be true."""
    if isinstance(value, str):
        value = _double(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    if not 0 <= value <= DEAREST:
        raise BadSpan("cost", f"The cost is {str(value)[:30]} US dollars. Send an amount between 0 and {DEAREST:,}.")
    return float(value)


def _integer(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= 30:
        try:
            return int(value)
        except ValueError:
            return None
    return None


def _double(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, str) and len(value) <= 60 else None
    except ValueError:
        return None

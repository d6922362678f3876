"""Reads JSON bodies, and refuses what two readers could understand differently or a database cannot hold."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser, MultiPartParser

from governance.api.errors import Malformed
from governance.core.errors import TooLarge

MAX_DEPTH = 32
DEFAULT_MAX_BODY = 2 * 1024 * 1024


def max_body() -> int:
    """How many bytes of JSON are accepted (setting API_MAX_BODY)."""
    return int(getattr(settings, "API_MAX_BODY", DEFAULT_MAX_BODY))


class StrictJSONParser(BaseParser):
    """JSON in UTF-8: bounded in size and depth, no key twice, no NaN, no NUL, no broken surrogates."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body. Raises Malformed or TooLarge, saying where and why."""
        return loads(read_bounded(stream, max_body()))


class UploadParser(MultiPartParser):
    """A file with plain fields, as multipart/form-data; the feature that takes it bounds its size."""


def read_bounded(stream: IO[bytes], limit: int) -> bytes:
    """Read at most `limit` bytes; more than that is refused before it is held in memory."""
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise TooLarge(f"The body is larger than {limit:,} bytes.", fix="Send less at once.")
    return raw


def loads(raw: bytes) -> Any:
    """Parse JSON strictly. Raises Malformed."""
    try:
        parsed = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 (byte {error.start + 1}).") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise Malformed(_too_deep()) from error
    except ValueError as error:  # an integer of thousands of digits
        raise Malformed("A number in the body is too long to be read.") from error
    _inspect(parsed)
    return parsed


def _too_deep() -> str:
    return f"The body is nested more than {MAX_DEPTH} deep."


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"The key {twice[:80]!r} is given twice in one object.")
    return made


def _no_constant(name: str) -> Any:
    raise Malformed(f"{name} is not a number in JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Malformed("A number in the body is too large to be read.")
    return value


def _inspect(parsed: Any) -> None:
    """Check depth and characters without recursion, so that the check cannot be made to fail itself."""
    level = [parsed]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _check_characters(value)
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
        if not below:
            return
        level = below
    raise Malformed(_too_deep())


def _check_characters(text: str) -> None:
    if "\x00" in text:
        raise Malformed("A NUL character in the body cannot be stored.", fix="Remove it.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("Half of a broken emoji or symbol in the body cannot be stored.", fix="Remove it.") from error

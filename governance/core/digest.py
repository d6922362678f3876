"""Canonical JSON (RFC 8785) and SHA-256 over it: what people approve and what the ledger keeps."""

import hashlib
import json
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import rfc8785

SAFE_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: numbers are IEEE 754 doubles


def plain(value: Any) -> Any:
    """Turn a value into what canonical JSON can hold.

    Datetimes become RFC 3339 UTC strings with microseconds, dates ISO strings, decimals and UUIDs strings, durations
    seconds as a string; integers beyond 2**53 - 1 become strings, as RFC 8785 advises. Raises TypeError for the rest.
    """
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


# Keys with these are sorted otherwise by UTF-16, as the standard asks, than by code point.
_BEYOND = re.compile("[\ud800-\U0010ffff]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a value.

    Python's own encoder gives the same bytes many times faster, save for floats and for keys beyond the common planes;
    a test compares the two.
    """
    made = plain(value)
    if _is_simple(made):
        try:
            return _ENCODER.encode(made).encode()
        except UnicodeEncodeError:  # half a surrogate: let the reference say so
            pass
    return rfc8785.dumps(made)


def _is_simple(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all((key.isascii() or not _BEYOND.search(key)) and _is_simple(item) for key, item in value.items())
    if kind is list:
        return all(map(_is_simple, value))
    return not isinstance(value, float)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """Return the SHA-256 over the canonical JSON of a value, as 64 hex digits."""
    return sha256(canonical(value))

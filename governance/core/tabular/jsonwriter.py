"""Writing JSON as a stream: a list of objects with the columns as keys. Values keep their types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from governance.core.tabular.cells import flat, moment

ROWS_A_CHUNK = 250


def write_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The table in chunks of bytes."""
    encode = json.JSONEncoder(ensure_ascii=False, default=_plain, allow_nan=False).encode
    chunk: list[str] = []
    lead = "[\n"
    for row in rows:
        chunk.append(lead + encode({name: _finite(value) for name, value in zip(columns, row, strict=True)}))
        lead = ",\n"
        if len(chunk) >= ROWS_A_CHUNK:
            yield "".join(chunk).encode("utf-8", "replace")
            chunk.clear()
    chunk.append("\n]\n" if lead == ",\n" else "[]\n")
    yield "".join(chunk).encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    """JSON has no infinity and no not-a-number: they become text."""
    return flat(value) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return flat(value)

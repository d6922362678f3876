"""Observations as plain rows, and the statements that write them: one for PostgreSQL, one for SQLite, the same answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from registry.usage.models import Observation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """One observation, in the order of `COLUMNS`."""

    at: datetime
    uid: UUID
    path: int
    batch: int
    trace: UUID | None
    span: str
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    cost: int | None
    latency_ms: int | None
    outcome: int
    task: int
    error: str
    override_reason: str
    fingerprint: str


TABLE = Observation._meta.db_table
_HELD = {each.name: str(each.column) for each in Observation._meta.concrete_fields}
COLUMNS = tuple(_HELD[name] for name in Row._fields)
TYPES = (
    "timestamptz", "uuid", "bigint", "bigint", "uuid", "text", "bigint", "bigint", "bigint", "bigint", "integer", "smallint",
    "smallint", "text", "text", "text",
)  # fmt: skip
_NAMES = ", ".join(COLUMNS)
_POSTGRES = (
    f"INSERT INTO {TABLE} ({_NAMES}) SELECT * FROM unnest({', '.join(f'%s::{each}[]' for each in TYPES)})"  # noqa: S608
    " ON CONFLICT DO NOTHING"
)
_ONE = f"({', '.join(['%s'] * len(COLUMNS))})"
SQLITE_ROWS = 1_000


def insert(rows: Sequence[Row]) -> list[Row]:
    """Write observations that are not there yet and return these. `rows` are sorted by moment and uid, each once.

    All senders write in that order, so two that bring the same rows wait for one another and never in a circle.
    """
    if not rows:
        return []
    return _postgres(rows) if connection.vendor == "postgresql" else _sqlite(rows)


def _postgres(rows: Sequence[Row]) -> list[Row]:
    given = [write(column) for write, column in zip(_WRITERS, zip(*rows, strict=True), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES, given)
        if cursor.rowcount == len(rows):
            return list(rows)
        # Some were there: those of this batch are the ones that were written. A batch's number is nobody else's.
        cursor.execute(
            f"SELECT at, uid FROM {TABLE} WHERE batch_id = %s AND at BETWEEN %s AND %s",  # noqa: S608 - fixed names
            [rows[0].batch, rows[0].at, rows[-1].at],
        )
        written = {(at, uid) for at, uid in cursor.fetchall()}
    return [row for row in rows if (row.at, row.uid) in written]


def _sqlite(rows: Sequence[Row]) -> list[Row]:
    adapt = connection.ops.adapt_datetimefield_value
    kept: list[Row] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), SQLITE_ROWS):
            some = rows[start : start + SQLITE_ROWS]
            given = [
                value
                for row in some
                for value in (adapt(row.at), row.uid.hex, row.path, row.batch, row.trace.hex if row.trace else None, *row[5:])
            ]
            cursor.execute(
                f"INSERT INTO {TABLE} ({_NAMES}) VALUES {', '.join([_ONE] * len(some))}"  # noqa: S608 - fixed names
                " ON CONFLICT DO NOTHING RETURNING uid, at",
                given,
            )
            written = {(uid, str(at)) for uid, at in cursor.fetchall()}
            kept += [row for row in some if (row.uid.hex, adapt(row.at)) in written]
    return kept


def _plain(column: Sequence[Any]) -> str:
    """Write an array of numbers, hashes or moments, which need no quotes."""
    return f"{{{','.join(map(str, column))}}}"


def _nullable(column: Sequence[Any]) -> str:
    return f"{{{','.join(['NULL' if each is None else str(each) for each in column])}}}"


def _moments(column: Sequence[datetime]) -> str:
    return '{"' + '","'.join([str(each) for each in column]) + '"}'


def _texts(column: Sequence[str]) -> str:
    """Write an array of words; mostly all are empty."""
    if not any(column):
        return "{" + ",".join(['""'] * len(column)) + "}"
    return '{"' + '","'.join([each.replace("\\", "\\\\").replace('"', '\\"') for each in column]) + '"}'


_WRITERS = tuple(
    {"timestamptz": _moments, "uuid": _plain if name == "uid" else _nullable, "text": _texts}.get(
        kind, _nullable if name in ("cost", "latency_ms") else _plain
    )
    for name, kind in zip(Row._fields, TYPES, strict=True)
)

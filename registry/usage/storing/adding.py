"""Sums by hour and day: what was added up of rows that were really written, added to what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection

from registry.usage.models import FIGURES, Outcome, UsageDay, UsageHour
from registry.usage.storing.rows import Row

COLUMNS = (*FIGURES, "slowest_ms", "first_at", "last_at")


@dataclass(slots=True)
class Added:
    """What some rows of one path in one span of time come to."""

    first_at: datetime
    last_at: datetime
    calls: int = 0
    errors: int = 0
    overridden: int = 0
    refused: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost: int = 0
    unpriced: int = 0
    timed: int = 0
    latency_ms: int = 0
    slowest_ms: int = 0
    tasks: int = 0
    tasks_ok: int = 0

    def take(self, other: "Added") -> None:
        """Add another one to it."""
        for name in FIGURES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)


ByHour = dict[tuple[datetime, int], Added]
ByDay = dict[tuple[date, int], Added]


def add_up(rows: Iterable[Row]) -> ByHour:
    """Return what rows come to, by hour (UTC) and path."""
    found: ByHour = {}
    for row in rows:
        at = row.at
        key = (at.replace(minute=0, second=0, microsecond=0), row.path)
        sums = found.get(key)
        if sums is None:
            sums = found[key] = Added(at, at)
        sums.calls += 1
        if row.outcome > 1:
            if row.outcome == Outcome.ERROR:
                sums.errors += 1
            elif row.outcome == Outcome.OVERRIDDEN:
                sums.overridden += 1
            else:
                sums.refused += 1
        sums.tokens_in += row.tokens_in
        sums.tokens_out += row.tokens_out
        sums.tokens_cached += row.tokens_cached
        if row.cost is None:
            sums.unpriced += 1
        else:
            sums.cost += row.cost
        if row.latency_ms is not None:
            sums.timed += 1
            sums.latency_ms += row.latency_ms
            if row.latency_ms > sums.slowest_ms:
                sums.slowest_ms = row.latency_ms
        if row.task:
            sums.tasks += 1
            sums.tasks_ok += row.task == 1
        if at < sums.first_at:
            sums.first_at = at
        elif at > sums.last_at:
            sums.last_at = at
    return found


def by_day(hours: ByHour) -> ByDay:
    """Return sums by hour as sums by day (UTC)."""
    found: ByDay = {}
    for (hour, path), sums in hours.items():
        key = (hour.date(), path)
        if key in found:
            found[key].take(sums)
        else:
            found[key] = Added(**{name: getattr(sums, name) for name in COLUMNS})
    return found


def add(hours: ByHour) -> None:
    """Add to the sums that are stored, by hour and by day. Every writer does so last and in the same order."""
    _upsert(UsageHour, "hour", {(hour.astimezone(UTC), path): sums for (hour, path), sums in hours.items()})
    _upsert(UsageDay, "day", by_day(hours))


def _upsert(model: Any, span: str, sums: Mapping[tuple[Any, int], Added]) -> None:
    if not sums:
        return
    is_postgres = connection.vendor == "postgresql"
    rows = sorted(sums.items())
    with connection.cursor() as cursor:
        if is_postgres:
            keys = zip(*((at, path) for (at, path), _ in rows), strict=True)
            figures = ([getattr(each, name) for _, each in rows] for name in COLUMNS)
            cursor.execute(_statement(model, span, is_postgres), [array(column) for column in (*keys, *figures)])
            return
        when = connection.ops.adapt_datetimefield_value
        mark = when if span == "hour" else connection.ops.adapt_datefield_value
        for (at, path), each in rows:
            figures_of = (getattr(each, name) for name in COLUMNS[:-2])
            given = [mark(at), path, *figures_of, when(each.first_at), when(each.last_at)]
            cursor.execute(_statement(model, span, is_postgres), given)


@cache
def _statement(model: Any, span: str, is_postgres: bool) -> str:
    """The upsert: on PostgreSQL of arrays, so that it is one statement of one shape; on SQLite of one row."""
    table = model._meta.db_table
    big, small = ("GREATEST", "LEAST") if is_postgres else ("MAX", "MIN")
    raised = [f"{name} = {table}.{name} + excluded.{name}" for name in FIGURES]
    raised.append(f"slowest_ms = {big}({table}.slowest_ms, excluded.slowest_ms)")
    raised.append(f"first_at = {small}({table}.first_at, excluded.first_at)")
    raised.append(f"last_at = {big}({table}.last_at, excluded.last_at)")
    if model is UsageDay:
        raised.append("raw = TRUE")
    if is_postgres:
        kinds = [f"{'timestamptz' if span == 'hour' else 'date'}[]", *["bigint[]"] * (len(COLUMNS) - 1), *["timestamptz[]"] * 2]
        rows = f"SELECT * FROM unnest({', '.join(f'%s::{kind}' for kind in kinds)})"  # noqa: S608 - fixed names
    else:
        rows = f"VALUES ({', '.join(['%s'] * (len(COLUMNS) + 2))})"
    return (
        f"INSERT INTO {table} ({span}, path_id, {', '.join(COLUMNS)}) {rows}"
        f" ON CONFLICT ({span}, path_id) DO UPDATE SET {', '.join(raised)}"
    )


def array(column: Iterable[Any]) -> str:
    """Write numbers, days or moments as PostgreSQL reads an array."""
    return '{"' + '","'.join([str(each) for each in column]) + '"}'

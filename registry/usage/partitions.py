"""One table a month for observations on PostgreSQL: made ahead, made for late data, let go when nothing is left in them.

A row whose month has no table yet lies in the default one (`..._rest`), so nothing is ever refused for want of a table; the
job that a store asks for then moves it. On SQLite, and on PostgreSQL without the migration, the table is plain and all of
this does nothing.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.migrations.operations.base import Operation

from governance.core import clock, jobs
from registry.usage.models import Observation, UsageDay

JOB = "usage.partitions"
TABLE = Observation._meta.db_table
REST = f"{TABLE}_rest"
AHEAD = 2
"""Months that are made before they begin."""
_known: set[date] = set()


def month_of(moment: date) -> date:
    """Return the first day of a moment's month (UTC)."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day.replace(day=1)


def after(month: date, by: int = 1) -> date:
    """Return the first day of a month so many months later."""
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)


def name_of(month: date) -> str:
    """Return the name of a month's table."""
    return f"{TABLE}_{month:%Y_%m}"


def is_partitioned() -> bool:
    """Whether the table is kept by months here."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)", [TABLE])
        row = cursor.fetchone()
    return bool(row and row[0])


def held() -> list[date]:
    """Return the months that have a table, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)", [TABLE])
        names = [str(row[0]).rpartition(".")[2].strip('"') for row in cursor.fetchall()]
    found = [name.removeprefix(f"{TABLE}_").split("_") for name in names if name != REST]
    return sorted(date(int(year), int(month), 1) for year, month in found)


def want(moments: Iterable[datetime]) -> None:
    """Have tables made for the months of stored moments where there is none. Costs nothing where the months are known."""
    months = {month_of(each) for each in moments} - _known
    if not months:
        return
    if is_partitioned() and (missing := months - set(held())):
        jobs.enqueue(JOB, key=",".join(sorted(f"{each:%Y-%m}" for each in missing)), label="Make tables for observations")
        return
    _known.update(months)


def keep(job: Any, progress: Any) -> dict[str, Any]:
    """Make tables for this month, those ahead and those of rows that lie in the default one; drop empty old ones."""
    if not is_partitioned():
        return {"partitioned": False}
    this = month_of(clock.now())
    wanted = {after(this, by) for by in range(AHEAD + 1)} | _stray()
    made, moved = [], 0
    for month in sorted(wanted - set(held())):
        moved += make(month)
        made.append(f"{month:%Y-%m}")
        progress(len(made), len(wanted), f"{month:%Y-%m}")
    return {"partitioned": True, "made": made, "moved": moved, "dropped": drop_empty()}


def make(month: date) -> int:
    """Make one month's table, move what lies in the default one there, return how many rows moved.

    Writers of other months go on meanwhile; those of this month wait, and none sees a row missing or twice.
    """
    start, end, name = f"{month} 00:00+00", f"{after(month)} 00:00+00", name_of(month)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS)")
        cursor.execute(f"LOCK TABLE {REST} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            f"WITH gone AS (DELETE FROM {REST} WHERE at >= %s AND at < %s RETURNING *)"  # noqa: S608 - fixed names
            f" INSERT INTO {name} SELECT * FROM gone",
            [start, end],
        )
        moved = int(cursor.rowcount)
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')")
    return moved


def drop_empty() -> list[str]:
    """Drop the tables of months in which no single observation is kept any more; return which months."""
    first = month_of(clock.now())
    dropped = []
    for month in [each for each in held() if each < first]:
        kept = UsageDay.objects.filter(day__gte=month, day__lt=after(month), raw=True)
        if kept.exists() or Observation.objects.filter(at__gte=_moment(month), at__lt=_moment(after(month))).exists():
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {name_of(month)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name_of(month)})")  # noqa: S608 - fixed names
            if not cursor.fetchone()[0]:
                cursor.execute(f"DROP TABLE {name_of(month)}")
                dropped.append(f"{month:%Y-%m}")
                _known.discard(month)
    return dropped


def _stray() -> set[date]:
    """The months of rows that lie in the default table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC')::date FROM {REST}")  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


INDEXES = (
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_pkey PRIMARY KEY (at, uid)",
    f"CREATE INDEX observation_path_at ON {TABLE} (path_id, at)",
    f"CREATE INDEX observation_trace ON {TABLE} (trace) WHERE trace IS NOT NULL",
)
"""As the model declares them, under the names that Django gives them."""


class PartitionObservations(Operation):
    """Keeps observations by months on PostgreSQL from this migration on; nothing on SQLite. Rows that are there stay."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model stays what it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the table partitioned, with a default part, and move what it holds."""
        if schema_editor.connection.vendor == "postgresql":
            self._remake(schema_editor, " PARTITION BY RANGE (at)", f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the table plain again."""
        if schema_editor.connection.vendor == "postgresql":
            self._remake(schema_editor, "", "")

    def describe(self) -> str:
        """What it does."""
        return "Keep observations by months on PostgreSQL"

    def _remake(self, schema_editor: Any, how: str, then: str) -> None:
        schema_editor.execute(f"ALTER TABLE {TABLE} RENAME TO {TABLE}_before")
        schema_editor.execute(f"CREATE TABLE {TABLE} (LIKE {TABLE}_before INCLUDING DEFAULTS){how}")
        if then:
            schema_editor.execute(then)
        schema_editor.execute(f"INSERT INTO {TABLE} SELECT * FROM {TABLE}_before")  # noqa: S608 - fixed names
        schema_editor.execute(f"DROP TABLE {TABLE}_before CASCADE")
        for each in INDEXES:
            schema_editor.execute(each)

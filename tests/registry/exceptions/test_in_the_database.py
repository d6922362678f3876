"""R9 in SQL: no exception without an end, none in force without approval, none past its dates. No code is asked."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry.exceptions.models import ControlException
from tests.registry.building import make_surface

TABLE = ControlException._meta.db_table


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refuse(sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError):
        run(sql, *values)


def copied(exception: ControlException, **changes: Any) -> tuple[str, list[Any]]:
    """An INSERT of the same row once more, with columns said otherwise."""
    columns = [field.column for field in ControlException._meta.local_concrete_fields if not field.primary_key]
    parts = ["%s" if column in changes else column for column in columns]
    values = [changes[column] for column in columns if column in changes]
    sql = f"INSERT INTO {TABLE} ({', '.join(columns)}) SELECT {', '.join(parts)} FROM {TABLE} WHERE id = %s"
    return sql, [*values, exception.pk]


FRESH = {"request_id": None}


def test_there_is_no_exception_without_an_expiry_date(ask):
    exception = ask()
    sql, values = copied(exception, **FRESH)
    run(sql, *values)  # the same row is taken ...
    for column in ("expires_on", "ends_at", "latest_on", "starts_on"):
        refuse(*_flat(copied(exception, **FRESH, **{column: None})))  # ... and without a date it is not
        refuse(f"UPDATE {TABLE} SET {column} = NULL WHERE id = %s", exception.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE} WHERE expires_on IS NULL")
        assert cursor.fetchone() == (0,)


def test_it_ends_after_it_starts_and_within_its_tiers_days(ask):
    exception = ask()
    refuse(*_flat(copied(exception, **FRESH, expires_on=exception.starts_on)))
    refuse(*_flat(copied(exception, **FRESH, latest_on=exception.starts_on)))


def test_it_says_why_and_what_is_done_instead_and_names_a_control(ask):
    exception = ask()
    refuse(*_flat(copied(exception, **FRESH, reason="")))
    refuse(*_flat(copied(exception, **FRESH, measures="")))
    refuse(*_flat(copied(exception, **FRESH, controls="[]")))


def test_it_is_in_force_only_with_an_approval_of_its_digest(ask, held):
    waiting = ask(controls=["safety_filter"])
    now = held.active_at
    refuse(f"UPDATE {TABLE} SET state = 'active', active_at = %s WHERE id = %s", now, waiting.pk)
    refuse(
        f"UPDATE {TABLE} SET state = 'active', active_at = %s, request_id = %s WHERE id = %s", now, held.request_id, waiting.pk
    )
    refuse(*_flat(copied(waiting, **FRESH, state="active", active_at=now)))


def test_what_it_says_never_changes_and_what_is_over_stays_over(world, held):
    for change in ("expires_on = latest_on", "reason = 'x'", "digest = 'x'", "controls = '[\"tier\"]'", "ends_at = created_at"):
        refuse(f"UPDATE {TABLE} SET {change} WHERE id = %s", held.pk)
    refuse(f"UPDATE {TABLE} SET active_at = ends_at WHERE id = %s", held.pk)
    run(f"UPDATE {TABLE} SET state = 'expired', ended_at = ends_at WHERE id = %s", held.pk)
    refuse(f"UPDATE {TABLE} SET state = 'active', ended_at = NULL WHERE id = %s", held.pk)


def test_its_surfaces_are_fixed(world, held):
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Letters", tier=1)
    refuse("INSERT INTO registry_exceptionsurface (exception_id, surface_id) VALUES (%s, %s)", held.pk, other.pk)
    refuse("DELETE FROM registry_exceptionsurface WHERE exception_id = %s", held.pk)


def _flat(made: tuple[str, list[Any]]) -> tuple[Any, ...]:
    return (made[0], *made[1])

"""Triggers by which the database itself refuses rewriting, on SQLite and PostgreSQL.

`protect(model)` makes a table append-only, and its model inherits `rows.AppendOnly`, which binds every row to an entry;
`guard(...)` adds a named rule that an INSERT or UPDATE must not break.
History tables are protected by themselves. Triggers are re-installed after every migrate, because Django rebuilds
SQLite tables and drops them; `missing()` is what health and start-up look at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

_protected: set[type[models.Model]] = set()
_by_itself: set[type[models.Model]] = set()
_guards: dict[str, "Guard"] = {}
_released: dict[type[models.Model], "Release"] = {}
PG_REFUSE = """
CREATE OR REPLACE FUNCTION plumbline_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


@dataclass(frozen=True)
class Guard:
    """A rule on a table: the statement is refused with `message` when the SQL condition over NEW (and OLD) is true."""

    name: str
    model: type[models.Model]
    event: str
    condition: str
    message: str


@dataclass(frozen=True)
class Release:
    """Under which SQL conditions over OLD (and NEW) a protected row may be deleted, and may be changed; "" is never."""

    delete: str
    update: str = ""


def may_go(model: type[models.Model], *, delete: str = "", update: str = "") -> None:
    """Let rows of an append-only table be deleted or emptied where a note says that they are let go (`letgo.gone`).

    `delete` is a condition over OLD, `update` one over OLD and NEW that also says what a row may become.
    """
    _released[model] = Release(delete, update)


def protect(model: type[models.Model]) -> type[models.Model]:
    """Make a model's table append-only (usable as a class decorator)."""
    _protected.add(model)
    return model


def checked_by_itself(model: type[models.Model]) -> type[models.Model]:
    """Protect a table of the ledger itself: no entry binds its rows, because entries, tags, tiles and signatures prove it."""
    _by_itself.add(model)
    return protect(model)


def guard(name: str, model: type[models.Model], event: str, condition: str, message: str) -> None:
    """Add a rule; `event` is INSERT, DELETE or UPDATE, optionally UPDATE OF column; no % in the message."""
    if "%" in message:
        raise ValueError("a guard's message may not contain a percent sign: PostgreSQL reads it as a placeholder")
    _guards[name] = Guard(name, model, event, condition, message)


def protected_models() -> list[type[models.Model]]:
    """Return all append-only models, history models included, by table name."""
    history = {
        getattr(model, model._meta.simple_history_manager_attribute).model
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }
    return sorted(_protected | history, key=lambda model: model._meta.db_table)


def bound_models() -> list[type[models.Model]]:
    """Return the append-only models of which every row is bound by an entry: all but the ledger's own."""
    return [model for model in protected_models() if model not in _by_itself]


def ensure_all(using: str = "default", **kwargs: Any) -> None:
    """Install every trigger whose table exists. Harmless to repeat."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    install, rule = _dialect(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PG_REFUSE)
        for model in protected_models():
            if model._meta.db_table in tables:
                install(connection, cursor, model._meta.db_table, model._meta.pk.column, _released.get(model, KEPT))
        for each in _guards.values():
            if each.model._meta.db_table in tables:
                rule(connection, cursor, each)


def step_aside(using: str = "default", plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Drop the triggers before migrations that may remake tables on SQLite; `ensure_all` puts them back after.

    SQLite changes a table by copying it, and a trigger elsewhere that reads the table then finds it gone. PostgreSQL
    changes tables in place, so there nothing ever steps aside while the previous version is still serving.
    """
    if plan and connections[using].vendor == "sqlite":
        remove_all(using)


def remove_all(using: str = "default") -> None:
    """Drop the triggers: for migrations on SQLite, for the flush between transactional tests, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in installed(connection).items():
            suffix = f" ON {connection.ops.quote_name(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}{suffix}")


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of all triggers that must be there."""
    ends = ("no_update", "no_delete", "no_replace") if connection.vendor == "sqlite" else ("no_change", "no_truncate")
    names = {_name(model._meta.db_table, end) for model in protected_models() for end in ends}
    return names | {_name(each.name, "guard") for each in _guards.values()}


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return our triggers that are there and active, with their tables."""
    if connection.vendor == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'plumbline_%%'"
    else:
        query = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgname LIKE 'plumbline_%%'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        return dict(cursor.fetchall())


def missing(using: str = "default") -> set[str]:
    """Return the names of triggers that should be there and are not."""
    connection = connections[using]
    return expected(connection) - set(installed(connection))


def _name(*parts: str) -> str:
    return "_".join(("plumbline", *parts))[:63]


KEPT = Release("")
Installer = Callable[[BaseDatabaseWrapper, Any, str, str, Release], None]
Ruler = Callable[[BaseDatabaseWrapper, Any, Guard], None]


def _dialect(connection: BaseDatabaseWrapper) -> tuple[Installer, Ruler]:
    return (_sqlite_protect, _sqlite_guard) if connection.vendor == "sqlite" else (_pg_protect, _pg_guard)


def _sqlite_protect(connection: BaseDatabaseWrapper, cursor: Any, table: str, pk: str, release: Release) -> None:
    q = connection.ops.quote_name
    for event, condition in (("UPDATE", release.update), ("DELETE", release.delete)):
        name, when = q(_name(table, "no_" + event.lower())), f"WHEN NOT ({condition}) " if condition else ""
        if condition:  # what may go can be said anew by a later release
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {q(table)} {when}"
            f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: {event} refused'); END"
        )
    # REPLACE deletes without firing a DELETE trigger, so an INSERT over an existing key is refused as well.
    cursor.execute(
        f"CREATE TRIGGER IF NOT EXISTS {q(_name(table, 'no_replace'))} BEFORE INSERT ON {q(table)} "  # noqa: S608 - names of our own tables, quoted
        f"WHEN EXISTS (SELECT 1 FROM {q(table)} WHERE {q(pk)} = NEW.{q(pk)}) "
        f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: REPLACE refused'); END"
    )


def _sqlite_guard(connection: BaseDatabaseWrapper, cursor: Any, each: Guard) -> None:
    q = connection.ops.quote_name
    name = q(_name(each.name, "guard"))
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(
        f"CREATE TRIGGER {name} BEFORE {each.event} ON {q(each.model._meta.db_table)} WHEN {each.condition} "
        f"BEGIN SELECT RAISE(ABORT, '{_quoted(each.message)}'); END"
    )


def _pg_protect(connection: BaseDatabaseWrapper, cursor: Any, table: str, pk: str, release: Release) -> None:
    q = connection.ops.quote_name
    refuse = _pg_refusal(connection, cursor, table, release)
    for end, event, each in (("no_change", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
        name = q(_name(table, end))
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {q(table)} "
            f"FOR EACH {each} EXECUTE FUNCTION {refuse if each == 'ROW' else 'plumbline_append_only'}()"
        )
        cursor.execute(f"ALTER TABLE {q(table)} ENABLE ALWAYS TRIGGER {name}")


def _pg_refusal(connection: BaseDatabaseWrapper, cursor: Any, table: str, release: Release) -> str:
    """Return the function that refuses a table's changes: the common one, or one of its own where rows may go."""
    if release == KEPT:
        return "plumbline_append_only"
    name = connection.ops.quote_name(_name(table, "may_go"))
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $may_go$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF {release.delete or 'FALSE'} THEN RETURN OLD; END IF; "
        f"ELSIF {release.update or 'FALSE'} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'integrity_constraint_violation'; END $may_go$"
    )
    return name


def _pg_guard(connection: BaseDatabaseWrapper, cursor: Any, each: Guard) -> None:
    q = connection.ops.quote_name
    name, table = q(_name(each.name, "guard")), q(each.model._meta.db_table)
    returns = "OLD" if each.event == "DELETE" else "NEW"
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF {each.condition} THEN RAISE EXCEPTION '{_quoted(each.message)}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {returns}; END $guard$"
    )
    cursor.execute(f"CREATE OR REPLACE TRIGGER {name} BEFORE {each.event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _quoted(message: str) -> str:
    return message.replace("'", "''")

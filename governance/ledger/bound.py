"""What entries bind: history rows and append-only rows, each by the SHA-256 over the canonical JSON of its columns.

An entry's body names them in `history` and `rows`. Few rows stand one by one ({"model", "id", "digest"}); many rows of one
model stand together as a sheaf ({"model", "ids": [[first, last], ...], "digests": "<64 hex digits each, in order of id>"}),
which takes half the room and still names each.

A table may get a further column later. Rows from before were hashed without it, so `as_bound` also tries the columns that
the table had at earlier migrations; a column is never taken away from a bound table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel

from governance.core import digest

FEW = 8
HEX = 64
Prepare = Callable[[Any], Any] | None


class Reference(NamedTuple):
    """One bound row: its model ("registry.historicalsurface"), its id, and the digest of what it held."""

    model: str
    id: int
    digest: str


def references(body: Mapping[str, Any]) -> Iterator[Reference]:
    """Yield every row that an entry's body binds, history rows first."""
    for each in body["history"]:
        yield Reference(each["model"], each["id"], each["digest"])
    for each in body.get("rows", ()):
        if "ids" not in each:
            yield Reference(each["model"], each["id"], each["digest"])
            continue
        digests = each["digests"]
        ids = (id_ for first, last in each["ids"] for id_ in range(first, last + 1))
        for place, id_ in enumerate(ids):
            yield Reference(each["model"], id_, digests[place * HEX : (place + 1) * HEX])


def bundle(found: Iterable[Reference]) -> list[dict[str, Any]]:
    """Return rows as an entry's body names them: few one by one in the order they were written, many as sheaves."""
    by_model: dict[str, list[Reference]] = {}
    for each in found:
        by_model.setdefault(each.model, []).append(each)
    made: list[dict[str, Any]] = []
    for model, rows in by_model.items():
        if len(rows) <= FEW:
            made += [{"model": model, "id": each.id, "digest": each.digest} for each in rows]
        else:
            rows = sorted(rows, key=lambda each: each.id)
            ids = _ranges([each.id for each in rows])
            made.append({"model": model, "ids": ids, "digests": "".join(each.digest for each in rows)})
    return made


def _ranges(ids: Sequence[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for id_ in ids:
        if found and found[-1][1] == id_ - 1:
            found[-1][1] = id_
        else:
            found.append([id_, id_])
    return found


def columns(model: type[models.Model]) -> tuple[tuple[str, Prepare], ...]:
    """Return a model's columns by attribute name, each with what turns its value into what is hashed (None: nothing)."""
    return _columns(model)


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, Prepare], ...]:
    return tuple((column.attname, _prepare(column)) for column in model._meta.concrete_fields)


def _prepare(column: Any) -> Prepare:
    kind = column.get_internal_type()
    if kind == "JSONField" or column.is_relation:
        return None
    if kind == "DecimalField":
        step = Decimal(10) ** -column.decimal_places
        return lambda value: format(column.to_python(value).quantize(step), "f")
    if kind in {"FileField", "TextField"}:
        return str
    return column.to_python  # type: ignore[no-any-return]


def canonical(row: Any) -> bytes:
    """Return the bytes that a row's digest is over: its columns, as stored, in canonical JSON."""
    return digest.canonical(_held(row, columns(type(row))))


def digest_of(row: Any) -> str:
    """Return the SHA-256 over the canonical JSON of a row's columns, as stored."""
    return digest.sha256(canonical(row))


def digest_of_values(model: type[models.Model], values: Sequence[Any]) -> str:
    """Return the same of a row read as values, in the order of its columns: without building an object."""
    return digest.digest(
        {
            name: value if value is None or prepare is None else prepare(value)
            for (name, prepare), value in zip(columns(model), values, strict=True)
        }
    )


def as_bound(row: Any, expected: str) -> bytes | None:
    """Return the canonical bytes of a row that have the expected digest, or None when it was changed.

    Tries the columns of today, then those that the table had at each earlier migration.
    """
    now = columns(type(row))
    made = digest.canonical(_held(row, now))
    if digest.sha256(made) == expected:
        return made
    for names in earlier_columns(type(row)._meta.label_lower):
        made = digest.canonical(_held(row, [each for each in now if each[0] in names]))
        if digest.sha256(made) == expected:
            return made
    return None


def _held(row: Any, wanted: Iterable[tuple[str, Prepare]]) -> dict[str, Any]:
    found = {}
    for name, prepare in wanted:
        value = getattr(row, name)
        found[name] = value if value is None or prepare is None else prepare(value)
    return found


@cache
def earlier_columns(label: str) -> tuple[frozenset[str], ...]:
    """Return the sets of columns (attribute names) that a table had before each later migration, newest first."""
    app, _, name = label.partition(".")
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    known: set[str] = set()
    shapes: list[frozenset[str]] = []
    for _, migration in sorted((key, made) for key, made in disk.items() if key[0] == app):
        before = frozenset(known)
        for operation in migration.operations:
            known |= _added(operation, name)
        if before and before != known:
            shapes.append(before)
    today = {column.attname for column in apps.get_model(label)._meta.concrete_fields}
    found = dict.fromkeys(frozenset(shape & today) for shape in reversed(shapes))
    return tuple(shape for shape in found if shape != today)


def _added(operation: Any, name: str) -> set[str]:
    if inside := getattr(operation, "operations", None):  # many at once: core.migrating.CreateModels
        return {column for each in inside for column in _added(each, name)}
    if isinstance(operation, CreateModel) and operation.name_lower == name:
        return {_attname(each, column) for each, column in operation.fields}
    if isinstance(operation, AddField) and operation.model_name_lower == name:
        return {_attname(operation.name, operation.field)}
    return set()


def _attname(name: str, column: Any) -> str:
    return f"{name}_id" if column.many_to_one or column.one_to_one else name

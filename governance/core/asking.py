"""Many questions to the database in one statement, for pages that look at one thing from a dozen sides.

Whoever knows what a page will ask says so beforehand (`foretell`); whoever asks goes through `asked`, which answers from
what was read together, or asks by itself what nobody foretold. So what is told never depends on what was foretold, and
outside of one reading (see `governance.core.reading`) each question is asked when it is put: actions decide on what holds.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.timezone import is_naive, make_aware

from governance.core.reading import FORETOLD, kept

Question = tuple[str, str, str]
WIDEST = 90
"""Columns in one array."""


def foretell(questions: Iterable[QuerySet[Any]]) -> None:
    """Have the answers to several questions read in one statement: when the first is asked, with all foretold until then.

    Takes querysets over any models, of rows or of `values_list`, ordered and sliced as they like; what they prefetch is
    read when they are asked. Outside of one reading nothing is foretold.
    """
    known = kept(FORETOLD)
    if known is None:
        return
    for each in questions:
        with suppress(EmptyResultSet):
            key, compiler = _compiled(each)
            known.setdefault(key, compiler)


def asked(question: QuerySet[Any]) -> list[Any]:
    """Return the rows of a queryset: those read together with others, each time made anew, or else asked for now."""
    known = kept(FORETOLD)
    if not known:
        return list(question)
    try:
        key, compiler = _compiled(question)
    except EmptyResultSet:
        return []
    if key not in known:
        return list(question)
    if not isinstance(known[key], list):
        waiting = {each: found for each, found in known.items() if each[0] == key[0] and not isinstance(found, list)}
        known.update(_read(key[0], waiting))
    return _made(question, compiler, known[key])


def read(questions: Sequence[QuerySet[Any]]) -> list[list[Any]]:
    """Return the rows of several querysets, over any models, in one statement for all."""
    keys: list[tuple[Question, Any] | None] = []
    for each in questions:
        try:
            keys.append(_compiled(each))
        except EmptyResultSet:
            keys.append(None)
    wanted = dict(found for found in keys if found is not None)
    rows: dict[Question, list[list[Any]]] = {}
    for using in {key[0] for key in wanted}:
        rows |= _read(using, {key: compiler for key, compiler in wanted.items() if key[0] == using})
    return [_made(each, found[1], rows[found[0]]) if found else [] for each, found in zip(questions, keys, strict=True)]


def _compiled(question: QuerySet[Any]) -> tuple[Question, Any]:
    compiler = question.query.get_compiler(question.db)
    sql, params = compiler.as_sql(with_col_aliases=True)
    compiler.given = params
    return (question.db, sql, repr(params)), compiler


def _read(using: str, wanted: dict[Question, Any]) -> dict[Question, list[list[Any]]]:
    """Read each question as a branch of one `UNION ALL`, its number beside JSON arrays of its columns, some in each.

    Neither database takes more than a hundred or so arguments, and a row with what is joined to it may have more columns.
    A branch keeps the order of its question: neither database sorts a subquery's rows anew for a plain `UNION ALL`.
    """
    connection = connections[using]
    exact = connection.vendor == "postgresql"  # SQLite holds decimals as floats already
    array, whole = ("JSON_BUILD_ARRAY({})", "CAST({} AS TEXT)") if exact else ("JSON_ARRAY({})", "{}")
    as_text = (models.JSONField, models.DecimalField) if exact else (models.JSONField,)
    quote = connection.ops.quote_name
    branches: list[str] = []
    params: list[Any] = []
    for number, ((_, sql, _), compiler) in enumerate(wanted.items()):
        cells = [
            f"CAST({quote(name)} AS TEXT)" if isinstance(expression.output_field, as_text) else quote(name)
            for name, expression in zip(_names(compiler), (column[0] for column in compiler.select), strict=True)
        ]
        parts = [array.format(", ".join(cells[place : place + WIDEST])) for place in range(0, len(cells), WIDEST)]
        row = whole.format(array.format(", ".join(parts)))
        branches.append(f"SELECT {number}, {row} FROM ({sql}) {quote(f'q{number}')}")  # noqa: S608 — Django's own SQL
        params.extend(compiler.given)
    found: list[list[list[Any]]] = [[] for _ in wanted]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches), params)
        for number, cells in cursor.fetchall():
            found[number].append([cell for part in json.loads(cells) for cell in part])
    return dict(zip(wanted, found, strict=True))


def _names(compiler: Any) -> list[str]:
    """Return how a compiled question calls its columns: by their alias, or col1, col2 … for those without."""
    names, number = [], 1
    for _, _, alias in compiler.select:
        names.append(alias or f"col{number}")
        number += 0 if alias else 1
    return names


def _made(question: Any, compiler: Any, rows: list[list[Any]]) -> list[Any]:
    """Return what a queryset makes of its rows, by Django's own way from columns to objects."""
    fields = [column[0].output_field for column in compiler.select]
    told = [tuple(_cell(field, cell) for field, cell in zip(fields, row, strict=True)) for row in rows]
    answered: Any = question._chain()
    answered._query = _Answered(answered.query, compiler, told)  # the property would change what rows are made of
    found = list(answered._iterable_class(answered))
    if question._prefetch_related_lookups and found:
        prefetch_related_objects(found, *question._prefetch_related_lookups)
    return found


class _Answered:
    """A query whose rows are there already: all else is the query's own."""

    def __init__(self, query: Any, compiler: Any, rows: Sequence[tuple[Any, ...]]) -> None:
        """Hold the compiled query, and let it find the rows instead of asking for them."""
        self._query = query
        self._compiler = compiler
        compiler.execute_sql = lambda *args, **kwargs: [list(rows)]

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """Return the compiler that has its rows."""
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the query says of itself."""
        return getattr(self._query, name)


def _cell(field: Any, cell: Any) -> Any:
    """Return one cell of a JSON array as the driver would have given it, for the field's own converters."""
    if cell is None or not isinstance(cell, str):
        return cell
    if isinstance(field, models.DateTimeField):
        found = datetime.fromisoformat(cell)
        return make_aware(found, UTC) if is_naive(found) else found  # SQLite keeps UTC without saying so
    if isinstance(field, models.DateField):
        return date.fromisoformat(cell)
    if isinstance(field, models.TimeField):
        return time.fromisoformat(cell)
    if isinstance(field, models.DecimalField):
        return Decimal(cell)
    return cell

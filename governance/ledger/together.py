"""Rows of many models in one query: activity names a dozen kinds of thing on one page.

Each model's queryset becomes one branch of a `UNION ALL`, its columns one JSON array, and each array an object again.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast, JSONArray
from django.utils.timezone import is_naive, make_aware

AS_TEXT = (models.JSONField, models.DecimalField)  # which JSON itself would change: nested, or made a float


def read_together(wanted: Iterable[tuple[QuerySet[Any], Iterable[Any]]]) -> list[Any]:
    """Return the rows of querysets over different models, in one query for all, with only the fields named.

    Takes pairs of a queryset and its fields, the primary key among them; fields not named are read when asked for.
    The order is that of the database, each model once.
    """
    asked = [(found.order_by(), list(fields)) for found, fields in wanted]
    if not asked:
        return []
    branches = [
        found.annotate(which=Value(number, models.IntegerField()), cells=_cells(fields)).values_list("which", "cells")
        for number, (found, fields) in enumerate(asked)
    ]
    first, *others = branches
    using = first.db
    return [
        _row(asked[which][0].model, asked[which][1], cells, using)
        for which, cells in (first.union(*others, all=True) if others else first)
    ]


def named(wanted: Mapping[type[models.Model], set[Any]]) -> dict[type[models.Model], dict[Any, str]]:
    """Return the names of objects by model and key: one query for all, and one more for those named after others.

    Whole documents that some objects carry are not read.
    """
    found: dict[type[models.Model], dict[Any, Any]] = defaultdict(dict)
    for row in read_together((model._default_manager.filter(pk__in=ids), _light(model)) for model, ids in wanted.items() if ids):
        found[type(row)][row.pk] = row
    _link([row for rows in found.values() for row in rows.values()])
    return {model: {pk: str(row) for pk, row in rows.items()} for model, rows in found.items()}


def _link(rows: list[Any]) -> None:
    """Give rows the related objects that their names speak of, so that naming one asks the database nothing."""
    spoken = [(row, relation) for row in rows for relation in _spoken(type(row)) if getattr(row, relation.attname) is not None]
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for row, relation in spoken:
        wanted[relation.related_model].add(getattr(row, relation.attname))
    found = {
        (type(row), row.pk): row
        for row in read_together((model._default_manager.filter(pk__in=ids), _light(model)) for model, ids in wanted.items())
    }
    for row, relation in spoken:
        other = found.get((relation.related_model, getattr(row, relation.attname)))
        if other is not None:
            setattr(row, relation.name, other)


def _spoken(model: type[models.Model]) -> list[Any]:
    """Return the relations that a model's name reads. One it reads by a detour costs a query, and is right all the same."""
    read = getattr(getattr(model.__str__, "__code__", None), "co_names", ())
    return [field for field in model._meta.concrete_fields if field.is_relation and field.name in read]


def _light(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.JSONField)]


def _cells(fields: list[Any]) -> JSONArray:
    return JSONArray(
        *(Cast(field.attname, models.TextField()) if isinstance(field, AS_TEXT) else F(field.attname) for field in fields)
    )


def _row(model: type[models.Model], fields: list[Any], cells: list[Any], using: str) -> Any:
    values = dict(zip((field.attname for field in fields), map(_value, fields, cells), strict=True))
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(using, names, [values[name] for name in names])


def _value(field: Any, cell: Any) -> Any:
    """Return one cell of a JSON array as the field reads it from its column."""
    if cell is None:
        return None
    if isinstance(field, models.JSONField):
        return json.loads(cell, cls=field.decoder)
    if isinstance(field, models.DecimalField):
        return Decimal(cell).quantize(Decimal(1).scaleb(-field.decimal_places))
    value = field.to_python(cell)
    if isinstance(field, models.DateTimeField) and is_naive(value):
        value = make_aware(value, UTC)  # SQLite keeps UTC without saying so
    return value

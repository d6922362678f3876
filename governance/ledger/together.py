"""Rows of many models in one query: activity names a dozen kinds of thing on one page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from governance.core import asking


def read_together(wanted: Iterable[tuple[QuerySet[Any], Iterable[Any]]]) -> list[Any]:
    """Return the rows of querysets over different models, in one query for all, with only the fields named.

    Takes pairs of a queryset and its fields, the primary key among them; fields not named are read when asked for.
    The order is that of the database, each model once.
    """
    asked = [found.order_by().only(*(field.attname for field in fields)) for found, fields in wanted]
    return [row for rows in asking.read(asked) for row in rows]


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

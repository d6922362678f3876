"""Readable differences between history rows: field by field, in the words of the model."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Subquery

UNSPOKEN = {"id", "version", "created_at", "updated_at", "ref", "password"}
LONGEST = 400


@dataclass(frozen=True)
class FieldDiff:
    """One field that moved, with its label and both values as people read them."""

    label: str
    before: str
    after: str


def of_entries(bodies: Mapping[int, Mapping[str, Any]]) -> dict[int, Sequence[FieldDiff]]:
    """Return what changed by entry number, from the history rows that each entry binds."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for body in bodies.values():
        for reference in body["history"]:
            wanted[reference["model"]].add(reference["id"])
    rows: dict[tuple[str, int], Any] = {}
    before: dict[tuple[str, int], Any] = {}
    for label, ids in wanted.items():
        model = apps.get_model(label)
        for row in model._default_manager.filter(pk__in=ids):
            rows[label, row.pk] = row
        before |= _previous(label, model, [rows[label, pk] for pk in ids if (label, pk) in rows])
    names = _Names(rows.values(), before.values())
    return {
        seq: [
            difference
            for reference in body["history"]
            if (key := (reference["model"], reference["id"])) in rows and rows[key].history_type == "~"
            for difference in _compare(before.get(key), rows[key], names)
        ]
        for seq, body in bodies.items()
    }


def _previous(label: str, model: Any, rows: Sequence[Any]) -> dict[tuple[str, int], Any]:
    """Return for each history row the one before it of the same object, in two queries for all."""
    if not rows:
        return {}
    key = model.instance_type._meta.pk.attname
    earlier = model._default_manager.filter(**{key: OuterRef(key)}, pk__lt=OuterRef("pk")).order_by("-pk")
    links = dict(
        model._default_manager.filter(pk__in=[row.pk for row in rows])
        .annotate(earlier=Subquery(earlier.values("pk")[:1]))
        .values_list("pk", "earlier")
    )
    found = model._default_manager.in_bulk([pk for pk in links.values() if pk is not None])
    return {(label, pk): found[before] for pk, before in links.items() if before is not None}


def _compare(old: Any, new: Any, names: "_Names") -> list[FieldDiff]:
    if old is None:
        return []
    found = []
    for column in new.tracked_fields:
        if column.name in UNSPOKEN or column.name.endswith("digest"):
            continue
        was, now = getattr(old, column.attname), getattr(new, column.attname)
        if was != now:
            label = str(column.verbose_name).replace("_", " ")
            found.append(FieldDiff(label[:1].upper() + label[1:], names.say(column, was), names.say(column, now)))
    return found


def _light(model: type[models.Model], ids: set[Any]) -> Any:
    """Return objects for their names only, without the whole documents that some carry."""
    heavy = [f.name for f in model._meta.concrete_fields if isinstance(f, models.JSONField)]
    return model._default_manager.filter(pk__in=ids).defer(*heavy)


class _Names:
    """Says values as people read them; looks up related names with one query for each related model."""

    def __init__(self, *groups: Any) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for group in groups:
            for row in group:
                for column in row.tracked_fields:
                    value = getattr(row, column.attname)
                    if column.is_relation and value is not None:
                        wanted[column.related_model].add(value)
        self._known = {model: {obj.pk: str(obj) for obj in _light(model, ids)} for model, ids in wanted.items()}

    def say(self, column: Any, value: Any) -> str:
        """Return one value in words."""
        if value in (None, "", [], {}):
            return "nothing"
        if column.is_relation:
            return self._known[column.related_model].get(value, f"number {value}")
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(str(item) for item in value)[:LONGEST]
        if isinstance(value, dict):
            return ", ".join(f"{name}: {item}" for name, item in value.items())[:LONGEST]
        if hasattr(value, "strftime"):
            return f"{value:%-d %B %Y}" if not hasattr(value, "hour") else f"{value:%-d %B %Y, %H:%M} UTC"
        return str(value)[:LONGEST]

"""Readable differences between history rows: field by field, in the words of the model."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from governance.ledger.together import named, read_together

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
    rows = {(row._meta.label_lower, row.pk): row for row in read_together(_with_previous(*each) for each in wanted.items())}
    before = _previous(rows)
    names = _Names(rows.values())
    return {
        seq: [
            difference
            for reference in body["history"]
            if (key := (reference["model"], reference["id"])) in rows and rows[key].history_type == "~"
            for difference in _compare(before.get(key), rows[key], names)
        ]
        for seq, body in bodies.items()
    }


def _with_previous(label: str, ids: set[int]) -> tuple[QuerySet[Any], list[Any]]:
    """Return what to read of one model: history rows, with the one before each of the same object."""
    model: Any = apps.get_model(label)
    key = model.instance_type._meta.pk.attname
    earlier = model._default_manager.filter(**{key: OuterRef(key)}, pk__lt=OuterRef("pk")).order_by("-pk")
    links = model._default_manager.filter(pk__in=ids).order_by().values(earlier=Subquery(earlier.values("pk")[:1]))
    fields = {field.attname: model._meta.get_field(field.name) for field in model.tracked_fields}
    own = {name: model._meta.get_field(name) for name in (key, model._meta.pk.attname, "history_type")}
    return model._default_manager.filter(Q(pk__in=ids) | Q(pk__in=links)), list((fields | own).values())


def _previous(rows: Mapping[tuple[str, int], Any]) -> dict[tuple[str, int], Any]:
    """Return for each history row the one before it of the same object, where it was read."""
    newest: dict[tuple[str, Any], Any] = {}
    before = {}
    for (label, pk), row in sorted(rows.items()):
        thing = (label, getattr(row, row.instance_type._meta.pk.attname))
        if thing in newest:
            before[label, pk] = newest[thing]
        newest[thing] = row
    return before


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


class _Names:
    """Says values as people read them; looks up related names of all models together."""

    def __init__(self, rows: Iterable[Any]) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for column in row.tracked_fields:
                value = getattr(row, column.attname)
                if column.is_relation and value is not None:
                    wanted[column.related_model].add(value)
        self._known = named(wanted)

    def say(self, column: Any, value: Any) -> str:
        """Return one value in words."""
        if value in (None, "", [], {}):
            return "nothing"
        if column.is_relation:
            return self._known.get(column.related_model, {}).get(value, f"number {value}")
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

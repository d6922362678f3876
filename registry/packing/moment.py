"""Rows as they were at the checkpoint: what changed afterwards is taken from history, what was removed comes back.

A pack that is built again at the same checkpoint has to say the same, whatever happened in between.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet, prefetch_related_objects

from governance.ledger.models import Versioned

BATCH = 250
"""So many surfaces are read with one set of queries."""

M = TypeVar("M", bound=Versioned)


def batches(ids: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Yield ids in lists of at most `size`."""
    part: list[Any] = []
    for each in ids:
        part.append(each)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def as_of(rows: QuerySet[M], at: datetime, *, beside: Sequence[str] = (), removable: bool = False, **scope: Any) -> list[M]:
    """Return governed rows as they stood at a moment, by id.

    `scope` are lookups on the model's own columns that never change for a row. `beside` are relations that will be read.
    `removable`: rows of this model can be deleted, so those that were there then are looked for in history.
    """
    model: Any = rows.model
    if beside:
        rows = rows.select_related(*beside)
    now = {row.pk: row for row in rows.filter(**scope)}
    found = {pk: row for pk, row in now.items() if row.updated_at <= at}
    later = {pk for pk, row in now.items() if row.created_at <= at < row.updated_at}
    if removable:
        gone = model.history.filter(history_type="-", history_date__gt=at, **scope)
        later |= set(gone.values_list(model._meta.pk.attname, flat=True))
    if later:
        old = _before(model, later, at, now)
        if beside:
            prefetch_related_objects(old, *beside)
        found |= {row.pk: row for row in old}
    return [found[pk] for pk in sorted(found)]


def _before(model: Any, pks: Iterable[int], at: datetime, now: dict[int, Any]) -> list[Any]:
    """Return objects as their last history row up to a moment tells them; what history leaves out comes from today."""
    last: dict[int, Any] = {}
    key = model._meta.pk.attname
    for row in model.history.filter(**{f"{key}__in": list(pks)}, history_date__lte=at).order_by("history_date", "history_id"):
        last[getattr(row, key)] = row
    found = []
    for pk, row in last.items():
        if row.history_type == "-":
            continue
        columns = [column.attname for column in model._meta.concrete_fields]
        values = {name: getattr(row, name) for name in columns if hasattr(row, name)}
        if pk in now:
            values = {name: getattr(now[pk], name) for name in columns} | values
        made = model(**values)
        made._state.adding = False
        made._state.db = row._state.db
        found.append(made)
    return found

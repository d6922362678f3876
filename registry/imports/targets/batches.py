"""Writing many rows at once, with each row's history and entry: what all targets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from governance.ledger.journal import action, record


@action
def remove_many(objs: Sequence[Any], *, actor: Any, kind: str, batch: str) -> None:
    """Remove objects that an import made and nobody touched; their history and entries stay."""
    for obj in objs:
        record(kind, actor=actor, subject=obj, payload={"name": str(obj), "batch": batch})
    type(objs[0])._default_manager.filter(pk__in=[obj.pk for obj in objs]).delete()


def typed(obj: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return attribute values that were kept as JSON as the model's fields take them."""
    values: dict[str, Any] = {}
    for name, value in before.items():
        column = obj._meta.get_field(name)
        if column.is_relation:
            values[name] = column.related_model._base_manager.filter(pk=value).first() if value is not None else None
        else:
            values[name] = column.to_python(value)
    return values

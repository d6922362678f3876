"""The one way in which governed state moves: row, history row and entry together, against the version the writer saw."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.ledger import journal

M = TypeVar("M", bound=models.Model)


def create(
    obj: M,
    *,
    actor: Any,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    touches: tuple[Any, ...] = (),
    reason: str = "",
) -> M:
    """Store a new record and its entry. Raises Invalid for bad fields, Conflict for a broken constraint."""
    check(obj)
    obj._change_reason = reason or None  # type: ignore[attr-defined]
    _save(obj)
    journal.record(kind, actor=actor, subject=obj, payload=payload, personal=personal, touches=touches, reason=reason)
    return obj


def change(
    obj: M,
    *,
    actor: Any,
    kind: str,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
    expected: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    touches: tuple[Any, ...] = (),
    reason: str = "",
) -> M:
    """Change fields of a record. Raises StaleState when its version or an `expected` field differs from what was seen.

    The entry's payload says in `changed` which fields moved; the history row holds the values.
    """
    if expected_version is not None and obj.version != expected_version:  # type: ignore[attr-defined]
        raise stale(obj)
    for name, value in (expected or {}).items():
        allowed = value if isinstance(value, tuple | set | frozenset | list) else (value,)
        if getattr(obj, name) not in allowed:
            raise stale(obj)
    changed = sorted(name for name, value in changes.items() if getattr(obj, name) != value)
    before = journal.enclosing(obj)  # a surface that moves to another team concerns both
    for name in changed:
        setattr(obj, name, changes[name])
    check(obj, only=changed)
    obj._change_reason = reason or None  # type: ignore[attr-defined]
    _save(obj)
    told = {"changed": changed, **(payload or {})}
    told_of: dict[str, Any] = {"payload": told, "personal": personal, "touches": touches, "within": before}
    journal.record(kind, actor=actor, subject=obj, reason=reason, **told_of)
    return obj


def remove(
    obj: Any,
    *,
    actor: Any,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    touches: tuple[Any, ...] = (),
    reason: str = "",
) -> None:
    """Delete a record that may go; its history and its entries stay. Raises Conflict while others rely on it."""
    journal.record(kind, actor=actor, subject=obj, payload=payload, touches=touches, reason=reason)
    obj._change_reason = reason or None
    try:
        obj.delete()
    except (IntegrityError, models.ProtectedError) as error:
        raise Conflict(f"{obj} is still used elsewhere.", fix="Retire it instead, or remove what uses it.") from error


def create_many(
    objs: Iterable[M], *, actor: Any, kind: str, payload: Any = None, reason: str = "", batch_size: int = 500
) -> list[M]:
    """Store many new records of one model with their history rows and entries, in few statements.

    `payload(obj)` gives each entry's payload. Same checks and same results as `create` one by one.
    """
    rows = list(objs)
    if not rows:
        return rows
    for obj in rows:
        journal.require_open(obj)
        check(obj)
    model = type(rows[0])
    try:
        model._default_manager.bulk_create(rows, batch_size=batch_size)
    except IntegrityError as error:
        raise explain(error, rows[0]) from error
    _bulk_history(model, rows, reason)
    for obj in rows:
        journal.record(kind, actor=actor, subject=obj, payload=payload(obj) if payload else None, reason=reason)
    return rows


def _bulk_history(model: type[models.Model], rows: list[Any], reason: str) -> None:
    attribute = getattr(model._meta, "simple_history_manager_attribute", None)
    if attribute is None:
        return
    manager = getattr(model, attribute)
    made = manager.bulk_history_create(
        rows, 500, default_user=journal.acting_ref(), default_change_reason=reason or None, default_date=clock.now()
    )
    for obj, row in zip(rows, made, strict=True):
        type_, id_, _ = journal.identify(obj)
        journal.bind_history(type_, id_, row)


def stale(obj: Any) -> StaleState:
    """Return the error for a writer who saw an older state."""
    return StaleState(
        f"{obj} was changed by somebody else in the meantime.",
        fix="Reload it, look at what changed, and decide again. What you typed is kept.",
    )


def check(obj: models.Model, only: Iterable[str] | None = None) -> None:
    """Validate fields (all, or the named ones) and `clean()`. Raises Invalid with messages by field.

    Relations and uniqueness are left to the database, which guarantees them; `explain` turns its refusal into words.
    """
    exclude = {f.name for f in obj._meta.concrete_fields if f.is_relation or f.primary_key}
    if only is not None:
        exclude |= {f.name for f in obj._meta.concrete_fields} - set(only)
    missing = {
        f.name: ["This is needed."]
        for f in obj._meta.concrete_fields
        if f.is_relation and not f.null and getattr(obj, f.attname) is None
    }
    if missing:
        raise Invalid("Something needed is missing.", fields=missing)
    try:
        obj.clean_fields(exclude=exclude)
        obj.clean()
    except ValidationError as error:
        raise invalid(error) from error


def invalid(error: ValidationError) -> Invalid:
    """Turn Django's validation error into ours."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    first = next(iter(fields.values()))[0]
    return Invalid(first if len(fields) == 1 else "Some fields need another look.", fields=fields)


def _save(obj: models.Model) -> None:
    try:
        obj.save()
    except IntegrityError as error:
        raise explain(error, obj) from error


def explain(error: IntegrityError, obj: models.Model) -> Conflict:
    """Turn a refused constraint into the words that the model gave it."""
    text = str(error)
    for constraint in obj._meta.constraints:
        names: Any = (obj._meta.get_field(name) for name in getattr(constraint, "fields", ()))
        columns = ", ".join(f"{obj._meta.db_table}.{each.column}" for each in names)
        if constraint.name in text or (columns and text.endswith(f": {columns}")):
            code = constraint.violation_error_code or "conflict"
            return Conflict(str(constraint.get_violation_error_message()), code=code)
    for f in obj._meta.concrete_fields:
        if f.unique and re.search(rf"\b{re.escape(obj._meta.db_table)}(\.|_){re.escape(f.column)}(\b|_)", text):
            name = str(f.verbose_name)
            return Conflict(f"There is already one with this {name}.", fix=f"Choose another {name}.", fields={f.name: ["Taken."]})
    return Conflict(text.strip().splitlines()[0] if text else "The database refused this.", code="refused")

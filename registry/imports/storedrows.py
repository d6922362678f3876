"""Rows between preview and commit: kept as JSON, read back as they were converted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from registry.imports.models import ImportRow


def mapped(row: ImportRow, fields: Mapping[str, TargetField]) -> MappedRow:
    """Return a stored row as it was converted: dates are dates again, numbers numbers."""
    held = row.values
    values = {key: _typed(value, fields.get(key)) for key, value in held["values"].items()}
    return MappedRow(row.number, values, dict(held["extra"]))


def _typed(value: Any, field: TargetField | None) -> Any:
    if value is None or field is None:
        return value
    if field.kind == Kind.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if field.kind == Kind.NUMBER else value


def cells_of(row: ImportRow, headers: Sequence[str], mapping: Mapping[str, Any]) -> list[str]:
    """Return a row's cells as far as they can be told from its values, for the file of refused rows."""
    known = dict(row.values["extra"])
    for key, chosen in mapping.get("fields", {}).items():
        value = row.values["values"].get(key)
        columns = chosen.get("columns", [])
        if columns and value not in (None, "", []):
            text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
            known.setdefault(columns[0], text)
    return [known.get(header, "") for header in headers]


def mark(rows: Iterable[ImportRow]) -> None:
    """Note what rows became, in one prepared statement: Django's bulk update would cost more than the rows themselves."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    values = [(row.fate, row.subject_id, row.subject_key, row.applied_version, json.dumps(row.before), row.pk) for row in rows]
    if not values:
        return
    before = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    statement = (
        f"UPDATE {table} SET fate = %s, subject_id = %s, subject_key = %s, applied_version = %s, before = {before} "  # noqa: S608
        "WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)

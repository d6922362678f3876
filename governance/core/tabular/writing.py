"""Writing a table in the format that was asked for, as a stream of bytes for a streaming response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Invalid
from governance.core.tabular.csvwriter import write_csv
from governance.core.tabular.jsonwriter import write_json
from governance.core.tabular.xlsxwriter import write_xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """A file format, with what an HTTP response says about it."""

    key: str
    label: str
    content_type: str


FORMATS = {
    "csv": Format("csv", "CSV", "text/csv; charset=utf-8"),
    "xlsx": Format("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": Format("json", "JSON", "application/json"),
}


def write(format_key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Export") -> Iterator[bytes]:
    """Write rows of values in the order of the columns. Rows are taken one by one: an iterator stays lazy."""
    if format_key == "csv":
        return write_csv(columns, rows)
    if format_key == "xlsx":
        return write_xlsx(columns, rows, title=title)
    if format_key == "json":
        return write_json(columns, rows)
    raise Invalid(f"There is no export format {format_key!r}.", fix="Use csv, xlsx or json.", code="unknown-format")

"""A table of observations (CSV, XLSX) as items: columns by their names, each refused row with its number and why."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular.opening import open_source
from governance.core.tabular.problems import Level, Problem
from governance.core.tabular.refused import Refused, added_columns, write_refused
from governance.core.tabular.source import Source
from registry.usage.ways.items import KNOWN

MOST_ROWS = 50_000
MEND = "Correct it, and hand these rows in again."
SAME = {
    "time": "at",
    "timestamp": "at",
    "id": "key",
    "trace": "trace_id",
    "span": "span_id",
    "vendor": "provider",
    "input_tokens": "tokens_in",
    "output_tokens": "tokens_out",
    "cached_tokens": "tokens_cached",
    "cost": "cost_usd",
    "classes": "data_classes",
    "application": "service",
}
"""Other names under which columns are found."""


@dataclass
class Sheet:
    """A table that was read: its headers, and the rows with their numbers, cells and the item that each says."""

    headers: list[str]
    rows: list[tuple[int, list[str], dict[str, Any]]]

    def refused(self, reasons: dict[int, tuple[str, str]]) -> str:
        """Return the refused rows as CSV, by place: the row as it was sent, its number, and why."""
        rows = (
            Refused(self.rows[place][0], self.rows[place][1], (Problem(Level.REFUSE, message, MEND),))
            for place, (_, message) in sorted(reasons.items())
        )
        return b"".join(write_refused("csv", self.headers, rows)).decode("utf-8-sig")


def read(file: bytes, file_name: str) -> Sheet:
    """Read a table. Raises Invalid where it has no column for the moment or one that means nothing, TooLarge beyond a limit."""
    source = open_source(io.BytesIO(file), name=file_name)
    columns = _columns(source)
    rows = list(_rows(source, columns))
    return Sheet(list(source.headers), rows)


def _columns(source: Source) -> dict[int, str]:
    headers = source.headers
    added = added_columns(headers)
    kept = headers[: len(headers) - len(added)]
    found: dict[int, str] = {}
    for place, header in enumerate(kept):
        plain = header.strip().lower().replace(" ", "_").replace("-", "_")
        key = SAME.get(plain, plain)
        if key not in KNOWN:
            raise Invalid(
                f"There is no field {header[:60]!r}.",
                fix=f"Name columns {', '.join(sorted(KNOWN))}, and leave out the others.",
                fields={"file": [f"The column {header[:60]!r} means nothing here."]},
            )
        if key in found.values():
            raise Invalid(f"Two columns say {key}.", fix="Keep one of them.", fields={"file": [f"Two columns say {key}."]})
        found[place] = key
    if "at" not in found.values():
        message = "No column says when: name one `at`."
        raise Invalid(message, fix="The first row must hold the names of the columns.", fields={"file": [message]})
    return found


def _rows(source: Source, columns: dict[int, str]) -> Iterator[tuple[int, list[str], dict[str, Any]]]:
    for count, row in enumerate(source.rows()):
        if count >= MOST_ROWS:
            raise TooLarge(f"The table has more than {MOST_ROWS:,} rows.", fix="Hand it in in parts.")
        cells = [*row.cells, *[""] * (max(columns, default=0) + 1 - len(row.cells))]
        yield row.number, row.cells, {key: cells[place] for place, key in columns.items() if cells[place]}

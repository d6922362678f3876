"""A table that was opened: how it is read, its columns, and its rows with the numbers that a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, Protocol

from governance.core.errors import Invalid
from governance.core.tabular import heading
from governance.core.tabular.cleaning import clean
from governance.core.tabular.columns import Column, Scan, scan
from governance.core.tabular.encoding import Encoding
from governance.core.tabular.headers import repeated, unique_headers, unnamed
from governance.core.tabular.limits import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file; what is None is found out. As JSON it is kept in a profile."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    escape: str | None = None
    sheet: str | None = None
    header_row: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Only what was chosen or found."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Options:
        """Read what `to_json` wrote. Raises Invalid on an unknown setting."""
        unknown = set(data) - {each.name for each in fields(cls)}
        if unknown:
            raise Invalid(f"Unknown reading options: {', '.join(sorted(unknown))}.", fix="Remove them.")
        return cls(**data)

    def with_found(self, **found: Any) -> Options:
        """These options with what was found out."""
        return replace(self, **found)


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it, its cleaned cells, and what cleaning changed by column index."""

    number: int
    cells: list[str]
    notes: dict[int, tuple[str, ...]] = {}


class Table(Protocol):
    """What a reader of one format gives: raw records in order, numbered from 1, blank ones included or skipped."""

    @property
    def options(self) -> Options:
        """How the file is read, with all that was found out."""
        ...

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of a text file; None for a workbook."""
        ...

    @property
    def sheets(self) -> Sequence[str]:
        """The sheets to choose from; empty for text files."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """What is worth saying about the file as a whole."""
        ...

    def records(self) -> Iterator[tuple[int, Sequence[str]]]:
        """All records, from the top; can be asked for again."""
        ...


@dataclass
class Source:
    """A file opened as a table. `rows()` streams and can be called again; `columns` reads the whole file once."""

    table: Table
    name: str = ""
    limits: Limits = LIMITS
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.warnings.extend(self.table.warnings)
        found = heading.find(list(islice(self.table.records(), heading.LOOK)), self.table.options.header_row)
        self.warnings.extend(found.warnings)
        self.options = self.table.options.with_found(header_row=found.row)
        self.raw_headers = list(found.headers)
        self.preamble = found.above

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of a text file; None for XLSX."""
        return self.table.encoding

    @property
    def sheets(self) -> Sequence[str]:
        """The sheets to choose from; empty for text files."""
        return self.table.sheets

    def rows(self) -> Iterator[Row]:
        """All rows under the headers. Blank rows and repeated headers are skipped; the scan counts them."""
        for row in self._all():
            if row is not None:
                yield row

    def _all(self) -> Iterator[Row | None]:
        """Rows, with None for each that is blank or repeats the headers."""
        header = [clean(cell).text for cell in self.raw_headers]
        below, count, limits = self.options.header_row or 0, 0, self.limits
        for number, raw in self.table.records():
            if number <= below:
                continue
            row = _row(number, raw, limits)
            if not row.cells or (row.cells == header and below):
                yield None
                continue
            count += 1
            limits.check_rows(count)
            yield row

    @cached_property
    def scan(self) -> Scan:
        """One pass over the whole file: counts, columns and what their values look like."""
        names = unique_headers(self.raw_headers) if self.options.header_row else []
        return scan(self._all(), names, repeated(self.raw_headers) if self.options.header_row else {})

    @property
    def columns(self) -> list[Column]:
        """All columns, also those that stand only in rows longer than the header."""
        return self.scan.columns

    @property
    def headers(self) -> list[str]:
        """The columns' names, each different."""
        return [column.name for column in self.columns]

    def name_of(self, index: int) -> str:
        """The name of a column by its position."""
        columns = self.columns
        return columns[index].name if index < len(columns) else unnamed(index)

    def describe(self) -> dict[str, Any]:
        """Everything that a page shows about the file, as JSON."""
        return {
            "name": self.name,
            "options": self.options.to_json(),
            "encoding": self.encoding.label if self.encoding else "",
            "encoding_reason": self.encoding.reason if self.encoding else "",
            "encoding_samples": list(self.encoding.samples) if self.encoding else [],
            "sheets": list(self.sheets),
            "preamble": self.preamble,
            "rows": self.scan.rows,
            "skipped": self.scan.skipped,
            "columns": [column.describe() for column in self.columns],
            "warnings": [*self.warnings, *self.scan.warnings],
        }


def _row(number: int, raw: Sequence[str], limits: Limits) -> Row:
    """Clean a record; empty cells at its end are not part of it."""
    width = len(raw)
    while width and not raw[width - 1]:
        width -= 1
    limits.check_columns(width, number)
    cells: list[str] = []
    notes: dict[int, tuple[str, ...]] = {}
    for index in range(width):
        value = raw[index]
        if len(value) > limits.cell:
            limits.check_cell(len(value), number, index + 1)
        text, changed = clean(value)
        if changed:
            notes[index] = changed
        cells.append(text)
    while cells and not cells[-1]:
        cells.pop()
    return Row(number, cells, notes)

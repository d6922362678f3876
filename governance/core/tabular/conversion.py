"""Turning a row's cells into field values by a mapping. What has no field, or does not convert, is kept as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from governance.core.tabular import dateorder, readers
from governance.core.tabular.columns import Column
from governance.core.tabular.dates import Order
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.mapping import FieldMapping, Mapping
from governance.core.tabular.problems import Level, Problem
from governance.core.tabular.source import Row, Source


@dataclass
class MappedRow:
    """One row as fields: `values` by field key, `extra` by column name, and what must be said about it."""

    number: int
    values: dict[str, Any]
    extra: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether a problem keeps the row out."""
        return any(problem.level == Level.REFUSE for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """The row as JSON; dates in ISO form, numbers as text."""
        plain = {key: _plain(value) for key, value in self.values.items()}
        problems = [problem.to_json() for problem in self.problems]
        return {"number": self.number, "values": plain, "extra": self.extra, "problems": problems}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


class Converter:
    """Converts a source's rows by a mapping. Built once for a file; evidence about whole columns is weighed here."""

    def __init__(self, source: Source, mapping: Mapping, targets: Sequence[TargetField]) -> None:
        self.source = source
        columns = {column.name: column for column in source.columns}
        order = _file_order(columns, mapping, targets)
        self.warnings: list[str] = []
        self._fields: list[_FieldConverter] = []
        for target in targets:
            chosen = mapping.fields.get(target.key)
            if chosen and (chosen.columns or chosen.default):
                used = [columns[name] for name in chosen.columns if name in columns]
                converter = _FieldConverter(target, chosen, used, order, mapping.fiscal_month)
                self._fields.append(converter)
                self.warnings.extend(converter.warnings)
        self._extras = [(columns[name].index, name) for name in mapping.extras(columns)]
        self._names = [column.name for column in source.columns]

    def rows(self) -> Iterator[MappedRow]:
        """All rows of the file, in order."""
        for row in self.source.rows():
            yield self.convert(row)

    def convert(self, row: Row) -> MappedRow:
        """One row; values that did not convert stand in `extra` under their column's name."""
        cells, width = row.cells, len(row.cells)
        mapped = MappedRow(row.number, {})
        for index, name in self._extras:
            if index < width and cells[index]:
                mapped.extra[name] = cells[index]
        for converter in self._fields:
            converter.fill(mapped, cells)
        for index, changed in row.notes.items():
            name = self._names[index]
            mapped.problems.extend(Problem(Level.NOTE, f"{name}: {note}.", column=name) for note in changed)
        return mapped


def _file_order(columns: dict[str, Column], mapping: Mapping, targets: Sequence[TargetField]) -> Order | None:
    """The order that all date columns of the file together prove: one file is rarely written in two ways."""
    names = {target.key for target in targets if target.kind == Kind.DATE}
    mapped = [name for key in names if key in mapping.fields for name in mapping.fields[key].columns]
    dated = [column for column in columns.values() if column.kind == Kind.DATE or column.name in mapped]
    return dateorder.evidence(value for column in dated for value in column.values).order


class _FieldConverter:
    """Fills one field; answers for values that were seen before come from memory."""

    def __init__(
        self,
        target: TargetField,
        chosen: FieldMapping,
        columns: list[Column],
        file_order: Order | None,
        fiscal_month: int,
    ) -> None:
        self.target, self.chosen, self.columns = target, chosen, columns
        self.warnings: list[str] = []
        values = [value for column in columns for value in column.values]
        order = Order(chosen.date_order) if chosen.date_order else self._order(values, file_order)
        self._read = readers.reader_for(target, chosen, values, order=order, fiscal_month=fiscal_month)
        self._seen: dict[str, readers.Reading] = {}

    def _order(self, values: list[str], file_order: Order | None) -> Order | None:
        if self.target.kind != Kind.DATE:
            return None
        found = dateorder.evidence(values)
        if found.order or not file_order:
            if found.sentence:
                self.warnings.append(f"{self.target.label}: {found.sentence}")
            return found.order
        if found.either:
            self.warnings.append(f"{self.target.label}: the {file_order} is read first, as in the file's other dates.")
        return file_order

    def fill(self, mapped: MappedRow, cells: list[str]) -> None:
        """Set the field's value in a row, with its problems."""
        raw = self._raw(cells)
        reading = self._seen.get(raw)
        if reading is None:
            reading = self._read(raw)
            if len(self._seen) < 20_000:
                self._seen[raw] = reading
        mapped.values[self.target.key] = reading.value
        if reading.problems:
            mapped.problems.extend(reading.problems)
        if reading.keep:
            for column in self.columns:
                if column.index < len(cells) and cells[column.index]:
                    mapped.extra[column.name] = cells[column.index]

    def _raw(self, cells: list[str]) -> str:
        width = len(cells)
        if len(self.columns) == 1:
            index = self.columns[0].index
            return cells[index] if index < width else ""
        pieces = [(column.name, cells[column.index]) for column in self.columns if column.index < width and cells[column.index]]
        return readers.join(pieces, self.chosen.join)

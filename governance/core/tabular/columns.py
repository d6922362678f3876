"""What one pass over a file learns about its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from governance.core.tabular.blanks import is_blank
from governance.core.tabular.headers import unnamed
from governance.core.tabular.kinds import Kind, guess

if TYPE_CHECKING:
    from governance.core.tabular.source import Row

# Evidence about a column is taken from this many different values; counts of filled cells are exact.
DISTINCT = 2_000
SAMPLES = 5
WORDS = 60
LONGEST_WORD = 250


@dataclass
class Column:
    """A column: its name, its place, and what its values look like. `context` names the question it belongs to."""

    name: str
    index: int
    context: str = ""
    rows: int = 0
    filled: int = 0
    blank_words: int = 0
    longest: int = 0
    values: Counter[str] = field(default_factory=Counter, repr=False)
    more_values: bool = False
    kind: Kind = Kind.TEXT

    @property
    def fill(self) -> float:
        """The share of rows with a real value; 'N/A' and the like do not count."""
        return (self.filled - self.blank_words) / self.rows if self.rows else 0.0

    @property
    def unique(self) -> float:
        """The share of different values among the filled ones, as far as they were told apart."""
        seen = sum(self.values.values())
        return len(self.values) / seen if seen else 0.0

    @property
    def samples(self) -> list[str]:
        """A few different values: the common ones where values repeat, else the first."""
        return [value for value, _ in self.values.most_common(SAMPLES)]

    @property
    def words(self) -> list[list[Any]]:
        """All its values with their numbers, where they are few and short enough to be given a meaning one by one."""
        if self.more_values or len(self.values) > WORDS or self.longest > LONGEST_WORD:
            return []
        return [[value, count] for value, count in self.values.most_common()]

    def describe(self) -> dict[str, Any]:
        """The column as JSON, with samples short enough for a page."""
        return {
            "name": self.name,
            "index": self.index,
            "context": self.context,
            "filled": self.filled,
            "fill": round(self.fill, 4),
            "distinct": len(self.values),
            "more_values": self.more_values,
            "longest": self.longest,
            "kind": self.kind.value,
            "values": self.words,
            "samples": [sample if len(sample) <= 160 else sample[:159] + "…" for sample in self.samples],
        }


@dataclass
class Scan:
    """The columns, the number of rows, the number of blank rows and repeated headers, and what is worth saying."""

    columns: list[Column]
    rows: int
    skipped: int
    warnings: list[str]


def scan(rows: Iterable[Row | None], names: Sequence[str], contexts: Mapping[int, str]) -> Scan:
    """Read all rows once. Columns beyond the headers get a name, so that their values are not lost."""
    columns = [Column(name, index, contexts.get(index, "")) for index, name in enumerate(names)]
    count = skipped = long_rows = noted = 0
    for row in rows:
        if row is None:
            skipped += 1
            continue
        count += 1
        noted += bool(row.notes)
        if len(row.cells) > len(columns):
            long_rows += bool(names)
            columns.extend(_more(columns, len(row.cells)))
        _take(columns, row.cells)
    for column in columns:
        column.rows = count
        column.kind = guess(column.values, column.longest)
    return Scan(columns, count, skipped, _warnings(skipped, long_rows, noted, len(names)))


def _more(columns: list[Column], width: int) -> list[Column]:
    taken = {column.name.casefold() for column in columns}
    extra = []
    for index in range(len(columns), width):
        name = unnamed(index)
        while name.casefold() in taken:
            name += " (no header)"
        extra.append(Column(name, index))
    return extra


def _take(columns: list[Column], cells: list[str]) -> None:
    for column, cell in zip(columns, cells, strict=False):
        if not cell:
            continue
        column.filled += 1
        if len(cell) > column.longest:
            column.longest = len(cell)
        if cell in column.values:
            column.values[cell] += 1
        elif is_blank(cell):
            column.blank_words += 1
        elif len(column.values) < DISTINCT:
            column.values[cell] = 1
        else:
            column.more_values = True


def _warnings(skipped: int, long_rows: int, noted: int, width: int) -> list[str]:
    warnings = []
    if skipped:
        warnings.append(f"{_count(skipped, 'row')} skipped: blank, or the headers again.")
    if long_rows:
        warnings.append(
            f"{_count(long_rows, 'row')} longer than the {width} headers; "
            "what is beyond is kept in columns named by their letter."
        )
    if noted:
        warnings.append(f"Unusual characters in {_count(noted, 'row')}; each is named with its row.")
    return warnings


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""A sheet as what stands where: texts by row and column (both from 1), merged ranges, and the words a cell allows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from governance.core.tabular.headers import letter

MAX_MERGES = 100_000
TALL = 500
"""Merged ranges of more rows than this are looked through one by one; the others lie by row."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Range:
    """A block of cells, its corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def place(address: str) -> tuple[int, int] | None:
    """Return row and column of an address such as D12 or $D$12, or None where it is none."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        return None
    column = 0
    for each in found[1].upper():
        column = column * 26 + ord(each) - 64
    row = int(found[2])
    return (row, column) if 0 < row <= LAST_ROW and column <= LAST_COLUMN else None


def address(row: int, column: int) -> str:
    """Return D12 for (12, 4)."""
    return f"{letter(column - 1)}{row}"


def block(said: str) -> Range | None:
    """Return the range that A1:C3 or A1 names, or None."""
    first, _, last = said.strip().partition(":")
    begin, end = place(first), place(last or first)
    if begin is None or end is None:
        return None
    return Range(min(begin[0], end[0]), min(begin[1], end[1]), max(begin[0], end[0]), max(begin[1], end[1]))


@dataclass
class Grid:
    """One sheet. `rows` holds cells that are not empty; `computed` the cells that hold a formula."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    computed: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    lists: list[tuple[Range, tuple[str, ...]]] = field(default_factory=list)
    hidden: bool = False

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell; nothing for an empty one."""
        return self.rows.get(row, {}).get(column, "")

    @cached_property
    def _by_row(self) -> tuple[Mapping[int, list[Range]], list[Range]]:
        near: dict[int, list[Range]] = {}
        tall: list[Range] = []
        for each in self.merged[:MAX_MERGES]:
            if each.bottom - each.top >= TALL:
                tall.append(each)
                continue
            for row in range(each.top, each.bottom + 1):
                near.setdefault(row, []).append(each)
        return near, tall

    def range_of(self, row: int, column: int) -> Range | None:
        """Return the merged range that a cell lies in, if there is one."""
        near, tall = self._by_row
        for each in near.get(row, []):
            if each.holds(row, column):
                return each
        return next((each for each in tall if each.holds(row, column)), None)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """Return the cell that holds what a cell shows: the first of its merged range, or itself."""
        found = self.range_of(row, column)
        return (found.top, found.left) if found else (row, column)

    def choices(self, row: int, column: int) -> tuple[str, ...]:
        """Return the words that a cell's drop-down list allows; nothing where it allows anything."""
        return next((words for each, words in self.lists if each.holds(row, column)), ())

    @property
    def width(self) -> int:
        """The last column that holds something."""
        return max((max(cells) for cells in self.rows.values() if cells), default=0)


@dataclass(frozen=True, slots=True)
class Fill:
    """What goes into one cell of one sheet."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A file with its answers: its bytes, and what is worth knowing about it before it is sent."""

    data: bytes
    notes: tuple[str, ...] = ()


def by_sheet(fills: Iterable[Fill]) -> dict[str, dict[tuple[int, int], str]]:
    """Return sheet -> cell -> text."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    for each in fills:
        found.setdefault(each.sheet, {})[each.row, each.column] = each.text
    return found

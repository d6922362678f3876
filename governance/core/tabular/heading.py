"""Which row holds the headers. Titles and notes often stand above it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from governance.core.errors import Invalid
from governance.core.tabular.cleaning import clean

LOOK = 60
_DATA = re.compile(r"[-+$€£(]?[\d.,]*\d[\d.,%)]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\S+@\S+\.\S+|https?://\S+")


class Heading(NamedTuple):
    """The header row's number (0 when the file has none), its cells, what stands above it, and what to say about it."""

    row: int
    headers: Sequence[str]
    above: list[str]
    warnings: list[str]


def find(top: Sequence[tuple[int, Sequence[str]]], chosen: int | None) -> Heading:
    """Find the header row among the first records, or take the chosen one."""
    filled = [(number, cells, sum(1 for cell in cells if cell.strip())) for number, cells in top]
    filled = [entry for entry in filled if entry[2]]
    if not filled:
        raise Invalid("The file holds no rows.", fix="Check that it is the right file and, in a workbook, the right sheet.")
    if chosen == 0:
        return Heading(0, [], [], [])
    if chosen is not None:
        return _chosen(filled, chosen)
    # A title is much narrower than the table below it; the first row of the table's width is its header.
    typical = statistics.median(count for _, _, count in filled[:30])
    widest = max(count for _, _, count in filled[:30])
    need = 1 if widest < 2 else max(2, 0.6 * typical)
    number, cells, _ = next((entry for entry in filled if entry[2] >= need), filled[0])
    return _heading(filled, number, cells)


def _chosen(filled: list[tuple[int, Sequence[str], int]], chosen: int) -> Heading:
    for number, cells, _ in filled:
        if number == chosen:
            return _heading(filled, number, cells)
    raise Invalid(
        f"Row {chosen:,} cannot be the header row: it is empty or lies below row {LOOK}.",
        fix="Choose the row in which the names of the columns stand.",
    )


def _heading(filled: list[tuple[int, Sequence[str], int]], number: int, cells: Sequence[str]) -> Heading:
    above = [" · ".join(clean(cell).text for cell in row if cell.strip()) for n, row, _ in filled if n < number]
    warnings = []
    if above:
        warnings.append(f"Row {number} is taken for the headers; what stands above it is not read as rows.")
    given = [cell.strip() for cell in cells if cell.strip()]
    if len(given) > 1 and sum(1 for cell in given if _DATA.fullmatch(cell)) > len(given) / 2:
        warnings.append(f"Row {number} looks like data rather than headers. If the file has no headers, say so.")
    return Heading(number, cells, above, warnings)

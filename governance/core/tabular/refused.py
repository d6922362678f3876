"""The file of refused rows: what was sent, and beside it why it was refused and what to do.

It is corrected in a spreadsheet and uploaded again; the three added columns are then ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from governance.core.tabular.headers import unique_headers
from governance.core.tabular.problems import Level, Problem
from governance.core.tabular.writing import write

ADDED = ("Row", "Problem", "What to do")


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused row: its number in the file, its cells as they were read, and its problems."""

    number: int
    cells: Sequence[str]
    problems: Sequence[Problem] = field(default=())


def write_refused(format_key: str, headers: Sequence[str], rows: Iterable[Refused]) -> Iterator[bytes]:
    """The refused rows in the original columns, with the row's number, the problem and what to do at the end."""
    columns = unique_headers([*headers, *ADDED])
    width = len(headers)
    return write(format_key, columns, (_cells(row, width) for row in rows), title="Refused rows")


def _cells(row: Refused, width: int) -> list[str | int]:
    reasons = [problem for problem in row.problems if problem.level == Level.REFUSE] or list(row.problems)
    cells: list[str | int] = [*row.cells[:width], *[""] * (width - len(row.cells))]
    fixes = dict.fromkeys(problem.fix for problem in reasons if problem.fix)
    return [*cells, row.number, "\n".join(dict.fromkeys(problem.message for problem in reasons)), "\n".join(fixes)]


def added_columns(headers: Sequence[str]) -> list[str]:
    """The columns at the end of a file that this module added to it; [] when it did not."""
    last = list(headers[-len(ADDED) :])
    bare = [header.rsplit(" (", 1)[0] for header in last]
    return last if bare == list(ADDED) else []

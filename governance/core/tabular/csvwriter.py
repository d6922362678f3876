"""Writing CSV as a stream: UTF-8 with a mark, texts in quotes, numbers bare, no formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from governance.core.tabular.cells import flat
from governance.core.tabular.formulas import neutralise

ROWS_A_CHUNK = 250
#: Excel takes a CSV without this mark for the machine's own encoding.
MARK = b"\xef\xbb\xbf"


def write_csv(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, delimiter: str = ",", mark: bool = True
) -> Iterator[bytes]:
    """The table in chunks of bytes.

    Every text is quoted, also where CSV would not need it: a program that splits at another delimiter would else find
    a formula after it.
    """
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([neutralise(column) for column in columns])
    first = MARK if mark else b""
    for row in rows:
        writer.writerow([neutralise(cell) if type(cell) is str else _cell(cell) for cell in row])
        if len(lines) >= ROWS_A_CHUNK:
            yield first + "".join(lines).encode("utf-8", "replace")
            first = b""
            lines.clear()
    if lines:
        yield first + "".join(lines).encode("utf-8", "replace")


class _Lines:
    """What the csv module writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(value: Any) -> Any:
    plain = flat(value)
    return neutralise(plain) if isinstance(plain, str) else plain

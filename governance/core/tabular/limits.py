"""How much of a file is read before it is refused."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from governance.core.errors import TooLarge

MEGABYTE = 1024 * 1024

# The csv module keeps one limit for the whole process; 131,072 characters would refuse texts that we accept, and the
# limit of a file (`Limits.cell`) is checked by us, with the row and column in the message.
csv.field_size_limit(32 * MEGABYTE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold. Passing a limit refuses the file; nothing is cut to fit."""

    bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    rows: int = 100_000
    columns: int = 1_000
    cell: int = 1_000_000

    def check_bytes(self, size: int) -> None:
        if size > self.bytes:
            raise TooLarge(
                f"The file has {size / MEGABYTE:,.1f} MB; {self.bytes / MEGABYTE:,.0f} MB can be read.",
                fix="Split it into several files and import them one after the other.",
                code="file-too-large",
            )

    def check_rows(self, count: int) -> None:
        if count > self.rows:
            raise TooLarge(
                f"The file has more than {self.rows:,} rows.",
                fix="Split it into several files and import them one after the other.",
                code="too-many-rows",
            )

    def check_columns(self, count: int, row: int) -> None:
        if count > self.columns:
            raise TooLarge(
                f"Row {row:,} has {count:,} columns; {self.columns:,} can be read.",
                fix="Remove the columns that are not needed, or check that the delimiter is right.",
                code="too-many-columns",
            )

    def check_cell(self, length: int, row: int, column: int) -> None:
        if length > self.cell:
            raise TooLarge(
                f"Row {row:,}, column {column:,} holds {length:,} characters; {self.cell:,} can be read.",
                fix="Shorten it. If the row looks normal, a quotation mark before it is opened and never closed.",
                code="cell-too-long",
            )


LIMITS = Limits()

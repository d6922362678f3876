"""Reading workbooks: one sheet, values as they were last calculated, dates and numbers as plain text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular import xlsxguard
from governance.core.tabular.encoding import Encoding
from governance.core.tabular.limits import Limits
from governance.core.tabular.source import Options

_SAVE = "Open it in a spreadsheet program, save it as XLSX or CSV, and upload that."
_BROKEN = (
    ParseError,
    BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
)
# A sheet whose formatting reaches to its last row has a million empty records; no table has a gap this long.
MAX_GAP = 20_000
KEEP_CELLS = 1_000_000


@dataclass
class XlsxTable:
    """One sheet of a workbook in memory."""

    data: bytes
    options: Options
    limits: Limits
    encoding: Encoding | None = None
    sheets: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list)
    _kept: list[tuple[int, Sequence[str]]] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        with xlsxguard.checked(self.data, self.limits) as archive:
            with self._workbook() as book:
                visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
                self.sheets = visible or [sheet.title for sheet in book.worksheets]
                part = self._choose(book)
            self._warn_of_formulas(archive, part)

    def _workbook(self) -> _Workbook:
        return _Workbook(self.data)

    def _choose(self, book: Any) -> str:
        """Set the sheet (the chosen one, else the first visible one with a table) and return its part's name."""
        titles = [sheet.title for sheet in book.worksheets]
        if not titles:
            raise Invalid("The workbook holds no sheet with cells.", fix="Check that it is the right file.")
        if self.options.sheet is not None and self.options.sheet not in titles:
            raise Invalid(f"The workbook has no sheet {self.options.sheet!r}.", fix=f"Choose one of: {', '.join(titles)}.")
        title = self.options.sheet or next((name for name in self.sheets if _has_table(book[name])), self.sheets[0])
        self.options = self.options.with_found(sheet=title)
        if len(self.sheets) > 1 and len(titles) > 1:
            others = len(titles) - 1
            self.warnings.append(f"Sheet “{title}” is read; {others} other {'sheet is' if others == 1 else 'sheets are'} not.")
        return str(book[title]._worksheet_path)

    def _warn_of_formulas(self, archive: Any, part: str) -> None:
        try:
            count, first = xlsxguard.formulas_without_result(archive, part.lstrip("/"))
        except (KeyError, BadZipFile, OSError) as error:
            raise Invalid(f"The workbook is damaged: {error}.", fix=_SAVE, code="damaged") from error
        if count:
            self.warnings.append(
                f"{count:,} formula cell{'s hold' if count > 1 else ' holds'} no saved result (the first is {first}), "
                "so they are read as empty. Open the file in a spreadsheet program, save it, and upload it again."
            )

    def records(self) -> Iterator[tuple[int, Sequence[str]]]:
        """All records of the sheet with the numbers that the spreadsheet shows.

        Reading a workbook is slow, and a file is passed over two or three times; a table of moderate size is kept.
        """
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[tuple[int, Sequence[str]]] = []
        cells = 0
        for number, record in self._read():
            cells += len(record)
            if cells <= KEEP_CELLS:
                kept.append((number, record))
            yield number, record
        if cells <= KEEP_CELLS:
            self._kept = kept

    def _read(self) -> Iterator[tuple[int, Sequence[str]]]:
        empty = 0
        with self._workbook() as book:
            sheet = book[self.options.sheet]
            sheet.reset_dimensions()
            try:
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    width = len(cells)
                    while width and cells[width - 1] is None:
                        width -= 1
                    empty = 0 if width else empty + 1
                    if empty > MAX_GAP:
                        return
                    yield number, [_text(cell) for cell in cells[:width]]
            except DefusedXmlException as error:
                raise _hostile(error) from error
            except _BROKEN as error:
                raise Invalid(f"The sheet is damaged: {error}.", fix=_SAVE, code="damaged") from error


class _Workbook:
    """An open workbook that is closed again, with the library's errors said in our words."""

    def __init__(self, data: bytes) -> None:
        try:
            self.book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        except DefusedXmlException as error:
            raise _hostile(error) from error
        except (MemoryError, RecursionError) as error:
            raise TooLarge("The workbook is too large to be read.", fix=_SAVE) from error
        except _BROKEN as error:
            raise Invalid(f"The workbook is damaged: {error}.", fix=_SAVE, code="damaged") from error

    def __enter__(self) -> Any:
        return self.book

    def __exit__(self, *_: object) -> None:
        self.book.close()


def _hostile(error: Exception) -> Invalid:
    return Invalid(f"The workbook holds forbidden XML ({type(error).__name__}).", fix=_SAVE, code="hostile-file")


def _has_table(sheet: Any) -> bool:
    sheet.reset_dimensions()
    filled = 0
    for cells in sheet.iter_rows(max_row=50, values_only=True):
        filled += any(cell not in (None, "") for cell in cells)
        if filled > 1:
            return True
    return False


# The format's own way to write control characters, and an underscore that would look like the start of one.
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F(?=_x[0-9A-Fa-f]{4}))_")


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _text(value: Any) -> str:
    """A cell's value as text: dates in ISO form, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value) if "_x00" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta | int | Decimal):
        return str(value)
    return str(getattr(value, "text", value))

"""Writing a workbook as a stream: one sheet, never held in memory, with a bold header that stays in view.

The zip archive is written to a buffer that is emptied after every few rows. Texts stand in the cells themselves
(inline strings), so that no table of all texts is needed at the end.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from governance.core.tabular import xlsxparts
from governance.core.tabular.cells import flat
from governance.core.tabular.formulas import neutralise
from governance.core.tabular.headers import letter

if TYPE_CHECKING:
    from typing_extensions import Buffer

ROWS_A_CHUNK = 250
#: What a cell of this format can hold at the most.
MAX_CELL = 32_767
MAX_ROWS = 1_048_576
CUT = "… [the rest does not fit into a workbook's cell; CSV and JSON hold all of it]"
_ESCAPE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "_x000D_"}
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = datetime(1899, 12, 30)


class _Buffer(io.RawIOBase):
    """A file that can only be written to; `take` empties it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Keep the bytes until they are taken."""
        piece = bytes(data)
        self.pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """All bytes since the last time."""
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Export") -> Iterator[bytes]:
    """The workbook in chunks of bytes."""
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in xlsxparts.around(title).items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", (1980, 1, 1, 0, 0, 0))
        sheet.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(sheet, "w", force_zip64=True) as part:
            letters = [letter(index) for index in range(len(columns))]
            part.write(xlsxparts.sheet_start(columns).encode())
            part.write(_header(columns, letters).encode())
            last, chunk = 1, []
            for last, row in enumerate(rows, start=2):
                if last > MAX_ROWS:
                    raise ValueError(f"a sheet holds {MAX_ROWS} rows")
                chunk.append(_row(last, row, letters))
                if len(chunk) >= ROWS_A_CHUNK:
                    part.write("".join(chunk).encode())
                    chunk.clear()
                    if buffer.pieces:
                        yield buffer.take()
            part.write("".join(chunk).encode())
            part.write(xlsxparts.sheet_end(letters[-1] if letters else "A", last).encode())
    yield buffer.take()


def _header(columns: Sequence[str], letters: Sequence[str]) -> str:
    cells = "".join(
        _string(f"{name}1", neutralise(column), xlsxparts.BOLD) for name, column in zip(letters, columns, strict=True)
    )
    return f'<row r="1">{cells}</row>'


def _row(number: int, row: Sequence[Any], letters: Sequence[str]) -> str:
    cells = "".join(_cell(f"{name}{number}", value) for name, value in zip(letters, row, strict=True))
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _string(place, neutralise(value))
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return _number(place, _serial(value), xlsxparts.MOMENT)
    if isinstance(value, date):
        return _number(place, _serial(datetime(value.year, value.month, value.day)), xlsxparts.DAY)
    plain = flat(value)
    if isinstance(plain, str):
        return _string(place, neutralise(plain))
    # A workbook keeps 15 digits; a longer whole number would come back as another one.
    if isinstance(plain, int | Decimal) and len(str(plain).lstrip("-").replace(".", "")) > 15:
        return _string(place, str(plain))
    return f'<c r="{place}"><v>{plain}</v></c>'


def _number(place: str, value: float | None, style: int) -> str:
    return "" if value is None else f'<c r="{place}" s="{style}"><v>{value:.15g}</v></c>'


def _serial(value: datetime) -> float:
    """A time as the days since 1899, in UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    past = value - _EPOCH
    return past.days + past.seconds / 86_400


def _string(place: str, text: str, style: int = 0) -> str:
    if not text:
        return ""
    if len(text) > MAX_CELL:
        text = text[: MAX_CELL - len(CUT)] + CUT
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(_escaped, text)
    styled = f' s="{style}"' if style else ""
    return f'<c r="{place}" t="inlineStr"{styled}><is><t xml:space="preserve">{text}</t></is></c>'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPE:
        return _ESCAPE[character]
    return "\ufffd" if "\ud800" <= character <= "\udfff" else f"_x{ord(character):04X}_"

"""Delimited text as a grid, and answers put back into it: the same encoding, delimiter and quoting, other cells untouched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from governance.core.errors import Invalid
from governance.core.tabular import encoding
from governance.core.tabular.cleaning import clean
from governance.core.tabular.csvfile import CsvTable
from governance.core.tabular.formulas import neutralise, restore
from governance.core.tabular.limits import Limits
from governance.core.tabular.source import Options
from registry.questionnaires.sheets.grid import LAST_COLUMN, Fill, Filled, Grid
from registry.questionnaires.sheets.workbook import LIMITS

SHEET = ""
"""A text file has one sheet, without a name."""


@dataclass
class Text:
    """A delimited text: its letters, and where each cell begins and ends in them."""

    data: bytes
    name: str
    delimiter: str
    escape: str | None

    @cached_property
    def letters(self) -> str:
        """The text, its mark left out."""
        return self.data.decode(self.name, "surrogateescape").removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[list[tuple[int, int]]]:
        """For each record, from which letter to which each cell goes. Raises Invalid for a quotation mark never closed."""
        quoted = r'"(?:[^"\\]|\\.|"")*"' if self.escape else r'"(?:[^"]|"")*"'
        mark = re.escape(self.delimiter)
        cell = re.compile(rf"(?:{quoted}[^{mark}\r\n]*|(?!\")[^{mark}\r\n]*)", re.DOTALL)
        found: list[list[tuple[int, int]]] = []
        line: list[tuple[int, int]] = []
        at, text = 0, self.letters
        while at <= len(text):
            piece = cell.match(text, at)
            if piece is None:
                raise Invalid(
                    f"Row {len(found) + 1:,} opens a quotation mark that is never closed.",
                    fix='Close it, or double a quotation mark that belongs to the text (""), and upload the file again.',
                    code="unclosed-quote",
                )
            line.append(piece.span())
            at = piece.end()
            if text[at : at + 1] == self.delimiter:
                at += 1
                continue
            found.append(line)
            line = []
            at += 2 if text[at : at + 2] == "\r\n" else 1
        if found and found[-1] == [(len(text), len(text))]:
            found.pop()
        return found

    def cell(self, span: tuple[int, int]) -> str:
        """Return what a cell says, its quotes taken off."""
        said = self.letters[span[0] : span[1]]
        if said.startswith('"'):
            inner, _, rest = said[1:].rpartition('"')
            said = inner.replace('""', '"') + rest
            said = re.sub(r"\\(.)", r"\1", said) if self.escape else said
        return clean(restore(said)).text


def open_text(data: bytes, limits: Limits = LIMITS) -> Text:
    """Open delimited text, its encoding and delimiter found out. Raises Invalid or TooLarge."""
    limits.check_bytes(len(data))
    found = encoding.detect(data)
    table = CsvTable(data, found, Options())
    return Text(data, found.name, table.options.delimiter or ",", table.options.escape)


def grid(data: bytes, limits: Limits = LIMITS) -> Grid:
    """Return a delimited text as a grid."""
    text, made = open_text(data, limits), Grid(SHEET)
    for row, line in enumerate(text.lines, start=1):
        limits.check_columns(len(line), row)
        cells = {column: said for column, span in enumerate(line, start=1) if (said := text.cell(span))}
        if cells:
            made.rows[row] = cells
    return made


def fill(data: bytes, fills: Iterable[Fill]) -> Filled:
    """Return the text with answers in its cells. No answer can act as a formula in it.

    Where the answers hold letters that the file's encoding lacks, the whole file becomes UTF-8, which is said.
    """
    text, notes = open_text(data), list[str]()
    edits: list[tuple[int, int, str]] = []
    rows: dict[int, list[tuple[int, str]]] = {}
    for each in fills:
        if each.column > LAST_COLUMN:
            raise Invalid(f"There is no column {each.column}.", fix="Choose a column of the file.")
        rows.setdefault(each.row, []).append((each.column, each.text))
    for row, cells in rows.items():
        line = text.lines[row - 1]
        missing: list[str] = []
        for column, said in sorted(cells):
            quoted = '"' + neutralise(said).replace('"', '""') + '"'
            if column <= len(line):
                edits.append((*line[column - 1], quoted))
            else:
                missing += [""] * (column - len(line) - len(missing) - 1) + [quoted]
        if missing:
            end = line[-1][1]
            edits.append((end, end, text.delimiter + text.delimiter.join(missing)))
    return Filled(_encoded(text, _spliced(text.letters, edits), notes), tuple(notes))


def _spliced(letters: str, edits: list[tuple[int, int, str]]) -> str:
    pieces, last = [], 0
    for start, end, made in sorted(edits):
        pieces += [letters[last:start], made]
        last = end
    return "".join([*pieces, letters[last:]])


def _encoded(text: Text, letters: str, notes: list[str]) -> bytes:
    marked = text.data.startswith(b"\xef\xbb\xbf")
    if text.name.startswith("utf-8"):
        return (b"\xef\xbb\xbf" if marked else b"") + letters.encode("utf-8", "surrogateescape")
    try:
        return letters.encode(text.name, "surrogateescape")
    except UnicodeEncodeError:
        notes.append(f"The answers hold letters that {text.name} lacks, so the file is UTF-8 now.")
        return b"\xef\xbb\xbf" + letters.encode("utf-8", "surrogateescape")

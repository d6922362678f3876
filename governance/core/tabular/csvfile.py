"""Reading delimited text: any encoding, any of the usual delimiters, line breaks inside quotes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from governance.core.errors import Invalid
from governance.core.tabular.encoding import STRAY, Encoding
from governance.core.tabular.source import Options

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_LABELS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", ":": "colon"}
_SAMPLE_RECORDS = 400
_SAMPLE_CHARACTERS = 400_000


@dataclass
class CsvTable:
    """Delimited text in memory. `options` hold the delimiter and encoding that were found or chosen."""

    data: bytes
    encoding: Encoding
    options: Options
    sheets: Sequence[str] = ()
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        start, said = self._start()
        self._skip = start
        if self.options.delimiter is None:
            delimiter, escape = said or find_delimiter(self._sample())
            self.options = self.options.with_found(delimiter=delimiter, escape=escape)
        elif len(self.options.delimiter) != 1:
            raise Invalid("The delimiter is one character.", fix="Choose comma, semicolon, tab or bar.")
        self.options = self.options.with_found(encoding=self.encoding.name)
        if not self.encoding.sure:
            self.warnings.append(f"The encoding is taken for {self.encoding.label}. {self.encoding.reason} Check the letters.")

    def _text(self) -> io.TextIOWrapper:
        errors = STRAY if self.encoding.name in {"utf-8", "utf-8-sig"} else "replace"
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding.name, errors=errors, newline="")
        if text.read(1) != "\ufeff":
            text.seek(0)
        return text

    def _start(self) -> tuple[int, tuple[str, None] | None]:
        """Excel's own first line 'sep=;' names the delimiter and is no record."""
        first = self._text().readline(16).strip().strip('"').casefold()
        if first.startswith("sep=") and len(first) == 5:
            return 1, (first[4], None)
        return (1, ("\t", None)) if first == "sep=" else (0, None)

    def _sample(self) -> list[str]:
        text = self._text()
        for _ in range(self._skip):
            text.readline()
        lines: list[str] = []
        size = 0
        for line in text:
            lines.append(line)
            size += len(line)
            if size > _SAMPLE_CHARACTERS:
                break
        return lines

    def records(self) -> Iterator[tuple[int, Sequence[str]]]:
        """All records; blank lines are empty records, so that numbers match what a spreadsheet shows."""
        text = self._text()
        for _ in range(self._skip):
            text.readline()
        lines = _Lines(text)
        reader = _reader(lines, self.options.delimiter or ",", self.options.escape)
        number = 0
        while True:
            lines.start()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _broken(number + 1, error) from error
            number += 1
            if lines.at_end:
                self._check_closed(lines, number)
            yield number, cells

    def _check_closed(self, lines: _Lines, number: int) -> None:
        """A quotation mark that is never closed swallows all that follows; that must not pass for one long cell."""
        try:
            for _ in csv.reader(
                lines.record, delimiter=self.options.delimiter or ",", escapechar=self.options.escape, strict=True
            ):
                pass
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise _unclosed(number) from error


class _Lines:
    """The lines of a text, remembering those of the current record and whether the text has ended."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._lines = iter(text)
        self._ahead = next(self._lines, None)
        self.record: list[str] = []
        self.size = 0

    @property
    def at_end(self) -> bool:
        return self._ahead is None

    def start(self) -> None:
        self.record.clear()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead
        if line is None:
            raise StopIteration
        self._ahead = next(self._lines, None)
        self.record.append(line)
        return line


def _reader(lines: Iterable[str], delimiter: str, escape: str | None) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, escapechar=escape, doublequote=True, strict=False)


def _broken(number: int, error: csv.Error) -> Invalid:
    if "field larger" in str(error):
        return _unclosed(number)
    return Invalid(
        f"Row {number:,} cannot be read: {error}.",
        fix="Open the file in a spreadsheet, check that row, save it as CSV or XLSX and upload it again.",
        code="broken-row",
    )


def _unclosed(number: int) -> Invalid:
    return Invalid(
        f"Row {number:,} opens a quotation mark that is never closed, so nothing after it can be told apart.",
        fix='Close it, or double a quotation mark that belongs to the text (""), and upload the file again.',
        code="unclosed-quote",
    )


def find_delimiter(lines: list[str]) -> tuple[str, str | None]:
    """The delimiter, and the escape character if quotes are escaped by one, that give the most even table."""
    escapes: tuple[str | None, ...] = (None, "\\") if any('\\"' in line for line in lines) else (None,)
    best: tuple[str, str | None] = (",", None)
    best_score = 0.0
    for escape in escapes:
        for delimiter in DELIMITERS:
            score = _evenness(lines, delimiter, escape)
            if score > best_score:
                best, best_score = (delimiter, escape), score
    return best


def _evenness(lines: list[str], delimiter: str, escape: str | None) -> float:
    """How even the table is: the share of records of the most common width, a little more for wider tables."""
    widths: list[int] = []
    try:
        for cells in islice(_reader(lines, delimiter, escape), _SAMPLE_RECORDS):
            if any(cells):
                widths.append(len(cells))
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, count = Counter(widths).most_common(1)[0]
    if width == 1:
        return 0.0
    share = count / len(widths)
    if widths[0] != width:
        share *= 0.8
    return share + min(width, 20) / 200

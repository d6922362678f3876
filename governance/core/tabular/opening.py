"""Opening a file of unknown kind as a table."""

from __future__ import annotations

from typing import BinaryIO

from governance.core.errors import Invalid
from governance.core.tabular import encoding
from governance.core.tabular.csvfile import CsvTable
from governance.core.tabular.jsonfile import JsonTable
from governance.core.tabular.limits import LIMITS, Limits
from governance.core.tabular.source import Options, Source, Table
from governance.core.tabular.xlsxfile import XlsxTable

_SAVE = "Open it in a spreadsheet program, save it as XLSX or CSV, and upload that."
# The first bytes of files that people upload by mistake, and what they are.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or a workbook protected by a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich text document"),
)


def open_source(file: BinaryIO | bytes, *, name: str = "", options: Options | None = None, limits: Limits = LIMITS) -> Source:
    """Open a file's content as a table, finding out whatever the options leave open.

    Raises Invalid when it is no table, and TooLarge when it passes a limit.
    """
    data = file if isinstance(file, bytes) else _read(file, limits)
    limits.check_bytes(len(data))
    chosen = options or Options()
    kind = chosen.format or _kind(data, name)
    return Source(_table(kind, data, chosen.with_found(format=kind), limits), name=name, limits=limits)


def _read(file: BinaryIO, limits: Limits) -> bytes:
    """Read no more than is allowed: the size that an upload declares is not believed."""
    file.seek(0)
    return file.read(limits.bytes + 1)


def _table(kind: str, data: bytes, options: Options, limits: Limits) -> Table:
    if kind == "xlsx":
        return XlsxTable(data, options, limits)
    if kind not in {"csv", "json"}:
        raise Invalid(f"There is no file format {kind!r}.", fix="Use csv, xlsx or json.")
    found = encoding.named(options.encoding, data) if options.encoding else encoding.detect(data)
    if kind == "csv":
        return CsvTable(data, found, options)
    return JsonTable(data, found, options)


def _kind(data: bytes, name: str) -> str:
    """The format by content; the name only tells JSON from CSV."""
    if not data.strip():
        raise Invalid("The file is empty.", fix="Check that it is the right file.", code="empty-file")
    if data.startswith(b"PK"):
        return "xlsx"
    for start, label in _OTHERS:
        if data.startswith(start):
            raise Invalid(f"This is {label}, not a table.", fix=_SAVE, code="not-a-table")
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg", b"<table")):
        raise Invalid("This is a web page or XML, not a table.", fix=_SAVE, code="not-a-table")
    if _is_binary(data[:2048]):
        raise Invalid("This is not a text file or a workbook.", fix=_SAVE, code="not-a-table")
    if name.lower().endswith((".json", ".jsonl", ".ndjson")) or head.startswith((b"[{", b'{"', b"[\n", b"[\r", b"{\n")):
        return "json"
    return "csv"


_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\x0c\x1b")


def _is_binary(head: bytes) -> bool:
    """Many control characters, save the zero bytes on one side of each pair that UTF-16 has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    sides = (head[0::2].count(0), head[1::2].count(0))
    if max(sides) > 0.4 * len(head) / 2 and min(sides) < 0.1 * len(head) / 2:
        return False
    return len(head) - len(head.translate(None, _CONTROL)) > max(20, 0.03 * len(head))

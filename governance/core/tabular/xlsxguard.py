"""Refusing workbooks that are bombs, locked, or no workbooks, before anything in them is parsed."""

from __future__ import annotations

import io
import re
import zipfile

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular.limits import MEGABYTE, Limits

_SAVE = "Open it in a spreadsheet program, save it as XLSX, and upload that."
MAX_PARTS = 5_000
# Real sheets pack at 10 to 40 to 1; a part over a megabyte that packs far better is made to fill memory.
MAX_RATIO = 250


def checked(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open the archive and check what it claims; reading never goes beyond a part's claimed size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Invalid(f"The workbook is damaged: {error}.", fix=_SAVE, code="damaged") from error
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "mimetype" in names and "content.xml" in names:
        raise Invalid("This is an OpenDocument file.", fix=_SAVE, code="not-a-table")
    if "xl/workbook.xml" not in names:
        binary = "xl/workbook.bin" in names
        what = "a binary workbook (.xlsb)" if binary else "an archive that holds no workbook"
        raise Invalid(f"This is {what}.", fix=_SAVE, code="not-a-table")
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid("The workbook is locked with a password.", fix="Remove the password, save, and upload it again.")
    if len(parts) > MAX_PARTS:
        raise TooLarge(f"The workbook has {len(parts):,} parts; {MAX_PARTS:,} can be read.", fix=_SAVE)
    _check_sizes(parts, limits)
    return archive


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked_bytes:
        raise TooLarge(
            f"Unpacked, the workbook has {total / MEGABYTE:,.0f} MB; {limits.unpacked_bytes / MEGABYTE:,.0f} MB can be read.",
            fix="Remove pictures and unused sheets, or save the sheet as CSV.",
            code="zip-bomb",
        )
    for part in parts:
        ratio = part.file_size // max(1, part.compress_size)
        if part.file_size > MEGABYTE and ratio > MAX_RATIO:
            raise TooLarge(
                f"The part {part.filename} is packed {ratio:,} to 1, as no real sheet is.",
                fix="Save the sheet as CSV and upload that.",
                code="zip-bomb",
            )


_NO_RESULT = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*>\s*<f(?:/>|\s[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')


def formulas_without_result(archive: zipfile.ZipFile, part: str) -> tuple[int, str]:
    """How many formula cells hold no saved result, and the first: programs that write files do not always calculate."""
    count, first, tail = 0, "", b""
    with archive.open(part) as stream:
        while block := stream.read(MEGABYTE):
            block = tail + block
            cut = block.rfind(b"</c>") + 4
            if cut < 4:
                tail = block[-65_536:]
                continue
            tail = block[cut:]
            if b"<f" not in block:
                continue
            for match in _NO_RESULT.finditer(block[:cut]):
                count += 1
                first = first or match[1].decode()
    return count, first

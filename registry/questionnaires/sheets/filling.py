"""Answers go into the cells of a workbook; every byte that is no answer stays.

Only the sheets that get answers are patched, and the workbook's own part, which asks programs to compute formulas anew
when they open it. All other parts keep their content, order, names and times.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping

from registry.questionnaires.sheets import workbook
from registry.questionnaires.sheets.grid import Fill, Filled, address, block, by_sheet
from registry.questionnaires.sheets.scanning import Sheet, Spot

MAX_CELL = 32_767
CUT = "… [cut: the cell holds no more]"
_TAG = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_CALC = re.compile(rb"""<((?:\w+:)?)calcPr\b([^>]*?)(/?)>""")
_FULL = re.compile(rb"""\s*\bfullCalcOnLoad=["'][^"']*["']""")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Edit = tuple[int, int, bytes]


def fill(data: bytes, fills: Iterable[Fill]) -> Filled:
    """Return the workbook with texts in its cells, and what is worth knowing. Raises Invalid for a damaged one.

    A cell that holds a formula is left as it is, and said: a buyer's formula is not ours to overwrite.
    """
    book = workbook.open_book(data)
    wanted, notes = by_sheet(fills), list[str]()
    changed: dict[str, bytes] = {}
    computed = False
    for name, cells in wanted.items():
        sheet = book.scans[name]
        changed[book.sheets[name]] = patched(sheet, cells, name, notes)
    for name in book.sheets:
        computed = computed or bool(book.scans[name].computed)
    if computed and changed:
        changed[workbook.BOOK] = recomputed(book.read(workbook.BOOK))
        notes.append("The workbook holds formulas; programs compute them anew when they open it.")
    if any(part.startswith("_xmlsignatures/") for part in book.archive.namelist()) and changed:
        notes.append("The workbook was signed by its author; with answers in it, that signature no longer holds.")
    return Filled(_rewritten(book, changed), tuple(notes))


def patched(sheet: Sheet, cells: Mapping[tuple[int, int], str], name: str, notes: list[str]) -> bytes:
    """Return a sheet's XML with texts in cells; adds to `notes` what could not be placed."""
    edits: list[Edit] = []
    placed: list[tuple[int, int]] = []
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in sorted(cells.items()):
        if (row, column) in sheet.computed:
            notes.append(f"{name}, cell {address(row, column)} holds a formula and was left as it is.")
            continue
        placed.append((row, column))
        if len(text) > MAX_CELL:
            notes.append(f"{name}, cell {address(row, column)}: the answer is longer than a cell holds and was cut.")
        spot = sheet.cells.get((row, column))
        if spot is not None:
            edits.append((spot.start, spot.end, _cell(row, column, text, spot)))
        else:
            by_row.setdefault(row, []).append((column, text))
    for row, added in by_row.items():
        edits += _into_row(sheet, row, added) if row in sheet.rows else []
    edits += _new_rows(sheet, {row: added for row, added in by_row.items() if row not in sheet.rows})
    edits += _reach(sheet, placed)
    return _spliced(sheet.data, edits)


def recomputed(data: bytes) -> bytes:
    """Return the workbook's part with the wish that formulas be computed when it is opened."""
    found = _CALC.search(data)
    if found is not None:
        given = _FULL.sub(b"", found[2])
        return data[: found.start()] + b'<%scalcPr%s fullCalcOnLoad="1"%s>' % (found[1], given, found[3]) + data[found.end() :]
    for before in (
        b"oleSize",
        b"customWorkbookViews",
        b"pivotCaches",
        b"smartTagPr",
        b"webPublishing",
        b"fileRecoveryPr",
        b"extLst",
    ):
        place = re.search(rb"<((?:\w+:)?)" + before + rb"\b", data)
        if place is not None:
            return data[: place.start()] + b'<%scalcPr fullCalcOnLoad="1"/>' % place[1] + data[place.start() :]
    end = re.search(rb"</((?:\w+:)?)workbook\s*>", data)
    return data if end is None else data[: end.start()] + b'<%scalcPr fullCalcOnLoad="1"/>' % end[1] + data[end.start() :]


def _cell(row: int, column: int, text: str, like: Spot) -> bytes:
    """Return a cell that holds text, in the style of the one that stood there; text is never a formula in this form."""
    mark = f"{like.prefix}:" if like.prefix else ""
    style = f' s="{like.style}"' if like.style.isdecimal() else ""
    said = text if len(text) <= MAX_CELL else text[: MAX_CELL - len(CUT)] + CUT
    body = f'<{mark}is><{mark}t xml:space="preserve">{_xml(said)}</{mark}t></{mark}is>'
    return f'<{mark}c r="{address(row, column)}"{style} t="inlineStr">{body}</{mark}c>'.encode("ascii", "xmlcharrefreplace")


def _xml(text: str) -> str:
    kept = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", _NOT_XML.sub("\ufffd", text))
    return kept.replace("\r\n", "\n").replace("\r", "\n").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _into_row(sheet: Sheet, row: int, added: list[tuple[int, str]]) -> list[Edit]:
    """Put cells that are not there yet into a row that is, each before the first cell to its right."""
    spot = sheet.rows[row]
    tag = _TAG.match(sheet.data, spot.start)
    opens = tag.end() if tag else spot.end
    if opens >= spot.end and sheet.data[spot.end - 2 : spot.end] == b"/>":
        inner = b"".join(_cell(row, column, text, spot) for column, text in added)
        name = f"{spot.prefix}:row" if spot.prefix else "row"
        return [(spot.end - 2, spot.end, b">" + inner + f"</{name}>".encode())]
    there = sorted((column, each) for (line, column), each in sheet.cells.items() if line == row)
    edits: list[Edit] = []
    for column, text in added:
        after = next((each.start for right, each in there if right > column), None)
        at = after if after is not None else (there[-1][1].end if there else opens)
        edits.append((at, at, _cell(row, column, text, Spot(0, prefix=spot.prefix))))
    return edits


def _new_rows(sheet: Sheet, missing: Mapping[int, list[tuple[int, str]]]) -> list[Edit]:
    """Put in rows that the sheet does not hold, each before the first row below it."""
    if not missing or sheet.body is None:
        return []
    body, mark = sheet.body, f"{sheet.body.prefix}:" if sheet.body.prefix else ""
    numbers, edits = sorted(sheet.rows), list[Edit]()
    alone = sheet.data[body.end - 2 : body.end] == b"/>"
    made = b""
    for row in sorted(missing):
        inner = b"".join(_cell(row, column, text, Spot(0, prefix=body.prefix)) for column, text in missing[row])
        whole = f'<{mark}row r="{row}">'.encode() + inner + f"</{mark}row>".encode()
        below = next((number for number in numbers if number > row), None)
        if alone:
            made += whole
        elif below is not None:
            edits.append((sheet.rows[below].start, sheet.rows[below].start, whole))
        else:
            end = sheet.data.rindex(b"</", body.start, body.end)
            edits.append((end, end, whole))
    if alone:
        edits.append((body.end - 2, body.end, b">" + made + f"</{mark}sheetData>".encode()))
    return edits


def _reach(sheet: Sheet, placed: list[tuple[int, int]]) -> list[Edit]:
    """Widen what the sheet says of its size, where an answer lies outside it: some programs read no further."""
    said = block(sheet.reach)
    if sheet.dimension is None or said is None or not placed:
        return []
    bottom, right = max(said.bottom, *(row for row, _ in placed)), max(said.right, *(column for _, column in placed))
    top, left = min(said.top, *(row for row, _ in placed)), min(said.left, *(column for _, column in placed))
    if (top, left, bottom, right) == (said.top, said.left, said.bottom, said.right):
        return []
    mark = f"{sheet.dimension.prefix}:" if sheet.dimension.prefix else ""
    made = f'<{mark}dimension ref="{address(top, left)}:{address(bottom, right)}"/>'.encode()
    return [(sheet.dimension.start, sheet.dimension.end, made)]


def _spliced(data: bytes, edits: list[Edit]) -> bytes:
    """Return bytes with pieces replaced; pieces for one place come in the order in which they were asked for."""
    pieces, last = [], 0
    for start, end, made in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        pieces += [data[last:start], made]
        last = end
    return b"".join([*pieces, data[last:]])


def _rewritten(book: workbook.Book, changed: Mapping[str, bytes]) -> bytes:
    """Return the archive with some parts changed; every other part keeps its content, its place and its time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = book.archive.comment
        for part in book.archive.infolist():
            info = zipfile.ZipInfo(part.filename, part.date_time)
            info.external_attr, info.create_system = part.external_attr, part.create_system
            info.compress_type = zipfile.ZIP_STORED if part.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
            made.writestr(info, changed[part.filename] if part.filename in changed else book.read(part.filename))
    return buffer.getvalue()

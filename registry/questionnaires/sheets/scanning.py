"""One pass over a sheet's XML: which cells it holds, what they say, and at which bytes they lie.

The same pass serves reading and filling, so that an answer goes exactly where its question was read. Expat tells byte
offsets; no tree is built. A document type is refused before anything in it is expanded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # the offsets of what is read; entities are refused below

from governance.core.errors import Invalid, TooLarge
from registry.questionnaires.sheets.grid import MAX_MERGES, Range, block, place

MAX_CELLS = 1_000_000
_SAVE = "Open it in a spreadsheet program, save it as XLSX, and upload that."
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F(?=_x[0-9A-Fa-f]{4}))_")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding=["']([A-Za-z0-9._-]+)["']""")


@dataclass(slots=True)
class Spot:
    """A cell or a row in the file: its bytes from `start` to `end`, where its start tag ends, and its style."""

    start: int
    end: int = 0
    style: str = ""
    prefix: str = ""


@dataclass
class Sheet:
    """What one pass found. `values` are texts by place; `cells` and `rows` are where they lie."""

    data: bytes
    values: dict[tuple[int, int], str] = field(default_factory=dict)
    computed: set[tuple[int, int]] = field(default_factory=set)
    cells: dict[tuple[int, int], Spot] = field(default_factory=dict)
    rows: dict[int, Spot] = field(default_factory=dict)
    body: Spot | None = None
    dimension: Spot | None = None
    reach: str = ""
    merged: list[Range] = field(default_factory=list)
    lists: list[tuple[str, str]] = field(default_factory=list)
    guarded: bool = False


def plain(data: bytes) -> bytes:
    """Return XML in an encoding in which tags are ASCII, so that it can be patched: UTF-16 becomes UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
        return re.sub(r"""(^\s*<\?xml[^>]*\bencoding=)["'][^"']*["']""", r'\1"UTF-8"', text).encode()
    declared = _DECLARED.match(data[:200])
    if declared and declared[1].lower().startswith(b"utf-16"):
        raise damaged("it says UTF-16 and is not")
    return data


def damaged(why: Any) -> Invalid:
    """Return the error for a workbook that cannot be read."""
    return Invalid(f"The workbook is damaged: {why}.", fix=_SAVE, code="damaged")


def parse(data: bytes, start: Callable[..., None], end: Callable[..., None], text: Callable[[str], None]) -> Any:
    """Run a pass over XML; returns nothing. Raises Invalid for broken XML and for a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, given: start(parser, name, given)
    parser.EndElementHandler = lambda name: end(parser, name)
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged(error) from error


def _refuse(*_: Any) -> None:
    raise Invalid("The workbook holds forbidden XML (a document type).", fix=_SAVE, code="hostile-file")


def unescaped(text: str) -> str:
    """Return text without the format's own way to write control characters."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x00" in text else text


def strings(data: bytes) -> list[str]:
    """Return the texts that the sheets of a workbook share, without their formatting and reading aids."""
    found: list[str] = []
    piece: list[str] = []
    inside = {"t": 0, "rPh": 0}

    def start(parser: Any, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            piece.clear()
        elif local in inside:
            inside[local] += 1

    def end(parser: Any, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            found.append(unescaped("".join(piece)))
        elif local in inside:
            inside[local] -= 1

    parse(plain(data), start, end, lambda text: piece.append(text) if inside["t"] and not inside["rPh"] else None)
    return found


def scan(data: bytes, shared: list[str]) -> Sheet:
    """Read one sheet. Raises Invalid when it is damaged, TooLarge beyond a million cells."""
    sheet = Sheet(plain(data))
    pass_ = _Pass(sheet, shared)
    parse(sheet.data, pass_.start, pass_.end, pass_.text)
    return sheet


class _Pass:
    """The state of one pass."""

    def __init__(self, sheet: Sheet, shared: list[str]) -> None:
        self.sheet, self.shared = sheet, shared
        self.row = self.column = 0
        self.at: tuple[int, int] | None = None
        self.kind, self.words, self.taking, self.phonetic = "", [], False, 0  # type: tuple[str, list[str], bool, int]
        self.rule: dict[str, Any] | None = None

    def start(self, parser: Any, name: str, given: dict[str, str]) -> None:
        """A tag opens."""
        prefix, _, local = name.rpartition(":")
        handler = getattr(self, f"_open_{local}", None)
        if handler is not None:
            handler(given, Spot(parser.CurrentByteIndex, prefix=prefix))

    def end(self, parser: Any, name: str) -> None:
        """A tag closes."""
        local = name.rpartition(":")[2]
        handler = getattr(self, f"_close_{local}", None)
        if handler is not None:
            handler(self._after(parser.CurrentByteIndex, name))

    def text(self, text: str) -> None:
        """Characters between tags."""
        if self.taking:
            self.words.append(text)

    def _after(self, index: int, name: str) -> int:
        """The byte after a closing tag. For <c/> expat is there already; for </c> it stands at its beginning."""
        data, tag = self.sheet.data, f"</{name}".encode()
        if data.startswith(tag, index) and data[index + len(tag) : index + len(tag) + 1] in b"> \t\r\n":
            return data.index(b">", index) + 1
        return index

    def _open_sheetData(self, given: dict[str, str], spot: Spot) -> None:  # noqa: N802 - the format's own names
        self.sheet.body = spot

    def _close_sheetData(self, end: int) -> None:  # noqa: N802
        if self.sheet.body is not None:
            self.sheet.body.end = end

    def _open_dimension(self, given: dict[str, str], spot: Spot) -> None:
        self.sheet.dimension, self.sheet.reach = spot, given.get("ref", "")

    def _close_dimension(self, end: int) -> None:
        if self.sheet.dimension is not None:
            self.sheet.dimension.end = end

    def _open_sheetProtection(self, given: dict[str, str], spot: Spot) -> None:  # noqa: N802
        self.sheet.guarded = given.get("sheet") in ("1", "true")

    def _open_row(self, given: dict[str, str], spot: Spot) -> None:
        said = given.get("r", "")
        self.row = int(said) if said.isdecimal() and len(said) < 8 else self.row + 1
        self.column = 0
        self.sheet.rows[self.row] = spot

    def _close_row(self, end: int) -> None:
        self.sheet.rows[self.row].end = end

    def _open_c(self, given: dict[str, str], spot: Spot) -> None:
        found = place(given.get("r", ""))
        self.at = (self.row, found[1] if found else self.column + 1)
        self.column = self.at[1]
        self.kind, self.words, spot.style = given.get("t", "n"), [], given.get("s", "")
        self.sheet.cells[self.at] = spot
        if len(self.sheet.cells) > MAX_CELLS:
            raise TooLarge(f"A sheet holds more than {MAX_CELLS:,} cells.", fix="Remove the sheets that hold no questions.")

    def _close_c(self, end: int) -> None:
        if self.at is None:
            return
        self.sheet.cells[self.at].end = end
        said = self._said("".join(self.words))
        if said:
            self.sheet.values[self.at] = said
        self.at = None

    def _said(self, raw: str) -> str:
        if self.kind == "s":
            number = int(raw) if raw.strip().isdecimal() else -1
            return self.shared[number] if 0 <= number < len(self.shared) else ""
        if self.kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if self.kind == "n":
            return raw[:-2] if raw.endswith(".0") else raw
        return unescaped(raw)

    def _open_f(self, given: dict[str, str], spot: Spot) -> None:
        if self.at is not None:
            self.sheet.computed.add(self.at)
        elif self.rule is not None:
            self.taking = True

    def _close_f(self, end: int) -> None:
        if self.at is None and self.rule is not None:
            self.rule["formula"] = "".join(self.words)
            self.taking, self.words = False, []

    def _open_v(self, given: dict[str, str], spot: Spot) -> None:
        self.taking = self.at is not None

    def _close_v(self, end: int) -> None:
        self.taking = False

    def _open_rPh(self, given: dict[str, str], spot: Spot) -> None:  # noqa: N802
        self.phonetic += 1

    def _close_rPh(self, end: int) -> None:  # noqa: N802
        self.phonetic -= 1

    def _open_t(self, given: dict[str, str], spot: Spot) -> None:
        self.taking = self.at is not None and not self.phonetic

    _close_t = _close_v

    def _open_mergeCell(self, given: dict[str, str], spot: Spot) -> None:  # noqa: N802
        found = block(given.get("ref", ""))
        if found is not None and len(self.sheet.merged) < MAX_MERGES:
            self.sheet.merged.append(found)

    def _open_dataValidation(self, given: dict[str, str], spot: Spot) -> None:  # noqa: N802
        self.rule = {"where": given.get("sqref", ""), "formula": ""} if given.get("type") == "list" else None

    def _close_dataValidation(self, end: int) -> None:  # noqa: N802
        if self.rule is not None:
            self.sheet.lists.append((self.rule["where"], self.rule["formula"]))
        self.rule = None

    def _open_formula1(self, given: dict[str, str], spot: Spot) -> None:
        self.taking, self.words = self.rule is not None, []

    def _close_formula1(self, end: int) -> None:
        if self.rule is not None and not self.rule["formula"]:
            self.rule["formula"] = "".join(self.words)
        self.taking, self.words = False, []

    def _open_sqref(self, given: dict[str, str], spot: Spot) -> None:
        self.taking, self.words = self.rule is not None, []

    def _close_sqref(self, end: int) -> None:
        if self.rule is not None:
            self.rule["where"] = "".join(self.words)
        self.taking, self.words = False, []

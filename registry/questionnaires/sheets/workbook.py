"""A workbook as a set of grids: which parts are sheets, what they share, and what their drop-down lists allow."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from governance.core.errors import Invalid
from governance.core.tabular import xlsxguard
from governance.core.tabular.cleaning import clean
from governance.core.tabular.limits import MEGABYTE, Limits
from registry.questionnaires.sheets import scanning
from registry.questionnaires.sheets.grid import Grid, block

LIMITS = Limits(bytes=25 * MEGABYTE, unpacked_bytes=150 * MEGABYTE, rows=20_000)
MAX_CHOICES = 40
BOOK = "xl/workbook.xml"
BROKEN = (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)
_MACROS = re.compile(r"vbaproject\.bin$|/macrosheets/|/dialogsheets/", re.I)
_MACRO_TYPE = re.compile(rb"macroEnabled|intlMacrosheet|ms-excel\.macrosheet", re.I)
_REFERENCE = re.compile(r"""^=?(?:'((?:[^']|'')+)'|([^'!]+))!(.+)$""")


@dataclass
class Book:
    """An opened workbook. `sheets` are its sheets by name in the order of their tabs, each with the part that holds it."""

    data: bytes
    archive: zipfile.ZipFile
    sheets: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def shared(self) -> list[str]:
        """The texts that sheets share."""
        part = "xl/sharedStrings.xml"
        return scanning.strings(self.read(part)) if part in self.archive.namelist() else []

    @cached_property
    def scans(self) -> dict[str, scanning.Sheet]:
        """Every sheet, read once."""
        return {name: scanning.scan(self.read(part), self.shared) for name, part in self.sheets.items()}

    def read(self, part: str) -> bytes:
        """Return a part's bytes. Raises Invalid when it is missing or broken."""
        try:
            return self.archive.read(part)
        except BROKEN as error:
            raise scanning.damaged(error) from error

    def grids(self) -> list[Grid]:
        """Return all sheets as grids, hidden ones last."""
        found = [self._grid(name) for name in self.sheets]
        return sorted(found, key=lambda grid: grid.hidden)

    def _grid(self, name: str) -> Grid:
        sheet = self.scans[name]
        grid = Grid(name, computed=sheet.computed, merged=sheet.merged, hidden=name in self.hidden)
        for (row, column), said in sheet.values.items():
            text = clean(said).text
            if text:
                grid.rows.setdefault(row, {})[column] = text
        for where, formula in sheet.lists:
            words = self.words(formula, name)
            blocks = [found for found in map(block, where.split()) if found is not None] if words else []
            grid.lists += [(each, words) for each in blocks]
        return grid

    def words(self, formula: str, sheet: str, depth: int = 0) -> tuple[str, ...]:
        """Return the words of a drop-down list: written out, in a range, or under a name; nothing where it is computed."""
        said = formula.strip()
        if said.startswith('"') and said.endswith('"'):
            return tuple(word.strip() for word in said[1:-1].replace('""', '"').split(",") if word.strip())[:MAX_CHOICES]
        if depth < 3 and said.casefold() in self.names:
            return self.words(self.names[said.casefold()], sheet, depth + 1)
        named = _REFERENCE.match(said)
        title, cells = ((named[1] or named[2]).replace("''", "'"), named[3]) if named else (sheet, said.lstrip("="))
        found = block(cells)
        if found is None or title not in self.scans:
            return ()
        values, words = self.scans[title].values, []
        for row in range(found.top, min(found.bottom, found.top + MAX_CHOICES) + 1):
            words += [
                values.get((row, column), "") for column in range(found.left, min(found.right, found.left + MAX_CHOICES) + 1)
            ]
        return tuple(word for word in words if word)[:MAX_CHOICES]


def open_book(data: bytes, limits: Limits = LIMITS) -> Book:
    """Open a workbook once it is known to be no bomb, not locked, and without macros. Raises Invalid or TooLarge."""
    limits.check_bytes(len(data))
    archive = xlsxguard.checked(data, limits)
    refuse_macros(archive)
    book = Book(data, archive)
    root, targets = _tree(book, BOOK), _targets(book)
    for each in _all(root, "sheet"):
        part = targets.get(next((value for key, value in each.attrib.items() if key.endswith("}id")), ""), "")
        name = each.get("name", "")
        if not part.startswith("xl/worksheets/") or name in book.sheets:
            continue
        book.sheets[name] = part
        if each.get("state", "visible") != "visible":
            book.hidden.add(name)
    book.names = {each.get("name", "").casefold(): each.text or "" for each in _all(root, "definedName")}
    if not book.sheets:
        raise Invalid("The workbook holds no sheet with cells.", fix="Check that it is the right file.")
    return book


def refuse_macros(archive: zipfile.ZipFile) -> None:
    """Raise Invalid for a workbook that carries programs: we would hand them on under our name."""
    try:
        types = archive.read("[Content_Types].xml")
    except BROKEN as error:
        raise scanning.damaged(error) from error
    if _MACRO_TYPE.search(types) or any(_MACROS.search(name) for name in archive.namelist()):
        raise Invalid(
            "The workbook holds macros, and a file with programs in it is not taken in or sent back.",
            fix="Ask the buyer for a copy without macros, or save it as a plain XLSX and upload that.",
            code="macros",
        )


def _tree(book: Book, part: str) -> Element:
    try:
        return ElementTree.fromstring(book.read(part), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Invalid(
            f"The workbook holds forbidden XML ({type(error).__name__}).",
            fix="Open it in a spreadsheet program, save it as XLSX, and upload that.",
            code="hostile-file",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise scanning.damaged(error) from error


def _targets(book: Book) -> dict[str, str]:
    """Return relation id -> the part it leads to."""
    root = _tree(book, "xl/_rels/workbook.xml.rels")
    resolve: Callable[[str], str] = lambda target: posixpath.normpath(posixpath.join("xl", target)).lstrip("/")  # noqa: E731
    return {each.get("Id", ""): resolve(each.get("Target", "")) for each in root}


def _all(root: Element, local: str) -> list[Element]:
    return [each for each in root.iter() if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == local]

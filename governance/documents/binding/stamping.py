"""Page numbers, put on when the last page is known. They are set in the house's own type, from a page of ciphers that the
press has set, and marked as artifacts: a screen reader knows the pages already."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from governance.documents.binding.grafting import Piece
from governance.documents.binding.writer import Writer

NAME = "/PlumblineNumber"
SIZE = 7.5  # points, as in document.css
RIGHT, BOTTOM = 51.02, 38.09  # where single documents have it: 18 mm from the right edge, on the running foot's line
INK = b"0.360784 0.392157 0.447059 rg"  # --ink-3
PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>")


@dataclass(frozen=True)
class Type:
    """The font of page numbers in the bound file: its number there, and glyph and width (in 1/1000) of each character."""

    number: int
    glyphs: dict[str, str]
    widths: dict[str, float]

    def stamp(self, text: str, width: float) -> bytes:
        """Return the drawing of a page number at the foot of a page of that width in points."""
        taken = sum(self.widths[char] for char in text) * SIZE / 1000
        glyphs = "".join(self.glyphs[char] for char in text).encode()
        place = b"%.3f %.3f" % (width - RIGHT - taken, BOTTOM)
        return b"Q\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nBT %b %b %.1f Tf %b Td <%b> Tj ET\nEMC\n" % (
            INK, NAME.encode(), SIZE, place, glyphs,
        )  # fmt: skip


def load(path: Path, writer: Writer, known: dict[bytes, int], needed: str = "0123456789 of") -> Type:
    """Copy the font of the page of ciphers. Raises ValueError when it does not hold what page numbers need."""
    with Piece(path, writer, known) as piece:
        for font in piece.pdf.pages[0].Resources.Font.values():
            glyphs = _glyphs(font.ToUnicode.read_bytes())
            if set(needed) <= set(glyphs):
                widths = _widths(font.DescendantFonts[0])
                return Type(piece.copy(font), glyphs, {char: widths[int(code, 16)] for char, code in glyphs.items()})
    raise ValueError("the page of ciphers has no font that holds them all")


def _glyphs(to_unicode: bytes) -> dict[str, str]:
    """Return the glyph's code of each character that a font maps."""
    body = to_unicode.partition(b"beginbfchar")[2].rpartition(b"endbfchar")[0]
    return {chr(int(char, 16)): glyph.decode() for glyph, char in PAIR.findall(body)}


def _widths(font: Any) -> dict[int, float]:
    """Read a font's list of widths: a first glyph, then the widths from there on."""
    found: dict[int, float] = {}
    listed = list(font.W)
    for first, widths in zip(listed[::2], listed[1::2], strict=True):
        if not isinstance(widths, pikepdf.Array):
            raise ValueError("the font's widths are written in a way that we do not read")
        found.update({int(first) + place: float(width) for place, width in enumerate(widths)})
    return found

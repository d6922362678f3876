"""A viewer's mark on every page of a PDF: their name and address across it, drawn as shapes.

The letters are outlines of our own font, so nothing has to be embedded and nothing of the page's text changes. A marked file
is another file than the original: its signature would not hold and is taken out, and the mark names the original's hash.
"""

import math
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
from django.conf import settings
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

FOLDER = Path(settings.BASE_DIR) / "static" / "fonts"
FONTS = ("inter-400.otf", "dejavu-sans-400.ttf")
"""Asked one after the other for each letter."""
EM = 1000
"""Units of a letter's height here, whatever the font's own."""
MISSING = "\u25a1"
"""Drawn for a character that the font has not."""
ACROSS, FOOT = 0.86, 5.5
"""How much of the page's diagonal the large mark takes, and the size of the small one at the foot, in points."""
GREY, SMALL_GREY = "0.55 g", "0.35 g"
INK = 0.13
"""How much the large mark covers."""


class _Outline(BasePen):
    """Collects outlines as PDF path operators, each letter moved to the right by `shift` and brought to the same size."""

    def __init__(self) -> None:
        super().__init__(None)
        self.shift, self.scale = 0.0, 1.0
        self.told: list[str] = []

    def _at(self, point: tuple[float, float]) -> str:
        return f"{point[0] * self.scale + self.shift:.0f} {point[1] * self.scale:.0f}"

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self.told.append(f"{self._at(pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self.told.append(f"{self._at(pt)} l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self.told.append(f"{self._at(pt1)} {self._at(pt2)} {self._at(pt3)} c")

    def _closePath(self) -> None:  # noqa: N802 - fontTools' name
        self.told.append("h")


@cache
def _fonts() -> list[tuple[Any, dict[int, str], float]]:
    opened = [TTFont(FOLDER / name) for name in FONTS]
    return [(font.getGlyphSet(), font.getBestCmap(), EM / font["head"].unitsPerEm) for font in opened]


def _letter(letter: str) -> tuple[Any, Any, float]:
    for wanted in (letter, MISSING, "?"):
        for glyphs, known, scale in _fonts():
            if name := known.get(ord(wanted)):
                return glyphs, glyphs[name], scale
    raise LookupError("none of our fonts has a question mark")


def outline(text: str) -> tuple[str, float]:
    """Return a line of text as a filled path, and how wide it is; both in units of which EM make one em."""
    pen, width = _Outline(), 0.0
    for letter in text:
        glyphs, glyph, scale = _letter(letter)
        pen.glyphSet, pen.shift, pen.scale = glyphs, width, scale
        glyph.draw(pen)
        width += glyph.width * scale
    return "\n".join([*pen.told, "f"]), width


def mark(source: BinaryIO, *, across: str, foot: str) -> BinaryIO:
    """Return a temporary file with a PDF whose every page carries the mark; the same input gives the same bytes.

    `across` stands large over the page, `foot` small along its lower edge. The caller closes the file.
    """
    large, small = outline(across), outline(foot)
    made: BinaryIO = tempfile.TemporaryFile()  # type: ignore[assignment]  # noqa: SIM115 - handed to the caller
    try:
        with pikepdf.open(source) as pdf:
            _unsign(pdf)
            drawn: dict[tuple[float, ...], Any] = {}
            for page in pdf.pages:
                box = tuple(float(side) for side in page.mediabox)
                if box not in drawn:
                    drawn[box] = pdf.make_indirect(_form(pdf, box, large, small))
                _lay(page, drawn[box], list(drawn).index(box))
            pdf.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def _form(pdf: pikepdf.Pdf, box: tuple[float, ...], large: tuple[str, float], small: tuple[str, float]) -> Any:
    """Return the form that draws both marks on a page of this size."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    path, width = large
    diagonal = math.hypot(wide, high) * ACROSS
    size = min(diagonal / max(width, 1), 60 / EM)
    turn = math.atan2(high, wide)
    sin, cos = math.sin(turn), math.cos(turn)
    middle = (left + wide / 2, bottom + high / 2)
    back = width * size / 2
    start = (middle[0] - back * cos + 0.35 * EM * size * sin, middle[1] - back * sin - 0.35 * EM * size * cos)
    line, line_width = small
    foot = min(FOOT / EM, (wide - 40) / max(line_width, 1))
    drawn = (
        f"q /Gm gs {GREY} {size * cos:.6f} {size * sin:.6f} {-size * sin:.6f} {size * cos:.6f}"
        f" {start[0]:.3f} {start[1]:.3f} cm\n{path}\nQ\n"
        f"q {SMALL_GREY} {foot:.6f} 0 0 {foot:.6f} {left + (wide - line_width * foot) / 2:.3f} {bottom + 8:.3f} cm\n{line}\nQ"
    )
    form = pdf.make_stream(drawn.encode())
    form.Type, form.Subtype, form.FormType = pikepdf.Name.XObject, pikepdf.Name.Form, 1
    form.BBox = pikepdf.Array([_number(side) for side in box])
    state = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=_number(INK), BM=pikepdf.Name.Multiply)
    form.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(Gm=state))
    return form


def _number(value: float) -> Any:
    return int(value) if value == int(value) else pikepdf.Object.parse(f"{value:.3f}".encode())


def _lay(page: pikepdf.Page, form: Any, number: int) -> None:
    """Draw a form over a page as an artifact: readers that follow the tags pass it over."""
    name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/PlumblineMark{number}"))
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q /Artifact <</Type /Pagination /Subtype /Watermark>> BDC q {name} Do Q EMC".encode())


def _unsign(pdf: pikepdf.Pdf) -> None:
    """Take signatures out: over a marked file they would read as broken."""
    for page in pdf.pages:
        if "/Annots" in page:
            kept = [each for each in page.Annots if each.get("/FT") != "/Sig"]
            if len(kept) != len(page.Annots):
                page.Annots = pikepdf.Array(kept)
    for name in _signing_keys(pdf):
        del pdf.Root[name]


def _signing_keys(pdf: pikepdf.Pdf) -> Iterator[str]:
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/SigFlags" in form:
        yield "/AcroForm"
    if "/Perms" in pdf.Root:
        yield "/Perms"
    if "/DSS" in pdf.Root:
        yield "/DSS"

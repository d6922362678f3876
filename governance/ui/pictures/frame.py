"""What every picture is: an SVG with its text alternatives, the table behind it, and its colours for paper."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

COMMENT = re.compile(r"/\*.*?\*/", re.S)
TONES = ("", "ok", "warn", "stop")


@cache
def print_style() -> str:
    """Return the style sheet of pictures on paper."""
    sheet = (Path(settings.BASE_DIR) / "static" / "css" / "chart-print.css").read_text(encoding="utf-8")
    return COMMENT.sub("", sheet).strip()  # inside an SVG a style sheet is markup: a comment's "<" would open an element


def for_print(svg: str) -> str:
    """Return the SVG with its print colours inside: WeasyPrint does not apply the page's style sheet there."""
    head, _, rest = svg.partition(">")
    return f"{head}><style>{print_style()}</style>{rest}"


def picture(css: str, width: float, height: float, title: str, desc: str, body: str, role: str = "img") -> str:
    """Frame a drawing with its text alternatives; `role` is "group" for one whose parts are links. Ids are unique."""
    mark = hashlib.sha256(f"{title}{desc}{body}".encode()).hexdigest()[:10]
    return (
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="{role}"'
        f' aria-labelledby="t-{mark} d-{mark}"><title id="t-{mark}">{escape(title)}</title>'
        f'<desc id="d-{mark}">{escape(desc)}</desc>{body}</svg>'
    )


def toned(css: str, tone: str) -> str:
    """Return the class with its state added. Raises ValueError for an unknown tone."""
    if tone not in TONES:
        raise ValueError(f"no tone named {tone!r}; it is one of {', '.join(map(repr, TONES))}")
    return f"{css} {css}--{tone}" if tone else css


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: the classes that draw its sample, whether that is a stroke, and its name."""

    css: str
    name: str
    stroke: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, what it shows in a sentence, and the table that it was drawn from.

    In a template `{{ picture }}` is all of it as a figure: drawing, legend, and the table folded below. `svg` is the drawing
    alone, `printed` the drawing and its legend for a document. `links` are addresses for the rows of the table, in order;
    a `broad` drawing keeps its size on a narrow screen and is moved sideways there.
    """

    svg: SafeString
    title: str
    finding: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...] = ()
    links: tuple[str, ...] = ()
    broad: bool = False

    def __html__(self) -> str:
        return self.figure

    def __str__(self) -> str:
        return self.figure

    @property
    def figure(self) -> SafeString:
        """The whole for a page."""
        drawing: str = self.svg
        if self.broad:
            region = f'class="tray" tabindex="0" role="region" aria-label="{escape(self.title)}"'
            drawing = f"<div {region}>{drawing}</div>"
        return mark_safe(f'<figure class="picture">{drawing}{self.legend}{self.table}</figure>')

    @property
    def printed(self) -> SafeString:
        """The drawing and its legend, with the colours of paper."""
        return mark_safe(f'<div class="picture">{for_print(self.svg)}{self._legend(paper=True)}</div>')

    @property
    def legend(self) -> SafeString:
        """Which mark is what; nothing where the title says it."""
        return self._legend()

    def _legend(self, paper: bool = False) -> SafeString:
        if not self.keys:
            return mark_safe("")
        return mark_safe(f'<ul class="picture-keys">{"".join(f"<li>{_sample(key, paper)}</li>" for key in self.keys)}</ul>')

    @property
    def table(self) -> SafeString:
        """The same as a table, folded: for those who read rather than look, and for exact figures."""
        head = "".join(f'<th scope="col"{_num(place)}>{escape(cell)}</th>' for place, cell in enumerate(self.head))
        body = "".join(f"<tr>{self._row(place, row)}</tr>" for place, row in enumerate(self.rows))
        return mark_safe(
            f'<details class="picture-table"><summary>As a table</summary><div class="tray" tabindex="0" role="region"'
            f' aria-label="{escape(self.title)}, as a table"><table class="table table--dense"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div></details>"
        )

    def _row(self, place: int, row: Sequence[str]) -> str:
        first: str = conditional_escape(row[0])
        if place < len(self.links) and self.links[place]:
            first = format_html('<a href="{}">{}</a>', self.links[place], row[0])
        cells = "".join(f'<td class="num">{escape(cell)}</td>' for cell in row[1:])
        return f'<th scope="row">{first}</th>{cells}'


def _num(place: int) -> str:
    return ' class="num"' if place else ""


def _sample(key: Key, paper: bool) -> str:
    shape = (
        f'<path class="{key.css}" stroke-width="6" d="M0 5H18"/>'
        if key.stroke
        else f'<rect class="{key.css}" y="1" width="18" height="8"/>'
    )
    svg = f'<svg viewBox="0 0 18 10" width="18" height="10" aria-hidden="true">{shape}</svg>'
    return f"{for_print(svg) if paper else svg}{escape(key.name)}"

"""Pictures drawn on the server as SVG, the same for page and paper, coloured by class alone.

Every picture has a `<title>` and a `<desc>` that say its finding in a sentence. Ids are unique: they carry a digest of
what is drawn. On paper, `for_print` puts the print colours into the SVG, because WeasyPrint does not apply a page's style
sheet inside it; on pages the site's own style sheet colours the same classes.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import escape

WIDTH, MARGIN, AXIS = 580, 45, 10
COMMENT = re.compile(r"/\*.*?\*/", re.S)


@cache
def print_style() -> str:
    """Return the style sheet of charts on paper."""
    sheet = (Path(settings.BASE_DIR) / "static" / "css" / "chart-print.css").read_text(encoding="utf-8")
    return COMMENT.sub("", sheet).strip()  # inside an SVG a style sheet is markup: a comment's "<" would open an element


def for_print(svg: str) -> str:
    """Return the SVG with its print colours inside."""
    head, _, rest = svg.partition(">")
    return f"{head}><style>{print_style()}</style>{rest}"


def picture(css: str, width: int, height: int, title: str, desc: str, body: str) -> str:
    """Frame a drawing with its text alternatives."""
    mark = hashlib.sha256(f"{title}{desc}{body}".encode()).hexdigest()[:10]
    return (
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="t-{mark} d-{mark}"><title id="t-{mark}">{escape(title)}</title>'
        f'<desc id="d-{mark}">{escape(desc)}</desc>{body}</svg>'
    )


def mode_ladder(modes: Sequence[tuple[str, str]], current: str) -> str:
    """Draw the modes from left to right as (key, label) with the one that holds filled."""
    step = (WIDTH - 2 * MARGIN) / max(len(modes) - 1, 1)
    body, held = f'<path class="chart-axis" d="M{MARGIN} {AXIS}H{WIDTH - MARGIN}"/>', ""
    for number, (key, label) in enumerate(modes):
        x, on = round(MARGIN + number * step, 1), key == current
        held = label if on else held
        body += (
            f'<circle class="chart-rung{" chart-rung--on" if on else ""}" cx="{x}" cy="{AXIS}" r="{5 if on else 3.5}"/>'
            f'<text class="chart-text{" chart-text--on" if on else ""}" x="{x}" y="31" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    said = f"{held} holds, of {len(modes)} modes." if held else f"None of {len(modes)} modes holds yet."
    order = f"From left to right: {', '.join(label for _, label in modes)}."
    return picture("ladder", WIDTH, 40, f"Mode: {held or 'not live'}", f"{said} {order}", body)

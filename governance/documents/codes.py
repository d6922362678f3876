"""Check codes: the short word printed on a document, and its picture."""

import secrets

import segno
from django.utils.html import escape

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else on paper
LENGTH = 12


def new_code() -> str:
    """Return a fresh code. 31 to the power of 12: nobody finds a document by trying codes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spoken(code: str) -> str:
    """Write a code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def as_typed(code: str) -> str:
    """Read a code that a person typed: capitals, spaces and hyphens do not matter."""
    return "".join(char for char in code.lower() if char.isalnum())


def qr_svg(url: str, title: str) -> str:
    """Return a QR code for a URL as an inline SVG with a text alternative."""
    rows = list(segno.make(url, error="m", micro=False, boost_error=False).matrix)
    size = len(rows)
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return (
        f'<svg class="code" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<path d="{path}" fill="#171d2b"/></svg>'
    )


def _runs(row: bytearray, y: int) -> str:
    """Draw each run of dark modules in a row as one rectangle."""
    path, x = "", 0
    while x < len(row):
        if not row[x]:
            x += 1
            continue
        start = x
        while x < len(row) and row[x]:
            x += 1
        path += f"M{start} {y}h{x - start}v1h-{x - start}z"
    return path

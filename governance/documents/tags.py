"""The template language of documents: cuts that are counted, words for dates and hashes, and pictures with text beside.

Built into the documents' own template engine (`rendering.engine`), where everything is escaped unless a tag here made it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from governance.documents import charts, codes
from governance.documents import course as courses
from governance.documents.density import Density
from governance.ui import pictures

register = template.Library()
NO_BREAK = "\u00a0"
MONTHS = "January February March April May June July August September October November December".split()
KEPT = frozenset(" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@register.filter
def text(value: Any, density: Density) -> str:
    """Show a running text, as long as the density allows."""
    return density.shorten(str(value or ""), density.text)


@register.filter
def brief(value: Any, density: Density) -> str:
    """Show a text that stands beside others, half as long as a running text."""
    return density.shorten(str(value or ""), density.text // 2)


@register.filter
def name(value: Any, density: Density) -> str:
    """Show a name, as long as the density allows."""
    return density.shorten(str(value or ""), density.name)


@register.filter
def heading(value: Any, density: Density) -> str:
    """Show a name as a title, which has the page's whole width: twice as long as elsewhere."""
    return density.shorten(str(value or ""), density.name * 2)


@register.filter
def rows(value: Sequence[Any], density: Density) -> Sequence[Any]:
    """Show as many rows as the density allows."""
    if len(value) > density.rows:
        density.cuts += 1
    return value[: density.rows]


@register.filter
def left_over(value: Sequence[Any], density: Density) -> int:
    """Return how many rows `rows` leaves out."""
    return max(0, len(value) - density.rows)


@register.filter
def names(values: Sequence[Any], density: Density) -> str:
    """Join names into a sentence part: 'A, B and 7 more' where there are too many."""
    if not values:
        return ""
    shown = [density.shorten(str(value), density.name) for value in values[: density.rows]]
    more = len(values) - len(shown)
    if more:
        density.cuts += 1
        return f"{', '.join(shown)} and {more}{NO_BREAK}more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


@register.filter
def day(value: date | datetime | str | None) -> str:
    """Write a date as '12 October 2026'; a datetime by its UTC date."""
    at = _moment(value)
    return f"{at.day}{NO_BREAK}{MONTHS[at.month - 1]} {at.year}" if at else "–"


@register.filter
def moment(value: datetime | str | None) -> str:
    """Write a datetime as '12 October 2026, 10:31' (UTC; the column's head says so)."""
    at = _moment(value)
    return f"{day(at)}, {at:%H:%M}" if at else "–"


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        return datetime.fromisoformat(value) if value else None
    return value


@register.filter
def short_hash(value: str | None) -> SafeString:
    """Write a hash as code, by its first eight and last six digits."""
    digits = str(value or "")
    if not digits:
        return mark_safe("–")
    return format_html("<code>{}</code>", f"{digits[:8]}…{digits[-6:]}" if len(digits) > 20 else digits)


@register.filter
def thousands(value: Any) -> str:
    """Write a whole number with separators."""
    return f"{int(value):,}"


@register.filter
def css_string(value: Any) -> SafeString:
    """Write any text as a CSS string, for running heads: everything but letters and digits is an escape."""
    body = "".join(char if char in KEPT else f"\\{ord(char):x} " for char in str(value or ""))
    return mark_safe(f'"{body}"')


@register.simple_tag
def check_code(url: str, title: str) -> SafeString:
    """Draw the QR code that leads to the check page."""
    return mark_safe(codes.qr_svg(url, title))


@register.simple_tag
def mode_ladder(modes: Sequence[Any], current: str) -> SafeString:
    """Draw the mode ladder with the rung that holds now."""
    return mark_safe(charts.for_print(charts.mode_ladder(modes, current)))


@register.simple_tag
def picture(data: Mapping[str, Any]) -> SafeString:
    """Draw the picture that plain data describes (`pictures.drawn`), with its legend, in the colours of paper."""
    return pictures.drawn(data).printed


@register.simple_tag
def course(steps: Sequence[Any], moments: Sequence[str]) -> SafeString:
    """Draw named steps (label and moment) and further moments on one line; nothing where there are fewer than two."""
    named = [(label, datetime.fromisoformat(at)) for label, at in steps]
    drawn = courses.course(named, [datetime.fromisoformat(at) for at in moments])
    return mark_safe(charts.for_print(drawn) if drawn else "")


@register.simple_tag
def runs(parts: Sequence[Any], density: Density) -> SafeString:
    """Show a text of plain and strong runs, together as long as the density allows."""
    told, left = "", density.text
    for part in parts:
        whole = " ".join(part["text"].split())
        head = " " if part["text"][:1].isspace() else ""
        tail = " " if part["text"][-1:].isspace() else ""
        cut = density.shorten(whole, max(left, 2))
        shown = conditional_escape(cut)
        told += head + (f"<b>{shown}</b>" if part.get("strong") else str(shown))
        left -= len(whole)
        if cut != whole:
            break
        told += tail
    return mark_safe(told)


@register.simple_tag
def lines(value: Any, density: Density) -> SafeString:
    """Show a text with its own line breaks kept, each line escaped."""
    shown = [density.shorten(line, density.text) for line in str(value or "").splitlines() if line.strip()]
    kept = shown[: density.rows]
    if len(kept) < len(shown):
        density.cuts += 1
    return mark_safe("".join(f"<p>{conditional_escape(line)}</p>" for line in kept))

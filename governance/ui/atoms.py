"""The small facts of a page as safe HTML: state, tier, person, chip, hash, number, time.

Plain functions, because lists call them thousands of times; the template tags of the same names wrap them.
An unknown kind raises, so that a page never shows a state that has no meaning.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from governance.core import clock

NBSP = "\u00a0"
DASH = mark_safe('<span class="quiet" aria-label="none">–</span>')

_MARKS: dict[str, str] = {
    "ok": '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
    '<path d="m4.8 8.3 2.2 2.2 4.2-4.7" fill="none" class="mark-cut" stroke-width="1.8"/>',
    "warn": '<path d="M8 1 15.5 14.5H.5z" fill="currentColor"/>'
    '<path d="M8 6v4M8 11.9v.4" class="mark-cut" stroke-width="1.8" fill="none"/>',
    "stop": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor"/>'
    '<path d="m5.3 5.3 5.4 5.4M10.7 5.3l-5.4 5.4" class="mark-cut" stroke-width="1.8" fill="none"/>',
    "wait": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.5 2.2"/>',
    "held": '<path d="M8 0v6" stroke="currentColor" stroke-width="1.6"/><path d="M4.5 6h7L8 15.5z" fill="currentColor"/>',
    "until": '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<path d="M8 4.5V8l2.5 1.7" stroke="currentColor" stroke-width="1.6" fill="none"/>',
}
MARKS: dict[str, SafeString] = {
    kind: mark_safe(f'<svg viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>') for kind, shape in _MARKS.items()
}
# The tone of each mark; "until" (excepted until a date) is drawn as a clock in the tone of what holds now.
TONES = {"ok": "ok", "warn": "warn", "stop": "stop", "wait": "wait", "held": "held", "until": "held"}
TIER_NAMES = ("Internal", "Customer assist", "Customer-facing", "Regulated", "Autonomous")
BOB = mark_safe(
    '<svg viewBox="0 0 12 18" aria-hidden="true"><path d="M6 0v9" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M2 8h8l-4 10z" fill="currentColor"/></svg>'
)


def mark(kind: str) -> SafeString:
    """Return the shape that carries a state without colour. Raises KeyError for an unknown kind."""
    try:
        return MARKS[kind]
    except KeyError:
        raise KeyError(f"no state named {kind!r}; it is one of {', '.join(MARKS)}") from None


def state(kind: str, label: Any, boxed: bool = False) -> SafeString:
    """Say a state in a shape and in words: ok, warn, stop, wait, held (in force) or until (excepted until a date)."""
    shape = mark(kind)
    box = " state--boxed" if boxed else ""
    return mark_safe(f'<span class="state state--{TONES[kind]}{box}">{shape}{conditional_escape(label)}</span>')


def tier(level: int | None, name: str = "", show_name: bool = False) -> SafeString:
    """Say a tier by its number in its own ground, and its name in words or for screen readers."""
    if level is None:
        return mark_safe('<span class="tier tier--none"><b aria-hidden="true">T–</b><span class="said">No tier yet</span></span>')
    if not 0 <= int(level) <= 4:
        raise ValueError(f"a tier is 0 to 4, not {level!r}")
    words = conditional_escape(name or TIER_NAMES[int(level)])
    after = words if show_name else f'<span class="said">{words}</span>'
    return mark_safe(f'<span class="tier tier--{int(level)}"><b>T{int(level)}</b>{after}</span>')


def initials(name: str) -> str:
    """Return two letters for an avatar."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "–"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def name_of(who: Any) -> str:
    """Return the name that people know somebody by."""
    return str(getattr(who, "name", "") or who)


def avatar(name: str, me: bool = False, big: bool = False) -> SafeString:
    """Draw a person's initials; without a name, the dashed ring of nobody."""
    kind = ("" if name else " avatar--none") + (" avatar--me" if me else "") + (" avatar--big" if big else "")
    letters = conditional_escape(initials(name)) if name else "–"
    return mark_safe(f'<span class="avatar{kind}" aria-hidden="true">{letters}</span>')


def person(who: Any, missing: str = "No owner", me: Any = None) -> SafeString:
    """Name a person beside their initials; nobody, and who has left, are said in red words."""
    if who is None:
        return mark_safe(
            f'<span class="person">{avatar("")}<span class="state state--stop">{conditional_escape(missing)}</span></span>'
        )
    name = name_of(who)
    shown = conditional_escape(name)
    if getattr(who, "is_active", True) is False:
        return mark_safe(f'<span class="person">{avatar("")}<span class="state state--stop">{shown}, left</span></span>')
    own = me is not None and getattr(me, "pk", None) == getattr(who, "pk", object())
    return mark_safe(f'<span class="person">{avatar(name, me=own)}{shown}</span>')


def chip(label: Any) -> SafeString:
    """Return a small neutral label."""
    return mark_safe(f'<span class="chip">{conditional_escape(label)}</span>')


def chips(labels: Any) -> SafeString:
    """Return labels in a row, or a dash when there are none."""
    drawn = "".join(chip(label) for label in labels)
    return mark_safe(f'<span class="cluster">{drawn}</span>') if drawn else DASH


def hash_code(value: str, what: str = "SHA-256 over the canonical JSON") -> SafeString:
    """Show a hash by its ends; the whole of it is in the title."""
    if not value:
        return DASH
    short = f"{value[:4]}…{value[-4:]}" if len(value) > 12 else value
    return format_html('<code class="hash" title="{}: {}">{}</code>', what, value, short)


def number(value: int | float | Decimal | None, unit: str = "", places: int | None = None) -> str:
    """Write a figure with thin counts (2,133) and its unit after a no-break space; a dash when there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{places}f}" if places is not None else f"{value:,}"
    return f"{text}{NBSP}{unit}" if unit else text


def day(value: date, long: bool = False, now: datetime | None = None) -> str:
    """Write a day: 12 Oct, with the year when it is not this one."""
    today = timezone.localtime(now or clock.now()).date()
    shown = value.strftime("%B" if long else "%b")
    return f"{value.day} {shown}" + ("" if value.year == today.year else f" {value.year}")


def _near(value: datetime, now: datetime) -> str:
    minutes = round((value - now).total_seconds() / 60)
    if minutes == 0:
        return "now"
    return f"in {minutes} min" if minutes > 0 else f"{-minutes} min ago"


def when(value: datetime, now: datetime | None = None) -> str:
    """Write a moment as people say it: in 6 min, today, 14:06, tomorrow, 8 Oct, 15:20."""
    at = now or clock.now()
    if abs((value - at).total_seconds()) < 3600:
        return _near(value, at)
    local, today = timezone.localtime(value), timezone.localtime(at).date()
    distance = (local.date() - today).days
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(distance)
    if named == "today" and local.hour >= 18 and local > timezone.localtime(at):
        named = "tonight"
    return f"{named or day(local.date(), now=at)}, {local:%H:%M}"


def exact(value: datetime) -> str:
    """Write a moment to the second, with its zone."""
    local = timezone.localtime(value)
    return f"{local.day} {local:%B %Y, %H:%M:%S} {local.tzname()}"


def time(value: datetime | date | None, style: str = "auto", missing: str = "–") -> SafeString:
    """Show a moment or a day; the exact time with its zone is in the title. Styles: auto, date, long, exact."""
    if value is None:
        return mark_safe(f'<span class="quiet">{conditional_escape(missing)}</span>')
    if style not in {"auto", "date", "long", "exact"}:
        raise ValueError(f"no time style {style!r}; it is auto, date, long or exact")
    if not isinstance(value, datetime):
        shown = day(value, long=style in {"auto", "long"})
        return mark_safe(f'<time datetime="{value.isoformat()}" title="{value.day} {value:%B %Y}">{shown}</time>')
    local = timezone.localtime(value)
    shown = {
        "auto": lambda: when(value),
        "date": lambda: day(local.date()),
        "long": lambda: day(local.date(), long=True),
        "exact": lambda: exact(value),
    }[style]()
    return mark_safe(f'<time datetime="{local.isoformat(timespec="seconds")}" title="{exact(value)}">{shown}</time>')


def link(url: str, label: Any, detail: str = "") -> SafeString:
    """Return a link for a table's lead cell, with a small detail (a key) after it."""
    after = f' <small class="col-2">{conditional_escape(detail)}</small>' if detail else ""
    return mark_safe(f'<a href="{conditional_escape(url)}">{conditional_escape(label)}</a>{after}')

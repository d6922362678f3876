"""Icons as inline SVG: a 16 grid, strokes of 1.4, coloured by the text around them."""

# ruff: noqa: E501  (paths are drawings; broken lines would not make them clearer)

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_OPEN = (
    '<svg class="icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" '
    'stroke-linecap="round" stroke-linejoin="round"'
)

PATHS: dict[str, str] = {
    "activity": '<path d="M1.5 8.5h3l2-5.5 3 10 2-4.5h3"/>',
    "archive": '<path d="M2 3h12v3H2zM3 6v7.5h10V6M6.3 8.8h3.4"/>',
    "arrow": '<path d="M3 8h10M9 4l4 4-4 4"/>',
    "back": '<path d="M13 8H3M7 4 3 8l4 4"/>',
    "bell": '<path d="M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11zM6.5 14h3"/>',
    "book": '<path d="M8 4C6.5 2.8 4.5 2.5 2.5 2.5v10c2 0 4 .3 5.5 1.5 1.5-1.2 3.5-1.5 5.5-1.5v-10c-2 0-4 .3-5.5 1.5zM8 4v10"/>',
    "briefing": '<path d="M2.5 13.5v-4M6.2 13.5v-8M9.8 13.5v-6M13.5 13.5v-11"/>',
    "building": '<path d="M2.5 13.5v-9L8 2l5.5 2.5v9zM6.3 13.5v-3.4h3.4v3.4"/>',
    "calendar": '<path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3"/>',
    "changes": '<circle cx="4" cy="4" r="1.7"/><circle cx="4" cy="12" r="1.7"/><circle cx="12" cy="12" r="1.7"/><path d="M4 5.7v4.6M12 10.3V6.5a2 2 0 0 0-2-2H7.5"/>',
    "budget": '<path d="M2 2v12h12M4.5 4.5c2.5 0 3 4 5 4s2 3 4 3"/>',
    "charter": '<path d="M4 1.8h8v12.4l-4-2-4 2zM6.3 5h3.4M6.3 7.5h3.4"/>',
    "check": '<path d="m3 8.5 3.3 3.3L13 5"/>',
    "circle": '<circle cx="8" cy="8" r="5.5"/>',
    "clock": '<circle cx="8" cy="8" r="5.8"/><path d="M8 4.8V8l2.3 1.6"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "columns": '<path d="M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10"/>',
    "comment": '<path d="M2.5 3h11v8h-6l-3 2.5V11h-2z"/>',
    "contract": '<path d="M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3M5.8 8h4.4M5.8 10.8h4.4"/>',
    "copy": '<path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"/>',
    "data": '<ellipse cx="8" cy="3.8" rx="5" ry="1.9"/><path d="M3 3.8v8.4c0 1 2.2 1.9 5 1.9s5-.9 5-1.9V3.8M3 8c0 1 2.2 1.9 5 1.9s5-.9 5-1.9"/>',
    "document": '<path d="M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3"/>',
    "down": '<path d="m4 6 4 4 4-4"/>',
    "download": '<path d="M8 2v8M5 7l3 3 3-3M2.5 10.5v3h11v-3"/>',
    "edit": '<path d="m10.5 2.8 2.7 2.7L6 12.7l-3.3.6.6-3.3zM9 4.3 11.7 7"/>',
    "endpoint": '<circle cx="8" cy="8" r="2.2"/><path d="M8 1.8v4M8 10.2v4M1.8 8h4M10.2 8h4"/>',
    "evals": '<circle cx="8" cy="8" r="5.5"/><circle cx="8" cy="8" r="1.8"/>',
    "exceptions": '<circle cx="8" cy="8.5" r="5.5"/><path d="M8 5.5v3l2 1.5M6.3 1.2h3.4"/>',
    "export": '<path d="M8 10V2M5 5l3-3 3 3M2.5 9.5v4h11v-4"/>',
    "eye": '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
    "file": '<path d="M3.5 1.8h6l3 3v9.4h-9zM9.5 1.8v3h3"/>',
    "filter": '<path d="M2 3.5h12M4.5 8h7M6.8 12.5h2.4"/>',
    "flag": '<path d="M3.5 14V2.5h8.5l-2 3 2 3H3.5"/>',
    "gear": '<circle cx="8" cy="8" r="2.2"/><path d="M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4"/>',
    "globe": '<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c2 1.7 2.8 3.7 2.8 6S10 12.3 8 14c-2-1.7-2.8-3.7-2.8-6S6 3.7 8 2z"/>',
    "hand": '<path d="M4.5 8V4.3a1.1 1.1 0 0 1 2.2 0V7 3a1.1 1.1 0 0 1 2.2 0v4-3a1.1 1.1 0 0 1 2.2 0v4-2a1.1 1.1 0 0 1 2.2 0v4c0 2.5-1.8 4.3-4.3 4.3-2 0-3.2-.8-4.2-2.5L2.5 9.3c-.4-.7.6-1.6 1.3-1z"/>',
    "history": '<path d="M2.5 3v3h3M2.7 6A5.6 5.6 0 1 1 2.4 9.5M8 5v3.2l2.2 1.3"/>',
    "home": '<path d="M2 7.5 8 2.5l6 5M3.5 6.5v7h9v-7"/>',
    "image": '<path d="M2.5 3h11v10h-11zM2.5 11l3.5-3.5 3 3 1.8-1.8 2.7 2.6"/><circle cx="10.3" cy="5.8" r=".9"/>',
    "import": '<path d="M8 2v7M5 6l3 3 3-3M2.5 8.5v5h11v-5"/>',
    "inbox": '<path d="M2 9.5h3.2l1 1.8h3.6l1-1.8H14M2 9.5 4 3h8l2 6.5v3.5H2z"/>',
    "incident": '<path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.7M8 5v.1"/>',
    "key": '<circle cx="5" cy="11" r="2.8"/><path d="m7 9 6.5-6.5M11 5l2 2M9.3 6.7l1.3 1.3"/>',
    "keyboard": '<path d="M1.5 4h13v8h-13zM4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M5 9.5h6"/>',
    "layers": '<path d="m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3"/>',
    "ledger": '<path d="M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3"/>',
    "left": '<path d="m10 4-4 4 4 4"/>',
    "link": '<path d="M6.7 9.3a2.7 2.7 0 0 0 3.8 0l2.3-2.3a2.7 2.7 0 0 0-3.8-3.8l-.8.8M9.3 6.7a2.7 2.7 0 0 0-3.8 0L3.2 9A2.7 2.7 0 0 0 7 12.8l.8-.8"/>',
    "list": '<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1"/>',
    "lock": '<path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
    "mail": '<path d="M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "minus": '<path d="M3 8h10"/>',
    "mode": '<path d="M2.5 5h5M10.5 5h3M2.5 11h3M8.5 11h5"/><circle cx="9" cy="5" r="1.5"/><circle cx="7" cy="11" r="1.5"/>',
    "moon": '<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z"/>',
    "more": '<path d="M3.5 8h.1M8 8h.1M12.5 8h.1" stroke-width="2.2"/>',
    "open": '<path d="M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7"/>',
    "pack": '<path d="M2.5 4.5 8 1.8l5.5 2.7v7L8 14.2l-5.5-2.7zM2.5 4.5 8 7.3l5.5-2.8M8 7.3v6.9"/>',
    "people": '<circle cx="6" cy="5.5" r="2.4"/><path d="M1.8 13.5c0-2.4 1.8-4 4.2-4s4.2 1.6 4.2 4M10.5 3.4a2.4 2.4 0 0 1 0 4.3M12 9.9c1.5.5 2.3 1.8 2.3 3.6"/>',
    "person": '<circle cx="8" cy="5" r="2.7"/><path d="M2.8 14c0-3 2.2-5 5.2-5s5.2 2 5.2 5"/>',
    "pin": '<path d="M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "policy": '<path d="M8 1.8 13.5 4v4c0 3.2-2.3 5.3-5.5 6.3C4.8 13.3 2.5 11.2 2.5 8V4z"/>',
    "position": '<path d="M2.5 5.5h11v8h-11zM6 5.5v-3h4v3M2.5 9h11"/>',
    "power": '<path d="M8 2v5.5M4.7 4.3a5.2 5.2 0 1 0 6.6 0"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z"/>',
    "prompt": '<path d="m3 4.5 3.5 3.5L3 11.5M8.5 12H13"/>',
    "question": '<path d="M2.5 3h11v8h-6l-3 2.5V11h-2zM6 6a2 2 0 1 1 2.3 1.8"/>',
    "refresh": '<path d="M13.5 3v3.5H10M13.2 6.5A5.6 5.6 0 1 0 13.6 9"/>',
    "restore": '<path d="M2.5 3v3.5H6M2.8 6.5a5.6 5.6 0 1 1-.4 2.5"/>',
    "right": '<path d="m6 4 4 4-4 4"/>',
    "route": '<circle cx="3.5" cy="12.5" r="1.5"/><circle cx="12.5" cy="3.5" r="1.5"/><path d="M5 12.5h5a2.2 2.2 0 0 0 0-4.4H6a2.2 2.2 0 0 1 0-4.5h5"/>',
    "save": '<path d="M4 2h8v12l-4-3-4 3z"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.3 10.3 3.7 3.7"/>',
    "send": '<path d="M14 2 2 7l4.5 2.5L9 14zM14 2 6.5 9.5"/>',
    "share": '<circle cx="4" cy="8" r="1.7"/><circle cx="12" cy="3.7" r="1.7"/><circle cx="12" cy="12.3" r="1.7"/><path d="m5.5 7.2 5-2.7M5.5 8.8l5 2.7"/>',
    "signout": '<path d="M9.5 2.5h-7v11h7M6.5 8h8M11.5 5l3 3-3 3"/>',
    "sign": '<path d="M2 13.5h12M3 10c2-5 4.5-7.5 5.5-6.5S5.5 10 6.5 10s1.5-2 2.5-2 0 2 1.5 2S12.5 9 13 9"/>',
    "sort": '<path d="M5 3v10M2.5 10.5 5 13l2.5-2.5M11 13V3M8.5 5.5 11 3l2.5 2.5"/>',
    "sun": '<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"/>',
    "surface": '<path d="M2.5 3h11v7h-11zM5.5 13h5M8 10v3"/>',
    "system": '<path d="M2 3h12v8H2zM5.5 13.5h5M8 11v2.5"/>',
    "table": '<path d="M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13"/>',
    "tag": '<path d="M2.5 2.5h5.5l5.5 5.5-5.5 5.5-5.5-5.5zM5.5 5.5h.1"/>',
    "team": '<circle cx="8" cy="4.3" r="2"/><circle cx="3.5" cy="6.5" r="1.5"/><circle cx="12.5" cy="6.5" r="1.5"/><path d="M4.7 13.5c0-2.5 1.3-4.3 3.3-4.3s3.3 1.8 3.3 4.3M1.2 12c0-1.6.8-2.8 2.2-2.8M14.8 12c0-1.6-.8-2.8-2.2-2.8"/>',
    "tool": '<path d="M13.5 4.5 11 7 9 5l2.5-2.5a3.8 3.8 0 0 0-5 4.8L2.3 11.5a1.6 1.6 0 0 0 2.2 2.2l4.2-4.2a3.8 3.8 0 0 0 4.8-5z"/>',
    "trash": '<path d="M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.7 6.8v4M9.3 6.8v4"/>',
    "undo": '<path d="M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8h-3"/>',
    "up": '<path d="m4 10 4-4 4 4"/>',
    "upload": '<path d="M8 10V2M5 5l3-3 3 3M2.5 9.5v4h11v-4"/>',
    "vendor": '<path d="M2.5 13.5v-9L8 2l5.5 2.5v9zM6.3 13.5v-3.4h3.4v3.4"/>',
}


def _draw(path: str) -> SafeString:
    return mark_safe(f'{_OPEN} aria-hidden="true">{path}</svg>')  # constants of this file only


_DRAWN: dict[str, SafeString] = {name: _draw(path) for name, path in PATHS.items()}


def icon(name: str, label: str = "") -> SafeString:
    """Return an icon by name; with a label it is read out, without one it is decoration. Raises KeyError when unknown."""
    if name not in PATHS:
        raise KeyError(f"no icon named {name!r}; governance/ui/icons.py lists them")
    if not label:
        return _DRAWN[name]
    shape = mark_safe(PATHS[name])  # a constant of this file
    return format_html('{} role="img" aria-label="{}">{}</svg>', mark_safe(_OPEN), label, shape)

"""Cleaning one cell's text without changing what it says.

Removed: NUL and other control characters, byte-order marks, spaces at the ends. Made equal: line breaks become LF,
no-break spaces become spaces. Kept: line breaks, tabs, right-to-left text and its marks, joiners, everything else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from governance.core.tabular.formulas import restore

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_ODD_SPACE = re.compile("[\u00a0\u2007\u202f]")
# One search for all of these decides whether a cell needs more than its ends stripped.
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\u2007\u2028\u2029\u202a-\u202f\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Cleaned(NamedTuple):
    """The text as it will be kept, and a sentence for each thing that was changed beyond spaces and line ends."""

    text: str
    notes: tuple[str, ...] = ()


_NOTHING = Cleaned("")


def clean(value: str) -> Cleaned:
    """Clean one cell. The quick path, which most cells take, is one search and one strip."""
    if not value:
        return _NOTHING
    if not _UNUSUAL.search(value):
        return Cleaned(restore(value).strip())
    notes: list[str] = []
    text = _LINE_END.sub("\n", value)
    text, lone = _SURROGATE.subn("\ufffd", text)
    if lone:
        notes.append(f"{lone} broken character{'s' if lone > 1 else ''} replaced")
    if "\x00" in text:
        count = text.count("\x00")
        notes.append(f"{count} NUL character{'s' if count > 1 else ''} removed")
        text = text.replace("\x00", "")
    text, controls = _CONTROL.subn("", text.replace("\ufeff", ""))
    if controls:
        notes.append(f"{controls} control character{'s' if controls > 1 else ''} removed")
    if _DIRECTION.search(text):
        notes.append("holds marks that change the direction of writing; kept")
    text = _ODD_SPACE.sub(" ", text)
    return Cleaned(restore(text).strip(), tuple(notes))

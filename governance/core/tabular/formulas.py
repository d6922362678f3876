"""No cell that we write is a formula, and every cell can be read back as it was.

A spreadsheet runs a cell that starts with = + - @ (or their full-width twins), also behind blanks, a tab or a line
break. Such a cell is written with one apostrophe in front. Reading takes one apostrophe away from exactly the cells
that would get one, so writing and reading are each other's inverse:

    =1+1    is written as    '=1+1    and read as    =1+1
    '=1+1   is written as   ''=1+1    and read as   '=1+1
    'tis    is written as     'tis    (nothing to neutralise)
"""

from __future__ import annotations

import re

_SHAPE = r"(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"
_DANGEROUS = re.compile(rf"'*{_SHAPE}")
_NEUTRALISED = re.compile(rf"'+{_SHAPE}")
# Only a cell that starts with one of these can match: one set look-up decides for nearly all cells.
_FIRST = frozenset("'=+-@＝＋－＠ \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}


def neutralise(text: str) -> str:
    """The text as it may stand in a spreadsheet's cell."""
    if text and text[0] in _FIRST and _DANGEROUS.match(text):
        return "'" + text
    return text


def restore(text: str) -> str:
    """The text as it was before `neutralise`."""
    if text.startswith("'") and _NEUTRALISED.match(text):
        return text[1:]
    return text

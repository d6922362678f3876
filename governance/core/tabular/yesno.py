"""Yes and no in the words that people use."""

from __future__ import annotations

import re
from typing import NamedTuple

_YES_WORDS = "yes y true t 1 x ✓ ✔ ☑ ✅ on ja j oui o si sí s sim vrai wahr yep checked"
_NO_WORDS = "no n false f 0 ✗ ✘ ☐ ❌ off nein non não nee faux falsch nope unchecked"
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
# 'Yes – by the CAIO': the answer, then an explanation.
_LEAD = re.compile(r"(\w+)\s*(?:[-–—:;,.(]|\bbut\b|\bbecause\b)\s*(.+)", re.DOTALL)


class YesNo(NamedTuple):
    """The answer, or None when the text is none, and the explanation that came with it."""

    value: bool | None
    remark: str = ""


def read(text: str) -> YesNo:
    """Read an answer; a text that merely contains 'no' is not one."""
    word = text.strip().rstrip(".!").casefold()
    if word in _YES:
        return YesNo(True)
    if word in _NO:
        return YesNo(False)
    if match := _LEAD.match(text.strip()):
        lead = match[1].casefold()
        if len(lead) > 1 and lead in _YES:
            return YesNo(True, match[2].strip(" )"))
        if len(lead) > 1 and lead in _NO:
            return YesNo(False, match[2].strip(" )"))
    return YesNo(None)

"""Numbers with currency signs, percent, thousands marks, and either decimal mark."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<before>[$€£¥]|USD|EUR|GBP|CHF)?\s*(?P<sign2>[-−])?"
    r"(?P<digits>\d[\d.,' ]*)\s*(?P<scale>[kKmM](?![a-zA-Z]))?\s*(?P<after>%|[$€£¥]|USD|EUR|GBP|CHF)?\s*(?P<close>\))?"
)
_PLAIN = re.compile(r"\d+(\.\d+)?")
_SCIENTIFIC = re.compile(r"[-+]?\d(\.\d+)?[eE][-+]?\d{1,3}")
_SCALES = {"k": 1_000, "m": 1_000_000}


class Number(NamedTuple):
    """The number, or None when the text is none; `doubt` says what could also be meant."""

    value: Decimal | None
    doubt: str = ""


def read(text: str, *, decimal: str | None = None) -> Number:
    """Read a number. `decimal` is the column's decimal mark when it is known."""
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text):
        return Number(Decimal(text))
    match = _NUMBER.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]):
        return Number(None)
    digits, doubt = _plain(re.sub(r"[' ]", "", match["digits"]), decimal)
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return Number(None)
    value *= _SCALES.get((match["scale"] or "").lower(), 1)
    if match["after"] == "%":
        value /= 100
    negative = match["open"] or match["sign2"] or match["sign"] in ("-", "−")
    return Number(-value if negative else value, doubt)


def _plain(digits: str, decimal: str | None) -> tuple[str, str]:
    """Digits with a point as decimal mark, and the doubt if '1,234' or '1.234' can be read both ways."""
    if decimal:
        thousands = "," if decimal == "." else "."
        return digits.replace(thousands, "").replace(decimal, "."), ""
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        last, other = (".", ",") if point > comma else (",", ".")
        return digits.replace(other, "").replace(last, "."), ""
    if point < 0 and comma < 0:
        return digits, ""
    mark = "." if point >= 0 else ","
    groups = digits.split(mark)
    thousands_shaped = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if len(groups) > 2:
        return ("".join(groups), "") if thousands_shaped else (digits, "")
    if thousands_shaped and mark == ",":
        return "".join(groups), f"could also mean {digits.replace(',', '.')}"
    return digits.replace(",", "."), ""


def decimal_mark(values: list[str]) -> str | None:
    """The decimal mark that a column's values prove; None when they prove neither."""
    found = set()
    for text in values:
        match = _NUMBER.fullmatch(text.strip())
        if not match:
            continue
        digits = match["digits"].strip()
        marks = [character for character in digits if character in ".,"]
        if len(set(marks)) == 2:
            found.add(marks[-1])
        elif len(marks) == 1 and len(digits) - digits.index(marks[0]) - 1 != 3:
            found.add(marks[0])
        elif len(marks) > 1:
            found.add("," if marks[0] == "." else ".")
    return found.pop() if len(found) == 1 else None

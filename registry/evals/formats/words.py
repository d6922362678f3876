"""What of a result file's words is kept: names and short reasons. What was asked, answered or secret is cut out."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from registry.catalog import secrets

LEFT_OUT = "…"
SECRET = "(left out: it looks like a secret)"  # noqa: S105 - says that one was there
LONGEST_NAME, LONGEST_REASON, READ = 240, 200, 4000
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|`[^`]*`|(?<!\w)'[^']+'(?!\w)")
_OPEN = re.compile(r"[\"“«`].*$", re.S)
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}")
_SPACE = re.compile(r"\s+")


def plain(value: Any) -> str:
    """Return text on one line that a database can hold: no control characters, no half symbols."""
    text = str(value)[:READ].encode("utf-8", "replace").decode()
    return _SPACE.sub(" ", "".join(each if each >= " " and each != "\x7f" else " " for each in text)).strip()


def name(value: Any, missing: str) -> str:
    """Return a case's name. A long one ends in a digest of the whole, so that it is the same in every run."""
    text = plain(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if not text:
        return missing
    if secrets.found_in(text):
        return f"{missing} {SECRET}"
    if len(text) <= LONGEST_NAME:
        return text
    return f"{text[: LONGEST_NAME - 12]}{LEFT_OUT} {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def reason(value: Any, hidden: Iterable[Any] = ()) -> str:
    """Return why a case came out so, in at most 200 characters.

    Whatever stands in quotes is cut out, and so are the texts of `hidden` (prompt, variables, output) wherever they
    appear, mail addresses, and the whole where it looks like a secret.
    """
    if not isinstance(value, str) or not value.strip():
        return ""
    text = value[:READ]
    for part in sorted({each for each in hidden if isinstance(each, str) and len(each.strip()) >= 4}, key=len, reverse=True):
        text = text.replace(part, LEFT_OUT).replace(part[:READ].strip(), LEFT_OUT)
    text = plain(_OPEN.sub(LEFT_OUT, _QUOTED.sub(LEFT_OUT, text)))
    text = _ADDRESS.sub(LEFT_OUT, text)
    if secrets.found_in(text) or secrets.found_in(value[:READ]):
        return f"A reason was given {SECRET}."
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}{LEFT_OUT}"


def label(value: Any, longest: int = 100) -> str:
    """Return the name of a tool or model, or nothing."""
    text = plain(value)[:longest] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return "" if secrets.found_in(text) else text


def labels(values: Iterable[Any], most: int = 40) -> tuple[str, ...]:
    """Return names in order, each once, at most so many."""
    return tuple(dict.fromkeys(found for found in (label(each, 200) for each in values) if found))[:most]

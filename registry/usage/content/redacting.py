"""What is taken out of a text before it is kept, by kind: addresses, numbers that lead to people or money, secrets, names.

Patterns err on the side of taking out too much. Names are those of the people who are known here. What no pattern knows
stays: keeping texts at all is for policy to decide, tier by tier.
"""

import re
from collections.abc import Collection, Mapping

from governance.core.redaction import ADDRESS, Redaction, spoken
from registry.catalog import secrets

LONGEST = 20_000
"""Characters of a text that are kept; the rest is cut off and said to be."""
_PATTERNS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "address": (ADDRESS,),
    "phone": (re.compile(r"(?<![\w.])\+?\(?\d{2,4}\)?(?:[ ./-]?\(?\d{2,5}\)?){2,5}(?![\w])"),),
    "card": (re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)"),),
    "iban": (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"),),
    "ip": (
        re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"),
        re.compile(r"\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b", re.I),
    ),
    "secret": secrets.SHAPES,
}
ORDER = ("secret", "address", "iban", "card", "ip", "phone", "name")
"""Longer and surer shapes first, so that a card's number is not taken for a telephone's."""
KINDS = frozenset(ORDER)


def redacted(text: str, *, kinds: Collection[str], names: Mapping[str, str]) -> tuple[str, int]:
    """Return a text without what `kinds` name, and how many passages were taken out.

    `names` maps what people are called to what is said instead (see `known`). A text that is too long is cut, which is said
    at its end. Control characters that no database holds are replaced.
    """
    whole = text if len(text) <= LONGEST else f"{text[:LONGEST]} […]"
    clean = whole.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    count = 0
    for kind in ORDER:
        if kind in kinds:
            clean, found = _named(clean, names) if kind == "name" else _without(clean, kind)
            count += found
    return clean, count


def known(people: Collection[str]) -> dict[str, str]:
    """Return what people are called, whole and in parts, each with what is said instead."""
    return {word: instead for person in people for word, instead in spoken(person, "name").items()}


def _without(text: str, kind: str) -> tuple[str, int]:
    count = 0
    for pattern in _PATTERNS[kind]:
        text, found = pattern.subn(f"[{kind}]", text)
        count += found
    return text, count


def _named(text: str, names: Mapping[str, str]) -> tuple[str, int]:
    redaction = Redaction(names)
    return redaction.text(text), redaction.places

"""Telling the eight-bit encodings of Latin letters apart: Windows, Mac, DOS, plain Latin-1, and Central European.

They agree on ASCII and differ above it. In the right one accented letters stand inside words and quotes, dashes and
bullets at their edges; in a wrong one there are symbols inside words and capitals amid small letters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

CANDIDATES = ("cp1252", "mac_roman", "cp850", "latin-1")
_HIGH = re.compile(b"[\x80-\xff]+")
_COMMON = frozenset("éèêëáàâäãåíìîïóòôöõúùûüñçßæøœÉÈÁÀÂÄÅÖÜØÑÇŒÆ’‘“”–—…•€£§°®™©«»·´\u00a0½¼¾²³±×µºª¿¡")
_CENTRAL = frozenset("öüäëěščřžýáíéúůďťňółąęśźżćńőűăâîșşțţđôľĺŕ")


class Guess(NamedTuple):
    """How well an encoding explains the bytes: the share of odd places, and the share of bytes above ASCII."""

    name: str
    share_odd: float
    density: float
    reason: str


def best(sample: bytes) -> Guess:
    """The Western encoding that explains the sample with the fewest odd places; Windows' when it is a draw."""
    high = [(match[0], *_around(sample, match)) for match in _HIGH.finditer(sample)]
    total = sum(len(run) for run, _, _ in high) or 1
    density = total / max(1, len(sample))
    scores = {name: _odd(high, name) / total for name in CANDIDATES}
    name = min(CANDIDATES, key=lambda candidate: (round(scores[candidate], 3), CANDIDATES.index(candidate)))
    reason = {
        "cp1252": "Quotes, dashes and accented letters stand where Western Windows text has them.",
        "mac_roman": "Accented letters and quotes make sense only as those of an older Mac.",
        "cp850": "Accented letters make sense only as those of a DOS program.",
        "latin-1": "Bytes occur that Windows Western does not have.",
    }[name]
    return Guess(name, scores[name], density, reason)


def looks_central(sample: bytes) -> bool:
    """Whether cp1252 would show Czech ř with č or ě as ø with è or ì, or Hungarian ő and ű as õ and û.

    No Western language mixes these letters so.
    """
    text = sample.decode("cp1252", "replace").lower()
    czech = "ø" in text and ("è" in text or "ì" in text) and not {"å", "æ"} & set(text)
    hungarian = "õ" in text and "û" in text and not {"ã", "ç"} & set(text)
    return czech or hungarian


def central(sample: bytes, western_odd: float) -> tuple[str, str] | None:
    """The Central European encoding that explains the sample much better than the best Western one."""
    odd = {name: _odd_central(sample.decode(name, "replace")) for name in ("cp1250", "iso8859_2")}
    name = min(odd, key=lambda candidate: odd[candidate])
    if odd[name] <= 0.03 and (odd[name] < western_odd / 2 or looks_central(sample)):
        return name, "a Central European language"
    return None


def _odd_central(text: str) -> float:
    high = odd = 0
    for left, character, right in zip(" " + text, text, text[1:] + " ", strict=False):
        if character > "\x7f":
            high += 1
            letter = character.lower() in _CENTRAL
            odd += not letter and (character not in _COMMON or (left.isalpha() and right.isalpha() and character != "’"))
    return odd / max(1, high)


def _around(sample: bytes, match: re.Match[bytes]) -> tuple[str, str]:
    """The ASCII characters before and after a run."""
    before = chr(sample[match.start() - 1]) if match.start() else " "
    after = chr(sample[match.end()]) if match.end() < len(sample) else " "
    return before, after


def _odd(runs: list[tuple[bytes, str, str]], name: str) -> float:
    return sum(_odd_run(run.decode(name, "replace"), before, after) for run, before, after in runs)


def _odd_run(text: str, before: str, after: str) -> float:
    """How many characters of a run are out of place between the characters beside it."""
    odd = 0.0
    for index, character in enumerate(text):
        left = text[index - 1] if index else before
        right = text[index + 1] if index + 1 < len(text) else after
        odd += _odd_character(character, left, right)
    return odd


def _odd_character(character: str, left: str, right: str) -> float:
    if character == "\ufffd" or unicodedata.category(character) == "Cc":
        return 1.0
    if character.isalpha() and character not in "ªº":
        if character.isupper() and left.islower():
            return 1.0
        inside = left.isalpha() or right.isalpha()
        return (0.0 if inside else 0.4) if character in _COMMON else 0.6
    if character in "’'\u00a0" or not (left.isalpha() and right.isalpha()):
        return 0.0 if character in _COMMON else 0.6
    return 0.1 if character in "–—®™·" else 0.8

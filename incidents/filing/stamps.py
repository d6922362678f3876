"""What a form carries so that it is taken once, and so that programs are told from people where nobody signs in.

A stamp says for which door a page was opened, when, and under which random word its report will be kept: the same page
sent twice finds the same report. A person needs some seconds to write what happened; a program that posts at once does
not. Nothing here protects data: it makes abuse slow, beside the limits by address and link.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing

from incidents.filing.doors import new_nonce

LEAST = 4
"""Seconds that a person needs at the least."""
LONGEST = 24 * 3600
"""Seconds after which a page counts as left open; it is sent again with a fresh stamp."""
TRAP = "homepage"
"""The field that people do not see and programs fill in."""
SALT = "incidents.filing.stamp"
TRAPPED = "A field that people do not see was filled in. Empty the field “Leave this empty”, then send it again."
LEFT_OPEN = "This page was open for more than a day. Look over what you wrote, then send it again."
UNKNOWN = "This page could not be recognised. Look over what you wrote, then send it again."
QUICK = "That was very quick. Look over what you wrote, then send it again."


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a stamp: the report's word, the stamp to send the page again with, and why it is not taken yet."""

    nonce: str
    stamp: str
    refusal: str = ""


def fresh(door: str) -> Seen:
    """Return the stamp of a page that is opened now."""
    nonce = new_nonce()
    return Seen(nonce, signing.TimestampSigner(salt=SALT).sign_object([door, nonce]))


def read(door: str, given: str, *, trap: str = "", least: int = 0) -> Seen:
    """Return what a page sent with this stamp and trap field is; with a refusal nothing of what was written is lost.

    `least` is the number of seconds that a person needs; 0 where somebody signed in.
    """
    found, refusal = _unsigned(given, LONGEST)
    if found is None or found[0] != door:
        again = fresh(door)
        return Seen(again.nonce, again.stamp, refusal or UNKNOWN)
    if trap.strip():
        return Seen(found[1], given, TRAPPED)
    if least and _unsigned(given, least - 1)[0] is not None:
        return Seen(found[1], given, QUICK)
    return Seen(found[1], given)


def _unsigned(given: str, seconds: int) -> tuple[list[Any] | None, str]:
    try:
        return signing.TimestampSigner(salt=SALT).unsign_object(given, max_age=seconds), ""
    except signing.SignatureExpired:
        return None, LEFT_OPEN
    except signing.BadSignature:
        return None, UNKNOWN

"""What a form without an account carries so that programs are told from people: when it was opened, and for which door.

A person needs some seconds to write what happened; a program that posts at once, or posts an old page again and again, does
not. Nothing here is a secret that protects data: it only makes abuse slow, beside the limits by address and link.
"""

from dataclasses import dataclass

from django.core import signing

LEAST = 4
"""Seconds that a person needs at the least."""
LONGEST = 24 * 3600
"""Seconds after which a page counts as left open; it is sent again with a fresh stamp."""
TRAP = "homepage"
"""The field that people do not see and programs fill in."""
SALT = "incidents.filing.stamp"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form is not taken yet, in words for the person, who loses nothing of what they wrote."""

    text: str


def stamp(door: str) -> str:
    """Return the stamp of a form that is opened now."""
    return signing.TimestampSigner(salt=SALT).sign_object(door)


def refusal(door: str, given: str, trap: str) -> Refusal | None:
    """Say why a form sent with this stamp and this trap field is not taken, or None when it may pass."""
    if trap.strip():
        return Refusal("A field that is hidden from people was filled in. Empty the field “Leave this empty”, then send it again.")
    signer = signing.TimestampSigner(salt=SALT)
    try:
        opened_for = signer.unsign_object(given, max_age=LONGEST)
    except signing.SignatureExpired:
        return Refusal("This page was open for more than a day. Look over what you wrote, then send it again.")
    except signing.BadSignature:
        opened_for = None
    if opened_for != door:
        return Refusal("This page could not be recognised. Look over what you wrote, then send it again.")
    try:
        signer.unsign_object(given, max_age=LEAST - 1)
    except signing.SignatureExpired:
        return None
    return Refusal("That was very quick. Look over what you wrote, then send it again.")

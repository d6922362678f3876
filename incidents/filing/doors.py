"""The secret part of an address that opens one thing without an account: a share link's form, or one's own report.

An address is a random word, by which the row is found, and a keyed hash over it, by which it is proved. Only the word is
stored: who reads the database cannot open a door, and who holds the installation's key can print the address again.
"""

import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that are read for others on paper."""
WORD = 12
"""Letters of the random word: 59 bits, enough to be told apart by."""
PROOF = 20
"""Letters of the proof: 120 bits."""
LINK, REPORT = "incidents.report-link", "incidents.report"


def new_nonce() -> str:
    """Return a random word for a new row."""
    return "".join(secrets.choice(LETTERS) for _ in range(WORD))


def token_for(door: str, nonce: str) -> str:
    """Return the secret part of the address of a door (LINK or REPORT) for a row's random word."""
    return nonce + _proof(door, nonce, settings.SECRET_KEY)


def nonce_of(door: str, token: str) -> str | None:
    """Return the random word of an address when it is one of ours; None otherwise. Older keys of the installation count."""
    nonce, proof = token[:WORD], token[WORD:]
    if len(proof) != PROOF or not token.isascii():
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return nonce if any(constant_time_compare(proof, _proof(door, nonce, key)) for key in keys) else None


def _proof(door: str, nonce: str, key: str | bytes) -> str:
    digest = salted_hmac(door, nonce, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode()[:PROOF]

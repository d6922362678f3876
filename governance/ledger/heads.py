"""The head of an entry: the few facts of it that everybody may see, and that the Merkle tree is made of.

A head says of an entry its number, its day, the SHA-256 of its body and the blinded tags of what it concerns. So all heads
of a span can be shown to somebody who may read few of the bodies, and who can still see that none was left out.
Its form is RFC 8785 JSON; `HEAD_VERSION` counts that form, whatever version the body has.
"""

import hashlib
import hmac
from functools import cache

from django.conf import settings

HEAD_VERSION = 2
_NAME = b"plumbline ledger entry\n"  # so that the key's other uses, should there ever be any, give other codes


def head(seq: int, day: str, about: str, digest: str) -> bytes:
    """Return an entry's head: `day` is its UTC day (YYYY-MM-DD), `about` its tags with spaces between, `digest` its body's.

    Put together by hand, because a million of them are read at a time; a test holds it to the canonical form.
    """
    tags = '"' + about.replace(" ", '","') + '"' if about else ""
    return f'{{"about":[{tags}],"body":"{digest}","day":"{day}","seq":{seq},"v":{HEAD_VERSION}}}'.encode()


def leaf(made: bytes) -> bytes:
    """Return the Merkle leaf hash of a head (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + made).digest()


def mac(made: bytes) -> str:
    """Return the code by which this installation knows an entry as its own until it is sealed: HMAC-SHA-256 over its head."""
    code = _keyed(settings.LEDGER_MAC).copy()
    code.update(made)
    return code.hexdigest()


def is_own(made: bytes, code: str) -> bool:
    """Say whether the code was made with this installation's key."""
    return hmac.compare_digest(mac(made), code)


@cache
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), _NAME, "sha256")

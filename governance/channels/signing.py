"""Standard Webhooks 1.0.0: how a signed webhook proves that it comes from here and is new.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (symmetric signatures).
"""

import base64
import binascii
import hashlib
import hmac
import secrets

MARK = "whsec_"
LEAST, MOST = 24, 64
"""Bytes of a secret."""


def new_secret() -> str:
    """Return a new signing secret of 32 random bytes."""
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes | None:
    """Return the bytes of a signing secret (whsec_ and base64), or None when it is none of 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(MARK), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if secret.startswith(MARK) and LEAST <= len(key) <= MOST else None


def headers(secret: str, uid: str, moment: int, body: bytes) -> dict[str, str]:
    """Return the headers that sign a body: its id (the same at every attempt), the Unix time, the signature.

    Raises ValueError for a secret that is none.
    """
    key = key_of(secret)
    if key is None:
        raise ValueError("a signing secret is whsec_ and 24 to 64 bytes in base64")
    signed = hmac.new(key, f"{uid}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }

"""Secrets of others that Plumbline must be able to say again (a routing key, a webhook's URL): kept sealed in the database.

Sealed with Fernet (AES-128-CBC and HMAC-SHA-256) under a key that is derived from the installation's SECRET_KEY by HKDF.
Who reads the database or a backup of it alone reads none of them. Older keys of the installation (SECRET_KEY_FALLBACKS)
still open what they sealed.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from governance.core.errors import Unavailable

PURPOSE = b"plumbline sealed secrets, 1"


def seal(secret: str) -> str:
    """Return a secret sealed for storing; nothing stays nothing."""
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises Unavailable when it was sealed under a key that this installation does not have."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unavailable(
            "This secret was sealed under another key of the installation.",
            fix="Set PLUMBLINE_SECRET_KEY to the key it was stored under, or enter the secret anew.",
        ) from error


def _box() -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())

"""A keyed fingerprint of an output: the same output has the same one, and nobody without the key finds the output from it.

A plain hash of a short answer ("yes", a name, a number) is found again by trying. So it is HMAC-SHA-256 under a key that is
derived by HKDF from the installation's SECRET_KEY: who reads the database or a backup alone can test no guess. Whoever
holds an output that is in dispute has the installation compute its fingerprint and compares.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"plumbline output fingerprints, 1"


def of(output: str) -> str:
    """Return the fingerprint of an output: 64 hexadecimal digits."""
    return hmac.new(_key(settings.SECRET_KEY), output.encode("utf-8", "surrogatepass"), sha256).hexdigest()


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())

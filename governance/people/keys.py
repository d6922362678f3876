"""Secrets that are shown once: 256 random bits, kept as SHA-256 only. Neither salt nor slow hash would add to that."""

import secrets
from dataclasses import dataclass

from governance.core.digest import sha256

MARK = "plumb_"  # so that secret scanners and people recognise one
PREFIX_LENGTH = 12


@dataclass(frozen=True)
class Key:
    """A secret at birth: the only moment at which it can be shown."""

    secret: str
    prefix: str
    digest: str


def new_token() -> Key:
    """Make an API token; its first letters find the row, its digest proves the rest."""
    prefix = secrets.token_hex(PREFIX_LENGTH // 2)
    secret = f"{MARK}{prefix}_{secrets.token_urlsafe(32)}"
    return Key(secret, prefix, sha256(secret.encode()))


def new_link() -> Key:
    """Make the secret of an invitation's link."""
    secret = secrets.token_urlsafe(32)
    return Key(secret, "", sha256(secret.encode()))


def prefix_of(secret: str) -> str | None:
    """Return the prefix of a token, or None when the text cannot be one."""
    if not secret.startswith(MARK):
        return None
    prefix, mark, rest = secret.removeprefix(MARK).partition("_")
    return prefix if mark and rest and len(prefix) == PREFIX_LENGTH else None


def matches(secret: str, digest: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(sha256(secret.encode()), digest)

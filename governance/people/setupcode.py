"""The one-time code without which nobody sets up a server that stands in the open."""

import os
import secrets

from django.conf import settings

PATH = settings.KEYS / "setup_code"


def needed() -> bool:
    """Whether set-up asks for the code: in production, where a stranger could come first."""
    return bool(settings.PRODUCTION)


def current() -> str:
    """Return the code, made on first asking; the environment may give it where the disk is not shared."""
    if settings.SETUP_CODE:
        return str(settings.SETUP_CODE)
    if not PATH.exists():
        PATH.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(PATH, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(16))
    return PATH.read_text().strip()


def matches(given: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(given.strip().encode(), current().encode())


def forget() -> None:
    """Throw the code away once it has served."""
    PATH.unlink(missing_ok=True)

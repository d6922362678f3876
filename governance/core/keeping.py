"""Files in the storage (disk or S3-compatible, by settings alone) that are kept under what is known of their content.

A name says what lies under it, so nothing is ever written over other bytes, and whatever is stored is read back at once.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from governance.core.errors import Unavailable

PIECE = 1 << 20
GRACE = timedelta(days=1)
"""How long a file may lie there before some row names it: the row is written after the file."""


def put(name: str, file: File, sha256: str, *, what: str) -> str:
    """Store a file and read it back; returns the name it got. What lies there whole already is left as it is.

    `what` is the file in a person's words. Raises Unavailable when what is stored is not what was given.
    """
    if default_storage.exists(name):
        if file_digest(name) == sha256:
            return name
        default_storage.delete(name)
    kept = default_storage.save(name, file)
    if file_digest(kept) != sha256:
        default_storage.delete(kept)
        raise Unavailable(f"The {what} could not be stored whole.", fix="Look at the storage's free space, then try again.")
    return kept


def file_digest(name: str) -> str:
    """Return the SHA-256 of a stored file, reading it in pieces."""
    sha = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks(PIECE):
            sha.update(piece)
    return sha.hexdigest()


def trouble(name: str, expected: str, *, what: str) -> str:
    """Say what is wrong with a stored file; nothing when it is there and has the hash that was recorded."""
    if not name or not default_storage.exists(name):
        return f"The {what} is missing from the storage."
    if file_digest(name) != expected:
        return f"The stored {what} is not the one that was kept: its hash differs from the recorded one."
    return ""


def opened(name: str) -> Any:
    """Open a stored file for sending."""
    return default_storage.open(name)


def unclaimed(folder: str, claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files below a folder, older than a day, that no row claims: what a worker left that died before its row."""
    if not default_storage.exists(folder):
        return
    folders, names = default_storage.listdir(folder)
    for each in folders:
        yield from unclaimed(f"{folder}/{each}", claimed, now)
    for name in names:
        path = f"{folder}/{name}"
        if path not in claimed and default_storage.get_modified_time(path) < now - GRACE:
            yield path


def discard(name: str) -> None:
    """Remove a file that no row claims."""
    default_storage.delete(name)

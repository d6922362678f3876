"""Where packs' files lie: on disk or in S3-compatible storage, by settings alone. A name carries the file's own hash."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from governance.core.errors import Unavailable

FOLDER = "packs"
PIECE = 1 << 20
GRACE = timedelta(days=1)


def put(key: str, path: Path, sha256: str) -> str:
    """Store a file and read it back; returns its name. Raises Unavailable when what is stored is not what was given."""
    name = f"{FOLDER}/{key}-{sha256[:24]}{path.suffix}"
    if default_storage.exists(name):
        if file_digest(name) == sha256:
            return name
        default_storage.delete(name)
    with path.open("rb") as file:
        kept = default_storage.save(name, File(file))
    if file_digest(kept) != sha256:
        default_storage.delete(kept)
        raise Unavailable("The pack could not be stored whole.", fix="Look at the storage's free space, then build it again.")
    return kept


def file_digest(name: str) -> str:
    """Return the SHA-256 of a stored file, reading it in pieces."""
    sha = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks(PIECE):
            sha.update(piece)
    return sha.hexdigest()


def take(name: str, expected: str) -> File:
    """Open a stored file for sending. Raises Unavailable when it is gone or is not the file whose hash was recorded."""
    if not name or not default_storage.exists(name):
        raise Unavailable("The pack's file is missing from the storage.", fix="Restore it from the backup, or ask for another.")
    if file_digest(name) != expected:
        raise Unavailable(
            "The pack's file is not the one that was built: its hash differs from the recorded one.",
            fix="Tell your administrator; restore it from the backup, or ask for another pack.",
        )
    return default_storage.open(name)


def discard_after_commit(names: Iterable[str]) -> None:
    """Remove files once the transaction that lets them go is stored."""
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no pack claims: what was left when a worker died before its row was written."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if path not in claimed and default_storage.get_modified_time(path) < now - GRACE:
            yield path


def discard(name: str) -> None:
    """Remove a file that no pack claims."""
    default_storage.delete(name)

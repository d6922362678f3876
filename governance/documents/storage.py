"""Where documents' files lie: on disk or in S3-compatible storage, by settings alone. A name is never reused."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from governance.core import digest
from governance.core.errors import Unavailable
from governance.ledger.letgo import explains_file

FOLDER = "documents"
GRACE = timedelta(days=1)


def put(code: str, data: bytes) -> str:
    """Store a file and read it back; returns its name. Raises Unavailable when what is stored is not what was given.

    The name carries the file's own hash, so that a second attempt after a crash never writes over another's bytes.
    """
    name = f"{FOLDER}/{code}-{digest.sha256(data)[:16]}.pdf"
    if default_storage.exists(name):
        default_storage.delete(name)
    kept = default_storage.save(name, ContentFile(data))
    if file_digest(kept) != digest.sha256(data):
        default_storage.delete(kept)
        raise Unavailable("The document could not be stored whole.", fix="Look at the storage's free space, then try again.")
    return kept


def file_digest(name: str) -> str:
    """Return the SHA-256 of a stored file, reading it in pieces."""
    sha = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks():
            sha.update(piece)
    return sha.hexdigest()


def take(name: str, expected: str) -> File:
    """Open a stored file for sending. Raises Unavailable when it is gone or is not the file whose hash was recorded."""
    if (gone := explains_file(expected)) is not None:
        raise Unavailable(gone.said, fix="Make it anew; who holds a copy can still check it by its code.")
    if not default_storage.exists(name):
        raise Unavailable("The document's file is missing from the storage.", fix="Restore it from the backup, or make it anew.")
    if file_digest(name) != expected:
        raise Unavailable(
            "The document's file is not the one that was made: its hash differs from the recorded one.",
            fix="Tell your administrator; restore it from the backup, or make it anew.",
        )
    return default_storage.open(name)


def discard(name: str) -> None:
    """Remove a file that no document claims."""
    default_storage.delete(name)


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no document claims: what a worker left that died before its row was written."""
    if not default_storage.exists(FOLDER):
        return
    _, names = default_storage.listdir(FOLDER)
    for name in names:
        path = f"{FOLDER}/{name}"
        if path not in claimed and default_storage.get_modified_time(path) < now - GRACE:
            yield path

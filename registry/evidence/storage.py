"""Where the bytes lie: on disk or in S3-compatible storage, by settings alone, under their own hash.

A name is a hash, so what lies under it is known, and the same file handed in twice lies there once.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from governance.core.errors import Invalid, TooLarge, Unavailable
from governance.ledger.letgo import explains_file
from registry.evidence.sniffing import LOOK, FileType, sniff

FOLDER = "evidence"
PIECE = 256 * 1024
GRACE = timedelta(days=1)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of a file that was handed in."""

    digest: str
    size: int
    type: FileType


def largest() -> int:
    """Return how many bytes one file may have (setting EVIDENCE_MAX_MB)."""
    return int(settings.EVIDENCE_MAX_MB) * MEGABYTE


def read(file: Any) -> Content:
    """Read a file once, in pieces, and say what it is. Raises TooLarge or Invalid; the size it declares is not believed."""
    sha, size, head, tail, limit = hashlib.sha256(), 0, b"", b"", largest()
    for piece in _pieces(file):
        size += len(piece)
        if size > limit:
            raise TooLarge(
                f"The file is larger than {limit // MEGABYTE} MB.",
                fix="Keep it where it is and give its link, or hand in the part that matters.",
            )
        sha.update(piece)
        head = head + piece[: LOOK - len(head)] if len(head) < LOOK else head
        tail = (tail + piece)[-LOOK:]
    if not size:
        raise Invalid("The file is empty.", fix="Choose another file.", fields={"file": ["This file is empty."]})
    return Content(sha.hexdigest(), size, sniff(head, tail))


def _pieces(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def put(file: Any, content: Content) -> str:
    """Store a file under its hash and read it back; returns its name. What lies there whole already is left as it is.

    Raises Unavailable when what is stored is not what was given.
    """
    name = f"{FOLDER}/{content.digest[:2]}/{content.digest}"
    if default_storage.exists(name):
        if file_digest(name) == content.digest:
            return name
        default_storage.delete(name)
    file.seek(0)
    kept = default_storage.save(name, File(file))
    if file_digest(kept) != content.digest:
        default_storage.delete(kept)
        raise Unavailable("The file could not be stored whole.", fix="Look at the storage's free space, then try again.")
    return kept


def file_digest(name: str) -> str:
    """Return the SHA-256 of a stored file, reading it in pieces."""
    sha = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks(PIECE):
            sha.update(piece)
    return sha.hexdigest()


def trouble(name: str, expected: str) -> str:
    """Say what is wrong with a stored file; nothing when it is there and is what was handed in."""
    if not default_storage.exists(name):
        gone = explains_file(expected)
        return gone.said if gone is not None else "The file is missing from the storage."
    if file_digest(name) != expected:
        return "The stored file is not what was handed in: its hash differs from the recorded one."
    return ""


def take(name: str, expected: str) -> File:
    """Open a stored file for sending, once it is known to be what was handed in. Raises Unavailable when it is not."""
    if said := trouble(name, expected):
        raise Unavailable(said, fix="Tell your administrator, who restores it from the backup, or hand it in again.")
    return default_storage.open(name)


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no row claims: what was left when a worker died before its row was written."""
    if not default_storage.exists(FOLDER):
        return
    for folder in default_storage.listdir(FOLDER)[0]:
        for each in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            path = f"{FOLDER}/{folder}/{each}"
            if path not in claimed and default_storage.get_modified_time(path) < now - GRACE:
                yield path


def discard(name: str) -> None:
    """Remove a file that no row claims."""
    default_storage.delete(name)

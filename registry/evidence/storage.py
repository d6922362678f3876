"""Where the bytes lie: on disk or in S3-compatible storage, by settings alone, under their own hash.

A name is a hash, so what lies under it is known, and the same file handed in twice lies there once.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File

from governance.core import keeping
from governance.core.errors import Invalid, TooLarge, Unavailable
from governance.core.keeping import discard, file_digest
from governance.ledger.letgo import explains_file
from registry.evidence.sniffing import LOOK, FileType, sniff

__all__ = ["Content", "discard", "file_digest", "largest", "put", "read", "take", "trouble", "unclaimed"]
FOLDER = "evidence"
PIECE = 256 * 1024
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
    file.seek(0)
    return keeping.put(f"{FOLDER}/{content.digest[:2]}/{content.digest}", File(file), content.digest, what="file")


def trouble(name: str, expected: str) -> str:
    """Say what is wrong with a stored file; nothing when it is there and is what was handed in."""
    said = keeping.trouble(name, expected, what="file")
    gone = explains_file(expected) if said else None
    return gone.said if gone is not None else said


def take(name: str, expected: str) -> File:
    """Open a stored file for sending, once it is known to be what was handed in. Raises Unavailable when it is not."""
    if said := trouble(name, expected):
        raise Unavailable(said, fix="Tell your administrator, who restores it from the backup, or hand it in again.")
    return keeping.opened(name)


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no row claims: what was left when a worker died before its row was written."""
    return keeping.unclaimed(FOLDER, claimed, now)

"""Where documents' files lie. A name carries the file's own hash and is never reused."""

from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile, File

from governance.core import digest, keeping
from governance.core.errors import Unavailable
from governance.core.keeping import discard, file_digest
from governance.ledger.letgo import explains_file

__all__ = ["discard", "file_digest", "put", "take", "unclaimed"]
FOLDER = "documents"


def put(code: str, data: bytes) -> str:
    """Store a file and read it back; returns its name. Raises Unavailable when what is stored is not what was given.

    The name carries the file's own hash, so that a second attempt after a crash never writes over another's bytes.
    """
    sha256 = digest.sha256(data)
    return keeping.put(f"{FOLDER}/{code}-{sha256[:16]}.pdf", ContentFile(data), sha256, what="document")


def take(name: str, expected: str) -> File:
    """Open a stored file for sending. Raises Unavailable when it is gone or is not the file whose hash was recorded."""
    if (gone := explains_file(expected)) is not None:
        raise Unavailable(gone.said, fix="Make it anew; who holds a copy can still check it by its code.")
    if said := keeping.trouble(name, expected, what="document's file"):
        raise Unavailable(said, fix="Tell your administrator; restore it from the backup, or make it anew.")
    return keeping.opened(name)


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no document claims."""
    return keeping.unclaimed(FOLDER, claimed, now)

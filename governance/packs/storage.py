"""Where packs' files lie. A name carries the file's own hash."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.core.files.base import File
from django.db import transaction

from governance.core import keeping
from governance.core.errors import Unavailable
from governance.core.keeping import discard, file_digest

__all__ = ["discard", "discard_after_commit", "file_digest", "put", "take", "unclaimed"]
FOLDER = "packs"


def put(key: str, path: Path, sha256: str) -> str:
    """Store a file and read it back; returns its name. Raises Unavailable when what is stored is not what was given."""
    with path.open("rb") as file:
        return keeping.put(f"{FOLDER}/{key}-{sha256[:24]}{path.suffix}", File(file), sha256, what="pack")


def take(name: str, expected: str) -> File:
    """Open a stored file for sending. Raises Unavailable when it is gone or is not the file whose hash was recorded."""
    if said := keeping.trouble(name, expected, what="pack's file"):
        raise Unavailable(said, fix="Tell your administrator; restore it from the backup, or ask for another pack.")
    return keeping.opened(name)


def discard_after_commit(names: Iterable[str]) -> None:
    """Remove files once the transaction that lets them go is stored."""
    for name in names:
        transaction.on_commit(partial(discard, name))


def unclaimed(claimed: set[str], now: datetime) -> Iterator[str]:
    """Yield files older than a day that no pack claims."""
    return keeping.unclaimed(FOLDER, claimed, now)

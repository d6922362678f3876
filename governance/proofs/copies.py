"""A copy of every checkpoint, appended to a file outside the database.

Whoever truncates or rewrites the database would have to rewrite this file as well, and every copy of it that left the
machine with a backup. One JSON object a line: size, root, when it was sealed, and the signed note.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from governance.core import digest
from governance.proofs.models import Checkpoint


def path() -> Path:
    """Return the file."""
    found: Path = settings.LEDGER_COPY
    return found


def read() -> Iterator[dict[str, Any]]:
    """Yield what the file says, oldest first. A line that cannot be read is yielded as {"line": its number}."""
    if not path().exists():
        return
    with path().open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            try:
                found = json.loads(line)
                yield {"size": int(found["size"]), "root": str(found["root"]), "note": str(found["note"]), "line": number}
            except (ValueError, TypeError, KeyError):
                yield {"line": number}


def catch_up() -> int:
    """Append the checkpoints that the file does not have yet; return how many. Running it twice is harmless."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = Checkpoint.objects.filter(size__gt=_last_size()).order_by("size")
    written = 0
    torn = path().exists() and path().stat().st_size and not path().read_bytes().endswith(b"\n")
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        if torn:  # the machine died in the middle of a line: it stays as it is, and what follows begins on its own
            file.write(b"\n")
        for each in missing.iterator(chunk_size=500):
            told = {"size": each.size, "root": each.root, "sealed_at": digest.plain(each.sealed_at), "note": each.note}
            file.write(digest.canonical(told) + b"\n")
            written += 1
        file.flush()
        os.fsync(file.fileno())
    return written


def _last_size() -> int:
    """Return the size of the last whole line; the file is read from its end."""
    if not path().exists():
        return 0
    with path().open("rb") as file:
        file.seek(0, os.SEEK_END)
        left, tail = file.tell(), b""
        while left:
            step = min(8192, left)
            left -= step
            file.seek(left)
            tail = file.read(step) + tail
            for line in reversed(tail.splitlines() if not left else tail.splitlines()[1:]):
                try:
                    return int(json.loads(line)["size"])
                except (ValueError, TypeError, KeyError):
                    continue  # a line that was cut short by a crash, or spoilt: the one before counts
    return 0

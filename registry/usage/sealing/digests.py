"""The digests themselves. Pure.

A line is one observation as it was stored, without what matching and pricing add: its moment (ISO 8601, UTC), uid, the
digest of what was seen (`seen.seen_digest`), trace, span id, tokens in, out and cached, latency, outcome, task, error,
reason of an override and fingerprint, between unit separators (U+001F), which none of them can hold. A batch's digest is
SHA-256 over its lines in the order of moment and uid, each ended by a line feed; an hour's is SHA-256 over its batches'
digests in the order of their numbers, each ended likewise.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

MARK = "\x1f"


def line(at: datetime, uid: UUID, seen: str, rest: Iterable[Any]) -> str:
    """Return one observation's line; `rest` are the figures and words from the trace on, None for what was not said."""
    return MARK.join([at.isoformat(), uid.hex, seen, *["" if each is None else str(each) for each in rest]])


def over(lines: Iterable[str]) -> str:
    """Return SHA-256 over lines, each ended by a line feed."""
    found = hashlib.sha256()
    for each in lines:
        found.update(each.encode())
        found.update(b"\n")
    return found.hexdigest()

"""A proof that somebody takes away: one entry, its place in the tree and the signed checkpoint, in one file.

Whoever has the file and trusts one of the keys needs neither our server nor our database: docs/ledger.md has the thirty
lines of Python that check it.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core import signing

from governance.core.contributions import contributed
from governance.core.errors import NotVisible, StaleState
from governance.ledger import heads, tags
from governance.ledger import queries as ledger
from governance.ledger.models import Entry
from governance.proofs import keys, merkle, notes, queries
from governance.proofs.models import Checkpoint

FORMAT = "plumbline.entry-proof/1"
SHOWN_FOR = 12 * 3600  # seconds in which whoever was shown a line of activity may take its proof
_SALT = "plumbline.proofs.shown"


def head_of(entry: Entry) -> bytes:
    """Return an entry's head as it stands now."""
    return heads.head(entry.seq, entry.at.astimezone(UTC).date().isoformat(), entry.about, entry.digest)


def checkpoint_for(entry: Entry) -> Checkpoint:
    """Return the newest checkpoint. Raises StaleState when the entry is not sealed yet."""
    checkpoint = queries.latest()
    if checkpoint is None or checkpoint.size < entry.seq:
        raise StaleState(f"Entry {entry.seq:,} is not sealed yet.", fix="That takes a few seconds; try again in a moment.")
    return checkpoint


def package(entry: Entry) -> dict[str, Any]:
    """Return the proof as plain data. Raises StaleState when the entry is not sealed yet."""
    checkpoint = checkpoint_for(entry)
    head = head_of(entry)
    return {
        "format": FORMAT,
        "log": tags.found().origin,
        "entry": {"seq": entry.seq, "body": entry.body},
        "head": head.decode(),
        "leaf": _text(heads.leaf(head)),
        "index": entry.seq - 1,
        "size": checkpoint.size,
        "proof": [_text(each) for each in queries.inclusion(entry.seq, checkpoint.size)],
        "checkpoint": checkpoint.note,
        "keys": keys.published(),
    }


def as_json(entry: Entry) -> str:
    """Return the proof as a file to be read by people as well."""
    return json.dumps(package(entry), indent=1, ensure_ascii=False) + "\n"


def as_text(entry: Entry) -> str:
    """Return the proof as C2SP tlog-proof text."""
    checkpoint = checkpoint_for(entry)
    return notes.proof_text(entry.seq - 1, queries.inclusion(entry.seq, checkpoint.size), checkpoint.note)


def holds(entry: Entry, checkpoint: Checkpoint) -> str:
    """Check an entry as it stands now against a checkpoint; say what is wrong, nothing when it holds."""
    try:
        proof = queries.inclusion(entry.seq, checkpoint.size)
        leaf = heads.leaf(head_of(entry))
        merkle.verify_inclusion(leaf, entry.seq - 1, checkpoint.size, proof, checkpoint.root_bytes)
        notes.verify(checkpoint.note, keys.verifiers())
    except (merkle.NotProved, notes.BadNote) as error:
        return f"Checkpoint {checkpoint.size:,}: {error}."
    return ""


@dataclass(frozen=True)
class Cosigning:
    """Who adds cosignatures to a checkpoint's note as it goes out: `lines(checkpoint)` gives signature lines."""

    key: str
    lines: Callable[[Checkpoint], Iterable[str]]
    order: int = 100


def note_of(checkpoint: Checkpoint) -> str:
    """Return a checkpoint's note with the cosignatures it has got so far."""
    return checkpoint.note + "".join(line for each in contributed(Cosigning) for line in each.lines(checkpoint))


def token(seq: int, user: Any) -> str:
    """Return the word by which somebody who was shown a line of activity may take its proof."""
    text = f"{seq}:{user.pk}"
    return signing.TimestampSigner(salt=_SALT).sign(text).removeprefix(f"{text}:")


def get(user: Any, seq: int, shown: str = "") -> Entry:
    """Return an entry that the person may read, or was shown on an object's page. Raises NotVisible."""
    entry = ledger.visible_to(user).filter(pk=seq).first()
    if entry is None and shown:
        try:
            signing.TimestampSigner(salt=_SALT).unsign(f"{seq}:{user.pk}:{shown}", max_age=SHOWN_FOR)
        except signing.BadSignature:
            pass
        else:
            entry = Entry.objects.filter(pk=seq).first()
    if entry is None:
        raise NotVisible(f"There is no entry {seq}, or you may not see it.", fix="Open the object's activity and try from there.")
    return entry


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()

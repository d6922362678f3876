"""What proves a thing that lies in a room without asking us: a file to keep beside it."""

from typing import Any

from django.urls import reverse

from governance.core import digest
from governance.documents import codes
from governance.ledger.journal import identify
from governance.ledger.models import Entry
from governance.rooms import queries
from governance.rooms.models import RoomItem

HELD = ("room.item_put", "room.item_renewed")


def entry_of(item: RoomItem) -> Entry | None:
    """Return the newest entry by which a thing was put into its room, or renewed."""
    type_, id_, _ = identify(item)
    return Entry.objects.filter(subject_type=type_, subject_id=id_, kind__in=HELD).order_by("-seq").first()


def of_item(item: RoomItem, *, base: str) -> bytes:
    """Return canonical JSON: what it is, the hash of the original, where it is checked, and the ledger entry that holds it."""
    told: dict[str, Any] = {
        "title": item.title,
        "kind": item.kind,
        "sha256": item.digest,
        "as_of": item.as_of,
        "as_of_entry": item.ledger_seq,
        "how": HOW[RoomItem.Kind(item.kind)],
    }
    if item.kind == RoomItem.Kind.DOCUMENT:
        told["check"] = base + reverse("check", args=[codes.spoken(queries.document_of(item).code)])
    if item.kind == RoomItem.Kind.ANSWER:
        told["content"] = item.content
    entry = entry_of(item)
    if entry is not None:
        told["entry"] = {"seq": entry.seq, "body": entry.body, "sha256": entry.digest}
    return digest.canonical(told) + b"\n"


HOW = {
    RoomItem.Kind.DOCUMENT: (
        "sha256 is over the PDF as it was made, before any viewer's mark. `check` says whether it still stands, without an"
        " account. entry.body is the canonical text of the ledger entry that names this hash; its SHA-256 is entry.sha256."
    ),
    RoomItem.Kind.PACK: (
        "sha256 is over the pack's ZIP. Unpack it and run `python3 verify.py` in it: it needs neither our server nor us."
        " entry.body is the canonical text of the ledger entry that names this hash; its SHA-256 is entry.sha256."
    ),
    RoomItem.Kind.ANSWER: (
        "sha256 is over `content` as canonical JSON (RFC 8785). entry.body is the canonical text of the ledger entry that"
        " names this hash; its SHA-256 is entry.sha256."
    ),
}

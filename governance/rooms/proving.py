"""What proves a thing that lies in a room without asking us: a file to keep beside it."""

from typing import Any

from django.urls import reverse

from governance.core import digest
from governance.core.errors import StaleState
from governance.documents import codes
from governance.ledger.journal import identify
from governance.ledger.models import Entry
from governance.proofs import offline
from governance.rooms import queries
from governance.rooms.models import RoomItem

HELD = ("room.item_put", "room.item_renewed")


def entry_of(item: RoomItem) -> Entry | None:
    """Return the newest entry by which a thing was put into its room, or renewed."""
    type_, id_, _ = identify(item)
    return Entry.objects.filter(subject_type=type_, subject_id=id_, kind__in=HELD).order_by("-seq").first()


def of_item(item: RoomItem, *, base: str) -> bytes:
    """Return canonical JSON: what it is, the hash of the original, where it is checked, and the ledger's proof of it."""
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
    if (entry := entry_of(item)) is not None:
        told["ledger"] = _sealed(entry)
    return digest.canonical(told) + b"\n"


def _sealed(entry: Entry) -> dict[str, Any]:
    """Return an entry with its proof under a signed checkpoint; before it is sealed, which takes seconds, by itself."""
    try:
        return offline.package(entry)
    except StaleState as error:
        return {"entry": {"seq": entry.seq, "body": entry.body}, "not_yet": str(error)}


_LEDGER = (
    " `ledger` is the entry that names this hash, with its place in the tree and a signed checkpoint: docs/ledger.md says how"
    " to check it with thirty lines of Python."
)
HOW = {
    RoomItem.Kind.DOCUMENT: (
        "sha256 is over the PDF as it was made, before any viewer's mark. `check` says whether it still stands, without an"
        f" account.{_LEDGER}"
    ),
    RoomItem.Kind.PACK: (
        f"sha256 is over the pack's ZIP. Its own verify.py checks all that is in it; it needs neither our server nor us.{_LEDGER}"
    ),
    RoomItem.Kind.ANSWER: f"sha256 is over `content` as canonical JSON (RFC 8785).{_LEDGER}",
}

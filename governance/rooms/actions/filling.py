"""What lies in a room: put in, renewed, taken out. Each is frozen by a hash at that moment."""

from typing import Any

from governance.core import clock, digest
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.documents import queries as documents
from governance.ledger import queries as ledger
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.packs.models import Pack
from governance.people.models import User
from governance.rooms import queries, rules, showing
from governance.rooms.actions.keeping import locked
from governance.rooms.models import Room, RoomItem


@action
def put_pack(room: Room, *, actor: User, pack: Pack, with_zip: bool = True) -> RoomItem:
    """Put a frozen pack into a room, its pages alone or with the ZIP that carries its data and no viewer's mark.

    Raises Denied for one that is not the buyer's edition, Conflict when it lies there already.
    """
    room = _invited(room, actor)
    require(rules.may_hold(actor, room, pack))
    made = RoomItem(kind=RoomItem.Kind.PACK, source="pack", subject_id=str(pk_of(pack)), subject_key=pack.key, title=pack.title)
    made.with_zip = with_zip or not pack.pdf_file
    made.digest, made.as_of, made.ledger_seq = pack.zip_digest, pack.as_of or clock.now(), pack.size or 0
    return _put(room, made, actor)


@action
def put_document(room: Room, *, actor: User, code: str) -> RoomItem:
    """Put a document that the actor sees into a room, by its code. Raises NotVisible, Denied, Conflict."""
    room = _invited(room, actor)
    document = documents.get(actor, code)
    made = RoomItem(
        kind=RoomItem.Kind.DOCUMENT,
        source="document",
        subject_id=str(pk_of(document)),
        subject_key=document.subject_key,
        title=document.title,
        digest=document.file_digest,
        as_of=document.made_at,
        ledger_seq=document.ledger_seq,
    )
    return _put(room, made, actor)


@action
def put_answers(room: Room, *, actor: User, source: str, key: str = "") -> RoomItem:
    """Put answers into a room as they stand now, of a kind that policy makes public. Raises NotVisible, Denied, Conflict."""
    room = locked(room, actor, None)
    require(rules.may_answer(queries.room_rules(), showing.named(source).key))
    made = RoomItem(kind=RoomItem.Kind.ANSWER, source=source, **_answers(source, key, actor))
    return _put(room, made, actor)


@action
def renew(item: RoomItem, *, actor: User, expected_version: int | None = None) -> RoomItem:
    """Answer again as things stand now. Raises Denied, Invalid for a pack or document, which stay as they were made."""
    item, room = _held(item, actor, expected_version)
    if item.kind != RoomItem.Kind.ANSWER:
        raise Invalid(f"{item} stays as it was made.", fix="Take it out, and put a newer one in.")
    require(rules.may_answer(queries.room_rules(), item.source))
    changes = _answers(item.source, item.subject_key, actor)
    told = _told(room, changes["title"], item.source, changes["digest"]) | {"as_of_entry": changes["ledger_seq"]}
    return transitions.change(item, actor=actor, kind="room.item_renewed", changes=changes, payload=told, touches=(room,))


@action
def take_out(item: RoomItem, *, actor: User, reason: str = "") -> None:
    """Take something out of a room, at once for every viewer. Raises Denied, StaleState when it is gone."""
    item, room = _held(item, actor, None)
    told = _told(room, item.title, item.source, item.digest)
    transitions.remove(item, actor=actor, kind="room.item_taken", payload=told, touches=(room,), reason=reason)


def pk_of(row: Any) -> int:
    """Return a row's number."""
    return int(row.pk)


def _invited(room: Room, actor: User) -> Room:
    room = locked(room, actor, None)
    if room.kind == Room.Kind.PUBLIC:
        raise Invalid("The public page holds answers only.", fix="Make a room for those who are invited, and put it there.")
    return room


def _held(item: RoomItem, actor: User, expected_version: int | None) -> tuple[RoomItem, Room]:
    now = RoomItem.objects.select_for_update(of=("self",)).select_related("room").filter(pk=item.pk).first()
    if now is None:
        raise transitions.stale(item)
    room = locked(now.room, actor, None)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now, room


def _answers(source: str, key: str, actor: User) -> dict[str, Any]:
    kind = showing.named(source)
    if kind.several and not key:
        raise Invalid("Say what these answers are about.", fields={"key": ["This is needed."]})
    told = kind.make(actor, key if kind.several else "")
    content = digest.plain(told.content)
    head = ledger.head()
    return {
        "subject_id": told.subject_id,
        "subject_key": told.subject_key,
        "title": told.title,
        "content": content,
        "digest": digest.digest(content),
        "as_of": clock.now(),
        "ledger_seq": head.seq if head else 0,
    }


def _put(room: Room, made: RoomItem, actor: User) -> RoomItem:
    made.room = room
    told = _told(room, made.title, made.source, made.digest) | {"as_of_entry": made.ledger_seq}
    return transitions.create(made, actor=actor, kind="room.item_put", payload=told, touches=(room,))


def _told(room: Room, title: str, source: str, sha256: str) -> dict[str, Any]:
    return {"what": title, "room": room.key, "source": source, "digest": sha256}

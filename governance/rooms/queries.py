"""Reads of rooms; `visible_to` is the only door for people of the company, `open_link` the only one for a viewer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from governance.core import clock
from governance.core.digest import sha256
from governance.core.errors import NotVisible
from governance.documents import codes
from governance.documents import queries as documents
from governance.documents.models import Document
from governance.ledger.journal import identify
from governance.ledger.models import Entry, Mention
from governance.packs.models import Pack
from governance.people import keys, roles
from governance.policy import queries as policy
from governance.policy.proofrules import RoomRules
from governance.rooms import rules, showing
from governance.rooms.events import VISITS
from governance.rooms.models import Room, RoomItem, RoomLink
from governance.rooms.showing import Answered

KEY = re.compile(r"^(?:[Bb][Rr]-)?0*(\d{1,18})$")
LINK_KEY = re.compile(r"^(?:[Bb][Ll]-)?0*(\d{1,18})$")
PACK_KEY = re.compile(r"^(?:[Pp][Kk]-)?0*(\d{1,18})$")
LONGEST_SECRET = 200


def room_rules() -> RoomRules:
    """Return what the policy in force says of rooms."""
    return policy.proof_rules().rooms


def visible_to(user: Any) -> QuerySet[Room]:
    """Return the rooms a person may see: all for readers of all, else those they keep; guests see none."""
    rooms = Room.objects.select_related("owner")
    if roles.reads_all(user):
        return rooms
    return rooms.filter(owner=user) if roles.may_write(user) else rooms.none()


def get(user: Any, key: str) -> Room:
    """Return one room by its key (BR-2). Raises NotVisible."""
    found = KEY.match(key)
    room = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if room is None:
        raise NotVisible(f"There is no room {key[:40]} that you can see.", fix="Check the key, or ask who keeps it.")
    return room


def rows(user: Any) -> QuerySet[Room]:
    """Return rooms for the list: how much lies in each, and how many links open it now."""
    opening = Q(links__state=RoomLink.State.ACTIVE, links__expires_at__gt=clock.now())
    return visible_to(user).annotate(
        things=Count("items", distinct=True), open_links=Count("links", filter=opening, distinct=True)
    )


def items(room: Room) -> QuerySet[RoomItem]:
    """Return what lies in a room."""
    return RoomItem.objects.filter(room=room)


def item(room: Room, number: int) -> RoomItem:
    """Return one thing in a room by its number. Raises NotVisible."""
    found = items(room).filter(pk=number).first()
    if found is None:
        raise NotVisible("This does not lie in the room.", fix="Somebody may have taken it out; look at the room again.")
    return found


def shown(room: Room) -> list[RoomItem]:
    """Return what a viewer is shown of a room: what policy lets be public, and what still can be had."""
    rules_now = room_rules()
    held = list(items(room))
    packs = [each.subject_id for each in held if each.kind == RoomItem.Kind.PACK]
    gone = {str(pk) for pk in Pack.objects.filter(pk__in=packs).exclude(state=Pack.State.READY).values_list("pk", flat=True)}
    return [each for each in held if rules.shown(rules_now, each, gone)]


def links(room: Room) -> QuerySet[RoomLink]:
    """Return a room's links, newest first."""
    return RoomLink.objects.filter(room=room).select_related("made_by", "room").order_by("-pk")


def link(user: Any, key: str) -> RoomLink:
    """Return one link by its key (BL-4) when the person sees its room. Raises NotVisible."""
    found = LINK_KEY.match(key)
    seen = visible_to(user).values("pk")
    rows = RoomLink.objects.select_related("room__owner", "made_by").filter(room__in=seen)
    made = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if made is None:
        raise NotVisible(f"There is no link {key[:40]} that you can see.", fix="Check the key, or ask who keeps its room.")
    return made


def open_link(secret: str) -> RoomLink | None:
    """Return the link of a secret when it opens its room now; None for every other, for whatever cause.

    The row is found by the secret's SHA-256, so that nothing about a secret can be learnt from how long this takes.
    """
    if not secret.isascii() or len(secret) > LONGEST_SECRET:
        return None
    wanted = sha256(secret.encode())
    found = RoomLink.objects.select_related("room__owner").filter(token_digest=wanted).first()
    if found is None or not keys.matches(secret, found.token_digest):
        return None
    return found if rules.is_open(found, clock.now()) else None


def public_room() -> Room | None:
    """Return the room that stands on the public page; None while there is none or policy shows no such page."""
    if not room_rules().status_page:
        return None
    return Room.objects.filter(kind=Room.Kind.PUBLIC, state=Room.State.OPEN).first()


def visits(room: Room) -> QuerySet[Entry]:
    """Return the ledger's entries of who came into a room and what they took, newest first."""
    type_, id_, _ = identify(room)
    return Entry.objects.filter(subject_type=type_, subject_id=id_, kind__in=VISITS).order_by("-seq")


def visit_counts(links_shown: list[RoomLink]) -> dict[int, int]:
    """Return how often each link was opened, by the link's id."""
    ids = [str(each.pk) for each in links_shown]
    opened = Entry.objects.filter(pk=OuterRef("entry"), kind="room.opened")
    found = Mention.objects.filter(Exists(opened), subject_type="governance.roomlink", subject_id__in=ids)
    counted = found.order_by().values_list("subject_id").annotate(Count("pk"))
    return {int(link): count for link, count in counted}


@dataclass(frozen=True)
class Papers:
    """What can be taken of a pack or document: its pages, its ZIP, and the code by which a document is checked."""

    pdf: bool
    zip: bool
    code: str = ""
    size: int = 0
    pages: int = 0
    original: str = ""


def files_of(held: Iterable[RoomItem]) -> dict[int, Papers]:
    """Return for packs and documents, by the item's id, what can be taken of them; in two queries, whatever their number."""
    found = list(held)
    packs_wanted = [each.subject_id for each in found if each.kind == RoomItem.Kind.PACK]
    papers_wanted = [each.subject_id for each in found if each.kind == RoomItem.Kind.DOCUMENT]
    packs = {str(pack.pk): pack for pack in Pack.objects.filter(pk__in=packs_wanted)}
    papers = {str(paper.pk): paper for paper in Document.objects.filter(pk__in=papers_wanted).defer("source")}
    told: dict[int, Papers] = {}
    for each in found:
        if each.kind == RoomItem.Kind.PACK and (pack := packs.get(each.subject_id)):
            told[each.pk] = Papers(
                bool(pack.pdf_file), each.with_zip, size=pack.zip_size, pages=pack.pages, original=pack.pdf_digest
            )
        elif each.kind == RoomItem.Kind.DOCUMENT and (paper := papers.get(each.subject_id)):
            told[each.pk] = Papers(True, False, codes.spoken(paper.code), paper.size, paper.pages, paper.file_digest)
    return told


def standing() -> list[tuple[str, Answered]]:
    """Return what the public page answers by itself as things are now, as far as policy makes it public."""
    public = room_rules().public
    return [(kind.label, kind.standing()) for kind in showing.kinds() if kind.standing is not None and kind.key in public]


def packs(user: Any, words: str = "") -> QuerySet[Pack]:
    """Return the frozen packs that a person sees, the buyer's editions first."""
    found = Pack.objects.all().visible_to(user).filter(state=Pack.State.READY)
    buyers = Case(When(edition=Pack.Edition.BUYER, then=0), default=1)
    return (found.filter(title__icontains=words) if words else found).order_by(buyers, "-pk")


def pack(user: Any, key: str) -> Pack:
    """Return one pack by its key (PK-3). Raises NotVisible."""
    found = PACK_KEY.match(key)
    held = Pack.objects.all().visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if held is None:
        raise NotVisible(f"There is no pack {key[:40]} that you can see.", fix="Look at the list of audit packs.")
    return held


def documents_named(user: Any, words: str = "") -> QuerySet[Document]:
    """Return the documents that a person sees, by words of title or subject, newest first."""
    found = documents.visible_to(user)
    named = Q(title__icontains=words) | Q(subject_key__iexact=words)
    return (found.filter(named) if words else found).order_by("-made_at", "-pk")


def document_of(item: RoomItem) -> Document:
    """Return the document that lies in a room. Raises NotVisible when its row is gone."""
    found = Document.objects.filter(pk=int(item.subject_id), file_digest=item.digest).defer("source").first()
    if found is None:
        raise NotVisible("This document is not kept any more.", fix="Ask who invited you for a newer one.")
    return found


def pack_of(item: RoomItem) -> Pack:
    """Return the frozen pack that lies in a room. Raises NotVisible when its files were discarded."""
    found = Pack.objects.filter(pk=int(item.subject_id), zip_digest=item.digest, state=Pack.State.READY).first()
    if found is None:
        raise NotVisible("This pack's files are not kept any more.", fix="Ask who invited you for a newer one.")
    return found

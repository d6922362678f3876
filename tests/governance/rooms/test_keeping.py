"""Rooms are made, filled, linked and closed, by whom and as far as policy lets them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.contributions import Forgotten, PersonalStore, contribution
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.documents.models import Document
from governance.ledger.models import Entry, PersonalPayload
from governance.packs.models import Pack
from governance.rooms import actions, queries
from governance.rooms.models import Room, RoomItem, RoomLink
from tests.governance.rooms.conftest import store


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="room.").order_by("seq").values_list("kind", flat=True))


def pack(world: Any, edition: str = "buyer") -> Pack:
    """A frozen pack, as far as rooms know one."""
    now = clock.now()
    found = Pack(title="Quarter", scope="company", starts_on=now.date(), ends_on=now.date(), edition=edition, state="ready")
    found.asked_by, found.size, found.root, found.as_of, found.frozen_at = world.rosa, 3, "a" * 64, now, now
    found.manifest_digest, found.zip_digest, found.zip_file = "b" * 64, "c" * 64, "packs/x.zip"
    found.pdf_file, found.pdf_digest = "packs/x.pdf", "d" * 64
    return store(found, actor=world.rosa)


def test_a_room_is_made_filled_and_closed_and_the_ledger_tells(world: Any, room: Room, document: Document) -> None:
    held = actions.put_document(room, actor=world.ingrid, code=document.code)
    assert (held.digest, held.ledger_seq, held.title) == (document.file_digest, 3, "Model-risk charter")
    told = Entry.objects.get(kind="room.item_put")
    assert document.file_digest in told.body
    actions.take_out(held, actor=world.ingrid, reason="A newer one comes.")
    assert not queries.items(room).exists()
    actions.close(room, actor=world.ingrid, reason="Signed.")
    with pytest.raises(Denied):
        actions.edit(room, actor=world.ingrid, changes={"title": "Again"})
    assert kinds() == ["room.made", "room.item_put", "room.item_taken", "room.closed"]


def test_who_may_not_make_or_keep_a_room(world: Any, room: Room) -> None:
    for person in (world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.make(actor=person, title="Mine")
    with pytest.raises(NotVisible):
        actions.edit(room, actor=world.noor, changes={"title": "Mine"})
    with pytest.raises(Denied):
        actions.edit(room, actor=world.aud, changes={"title": "Mine"})
    given = actions.edit(room, actor=world.ingrid, changes={"owner": world.noor})
    assert actions.edit(given, actor=world.noor, changes={"audience": "Northwind"}).audience == "Northwind"
    assert not queries.visible_to(world.gus).exists()
    assert not queries.visible_to(world.ben).exists()


def test_what_was_changed_meanwhile_is_stale(world: Any, room: Room) -> None:
    actions.edit(room, actor=world.ingrid, changes={"title": "One"}, expected_version=1)
    with pytest.raises(StaleState):
        actions.edit(room, actor=world.ingrid, changes={"title": "Two"}, expected_version=1)


def test_only_what_one_sees_lies_in_a_room(world: Any, room: Room, document: Document) -> None:
    given = actions.edit(room, actor=world.ingrid, changes={"owner": world.noor})
    with pytest.raises(NotVisible):
        actions.put_document(given, actor=world.noor, code="zzzz2345zzzz")
    actions.put_document(given, actor=world.rosa, code=document.code)
    with pytest.raises(Conflict):
        actions.put_document(given, actor=world.rosa, code=document.code)


def test_another_edition_than_the_buyers_only_by_those_who_govern(world: Any, room: Room) -> None:
    full = pack(world, "full")
    with pytest.raises(Denied, match="redacts nothing"):
        actions.put_pack(room, actor=world.ingrid, pack=full)
    held = actions.put_pack(room, actor=world.rosa, pack=full, with_zip=False)
    assert (held.digest, held.with_zip) == ("c" * 64, False)
    assert actions.put_pack(room, actor=world.ingrid, pack=pack(world)).kind == RoomItem.Kind.PACK


def test_answers_are_frozen_and_only_what_policy_makes_public(world: Any, room: Room, says: Callable[..., None]) -> None:
    with pytest.raises(Denied, match="not make these answers public"):
        actions.put_answers(room, actor=world.ingrid, source="status")
    says(public=("status",))
    held = actions.put_answers(room, actor=world.ingrid, source="status")
    assert held.content["facts"] and len(held.digest) == 64
    assert [each.pk for each in queries.shown(room)] == [held.pk]
    assert actions.renew(held, actor=world.ingrid).version == 2
    says(public=("charter",))
    assert queries.shown(room) == []
    with pytest.raises(NotVisible):
        actions.put_answers(room, actor=world.ingrid, source="charter")


def test_a_link_is_shown_once_and_its_viewer_stands_apart(world: Any, room: Room, let_in: Callable[..., Any]) -> None:
    issued = let_in(password="a long password")
    link = RoomLink.objects.get()
    assert issued.secret not in (link.token_digest, link.password)
    assert "long password" not in link.password
    assert link.viewer_email == "dana@northwind.example"
    entry = Entry.objects.get(kind="room.link_made")
    assert "northwind.example" not in entry.body
    assert issued.secret not in entry.body
    assert PersonalPayload.objects.filter(entry=entry, name="viewer", value="Dana Buyer").exists()
    assert not hasattr(RoomLink.history.get(), "viewer_email")  # type: ignore[attr-defined]


def test_policy_bounds_a_link(world: Any, let_in: Callable[..., Any], says: Callable[..., None]) -> None:
    says(longest_days=5, password_required=True)
    with pytest.raises(Invalid) as refused:
        let_in(viewer_name=" ")
    assert set(refused.value.fields) == {"viewer_name", "expires_at", "password"}
    with pytest.raises(Invalid) as refused:
        let_in(expires_at=clock.now() + timedelta(days=2), password="short")
    assert set(refused.value.fields) == {"password"}


def test_who_revokes(world: Any, let_in: Callable[..., Any]) -> None:
    link = let_in().link
    with pytest.raises(NotVisible):
        actions.revoke_link(link, actor=world.noor, reason="No.")
    with pytest.raises(Denied):
        actions.revoke_link(link, actor=world.aud, reason="No.")
    with pytest.raises(Invalid):
        actions.revoke_link(link, actor=world.ingrid, reason=" ")
    actions.revoke_link(link, actor=world.rosa, reason="Wrong address.")
    with pytest.raises(Denied):
        actions.revoke_link(link, actor=world.ingrid, reason="Again.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_roomlink SET state = 'active', ended_because = '' WHERE id = %s", [link.pk])


def test_the_public_page_has_one_room_without_links(world: Any, says: Callable[..., None], document: Document) -> None:
    public = actions.make(actor=world.rosa, title="Our AI", kind="public")
    with pytest.raises(Conflict):
        actions.make(actor=world.rosa, title="Another", kind="public")
    with pytest.raises(Denied):
        actions.make_link(public, actor=world.rosa, viewer_name="D", viewer_email="d@e.f", expires_at=clock.now())
    with pytest.raises(Invalid):
        actions.put_document(public, actor=world.rosa, code=document.code)
    assert queries.public_room() is None
    says(status_page=True)
    assert queries.public_room() == public


def test_a_viewer_is_forgotten_and_their_link_with_them(world: Any, room: Room, let_in: Callable[..., Any]) -> None:
    link = let_in().link
    actions.opened(link)
    store = contribution(PersonalStore, "rooms")
    who = Forgotten(person=None, address="DANA@northwind.example", name="", cause="ER-1", actor=world.rosa)
    assert store.find(who) == 1
    assert store.erase(who) == 1
    link.refresh_from_db()
    assert (link.viewer_name, link.state) == ("Former viewer", "revoked")
    assert not PersonalPayload.objects.filter(entry__kind__startswith="room.").exists()
    assert store.find(who) == 0

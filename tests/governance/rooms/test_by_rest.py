"""Rooms over REST and on their pages: the same rules, and a secret that is answered once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.documents.models import Document
from governance.rooms import actions
from governance.rooms.models import Room, RoomLink
from governance.rooms.tables import address_of

API = "/api/v1/rooms"


def test_a_room_is_kept_by_a_program(world: Any, document: Document, api_as: Any) -> None:
    program = api_as(world.rosa)
    made = program.post(API, {"title": "Proof for Northwind", "audience": "Northwind AG"}, format="json")
    assert made.status_code == 201
    room = f"{API}/{made.json()['key']}"
    put = program.post(f"{room}/contents", {"kind": "document", "key": document.code}, format="json")
    assert (put.status_code, put.json()["digest"]) == (201, document.file_digest)
    assert program.post(f"{room}/contents", {"kind": "answer"}, format="json").status_code == 400
    ends = (clock.now() + timedelta(days=3)).isoformat()
    body = {"viewer_name": "Dana Buyer", "viewer_email": "dana@northwind.example", "expires_at": ends}
    link = program.post(f"{room}/links", body, format="json")
    assert link.status_code == 201
    address = link.json()["address"]
    viewer = Client()
    assert viewer.post(address).status_code == 302
    assert [row["kind"] for row in program.get(f"{room}/visits").json()["results"]] == ["room.opened"]
    shown = program.get("/api/v1/room-links").json()["results"][0]
    assert shown["viewer_email"] == "dana@northwind.example"
    assert address.rsplit("/", 2)[1] not in str(shown)
    gone = program.post(f"/api/v1/room-links/{shown['key']}/revocation", {"reason": "Wrong person."}, format="json")
    assert gone.json()["state"] == "revoked"
    assert viewer.get(address).status_code == 404
    assert program.post(f"{room}/removal", {"item": put.json()["id"]}, format="json").status_code == 200
    assert program.get(f"{room}/items").json() == []
    assert program.post(f"{room}/closure", {"reason": "Signed."}, format="json").json()["state"] == "closed"


@pytest.mark.parametrize(("nick", "reads", "makes"), [("noor", 404, 403), ("aud", 200, 403), ("bot", 404, 403)])
def test_every_role_by_rest(world: Any, room: Room, api_as: Any, nick: str, reads: int, makes: int) -> None:
    program = api_as(getattr(world, nick))
    assert program.get(f"{API}/{room.key}").status_code == reads
    assert program.post(API, {"title": "Mine"}, format="json").status_code == makes
    body = {"title": "Mine"}
    assert program.patch(f"{API}/{room.key}", body, format="json", headers={"If-Match": "*"}).status_code in (403, 404)


def test_a_guest_knows_of_no_room(world: Any, room: Room, api_as: Any, client_as: Callable[..., Client]) -> None:
    assert api_as(world.gus).get(API).status_code == 403
    browser = client_as(world.gus)
    assert browser.get(room.get_absolute_url()).status_code == 404
    assert browser.get("/rooms/new/").status_code == 403


def test_the_pages_of_a_room(
    world: Any, room: Room, document: Document, says: Callable[..., None], client_as: Callable[..., Client]
) -> None:
    says(public=("status",))
    browser = client_as(world.ingrid)
    page = room.get_absolute_url()
    assert "Put something in" in browser.get(page).content.decode()
    offered = browser.get(f"{page}fill/").content.decode()
    assert f"document:{document.code}" in offered
    assert browser.post(f"{page}fill/", {"what": f"document:{document.code}"}).status_code == 302
    again = browser.post(f"{page}fill/", {"what": f"document:{document.code}"})
    assert (again.status_code, "lies in this room already" in again.content.decode()) == (409, True)
    assert browser.post(f"{page}fill/", {"what": "answers:status:"}).status_code == 302
    assert browser.post(f"{page}fill/", {"what": "nonsense"}).status_code == 400
    made = browser.post(
        f"{page}let-in/",
        {"viewer_name": "Dana", "viewer_email": "d@n.example", "expires_on": (clock.today() + timedelta(days=2)).isoformat()},
    )
    assert (made.status_code, made["Cache-Control"]) == (200, "no-store")
    assert "/room/" in made.content.decode()
    links = browser.get(f"{page}links/").content.decode()
    assert "d@n.example" in links
    assert "/room/" not in links.replace("/rooms/", "")
    assert browser.get(f"{page}visits/").status_code == 200
    assert client_as(world.aud).get(f"{page}links/").status_code == 200
    assert client_as(world.noor).get(page).status_code == 404
    link = RoomLink.objects.get()
    assert browser.post(f"/rooms/revoke/{link.key}/", {"reason": "Wrong person."}).status_code == 302


def test_lists_take_as_many_queries_for_three_as_for_one(world: Any, room: Room, client_as: Callable[..., Client]) -> None:
    browser = client_as(world.rosa)
    browser.get("/rooms/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/rooms/")
    for title in ("Second", "Third"):
        actions.make(actor=world.ingrid, title=title)
    with CaptureQueriesContext(connection) as three:
        browser.get("/rooms/")
    assert len(three) == len(one)


def test_a_room_takes_as_many_queries_for_three_things_as_for_one(
    world: Any, room: Room, document: Document, let_in: Callable[..., Any], says: Callable[..., None]
) -> None:
    says(public=("status", "subprocessors"))
    actions.put_document(room, actor=world.ingrid, code=document.code)
    door, viewer = address_of(let_in().secret), Client()
    viewer.post(door)
    viewer.get(door)
    with CaptureQueriesContext(connection) as one:
        viewer.get(door)
    for source in ("status", "subprocessors"):
        actions.put_answers(room, actor=world.ingrid, source=source)
    with CaptureQueriesContext(connection) as three:
        viewer.get(door)
    assert len(three) == len(one) <= 15

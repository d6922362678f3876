"""What a viewer sees: only this room, only while the link opens it, nothing before the ledger has it."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.documents.models import Document
from governance.ledger.models import Entry
from governance.rooms import actions
from governance.rooms.models import Room
from governance.rooms.tables import address_of


@pytest.fixture
def browser() -> Client:
    return Client()


def visits() -> list[str]:
    kinds = ("room.opened", "room.read", "room.downloaded", "room.refused")
    return list(Entry.objects.filter(kind__in=kinds).order_by("seq").values_list("kind", flat=True))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_viewer_comes_in_by_the_door_and_takes_what_lies_there(
    world: Any, room: Room, document: Document, let_in: Callable[..., Any], says: Callable[..., None], browser: Client
) -> None:
    says(public=("status",), watermark=True)
    paper = actions.put_document(room, actor=world.ingrid, code=document.code)
    answer = actions.put_answers(room, actor=world.ingrid, source="status")
    door = address_of(let_in().secret)
    seen = browser.get(door)
    assert seen.status_code == 200
    assert "Northwind" not in seen.content.decode()
    assert visits() == []
    assert browser.get(f"{door}{answer.pk}/").status_code == 302
    assert browser.post(door).status_code == 302
    inside = browser.get(door)
    for words in ("Proof for Northwind", "Model-risk charter", document.file_digest, "Dana Buyer"):
        assert words in inside.content.decode()
    assert inside["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in inside["Cache-Control"]
    assert inside["Referrer-Policy"] == "same-origin"
    assert "With one accountable person" in browser.get(f"{door}{answer.pk}/").content.decode()
    given = browser.get(f"{door}{paper.pk}/pages.pdf")
    assert given["X-Original-SHA256"] == document.file_digest
    marked = body(given)
    with pikepdf.open(io.BytesIO(marked)) as pdf:
        assert [b"PlumblineMark" in page.Contents[-1].read_bytes() for page in pdf.pages] == [True, True]
    proof = browser.get(f"{door}{paper.pk}/proof.json").json()
    assert proof["sha256"] == document.file_digest
    assert document.file_digest in proof["ledger"]["entry"]["body"]
    assert visits() == ["room.opened", "room.read", "room.downloaded", "room.downloaded"]
    assert "dana@" not in Entry.objects.filter(kind="room.opened").get().body


def test_without_a_mark_the_very_file_is_given(
    world: Any, room: Room, document: Document, let_in: Callable[..., Any], says: Callable[..., None], browser: Client
) -> None:
    says(watermark=False)
    paper = actions.put_document(room, actor=world.ingrid, code=document.code)
    door = address_of(let_in().secret)
    browser.post(door)
    from governance.core.digest import sha256

    assert sha256(body(browser.get(f"{door}{paper.pk}/pages.pdf"))) == document.file_digest


def test_a_link_that_does_not_open_answers_like_one_that_never_was(
    world: Any, room: Room, let_in: Callable[..., Any], browser: Client, freeze: Any
) -> None:
    traveller = freeze("2026-03-02 10:00")
    revoked, ended, closed = let_in(), let_in(), let_in()
    doors = [address_of(each.secret) for each in (revoked, ended, closed)]
    for door in doors:
        browser.post(door)
        assert browser.get(door).status_code == 200
    actions.revoke_link(revoked.link, actor=world.ingrid, reason="Wrong person.")
    unknown = browser.get(address_of("a" * 43))
    assert unknown.status_code == 404
    assert browser.get(doors[0]).content == unknown.content
    traveller.shift(timedelta(days=8))
    assert browser.get(doors[1]).content == unknown.content
    actions.close(room, actor=world.ingrid, reason="Signed.")
    assert browser.get(doors[2]).content == unknown.content
    assert browser.get(f"/room/{'ä' * 5}/").status_code == 404


def test_a_password_is_asked_and_a_wrong_one_is_told(
    world: Any, room: Room, let_in: Callable[..., Any], browser: Client, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "room_password": "3/10m/key"}
    issued = let_in(password="a long password")
    door = address_of(issued.secret)
    assert browser.post(door, {}).status_code == 422
    assert browser.post(door, {"password": "another one"}).status_code == 422
    assert visits() == ["room.refused"]
    assert "Proof for" not in browser.get(door).content.decode()
    assert browser.post(door, {"password": "a long password"}).status_code == 302
    assert "Proof for Northwind" in browser.get(door).content.decode()
    refused = browser.post(door, {"password": "a long password"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")


def test_a_door_holds_against_programs_that_try(let_in: Callable[..., Any], browser: Client, settings: Any) -> None:
    settings.ROOM_LOOKS = 2
    assert [browser.get(address_of("x" * 43)).status_code for _ in range(3)] == [404, 404, 429]


def test_another_site_cannot_open_a_room(let_in: Callable[..., Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address_of(let_in().secret)).status_code == 403


def test_one_link_does_not_open_another_room(
    world: Any, room: Room, document: Document, let_in: Callable[..., Any], browser: Client
) -> None:
    other = actions.make(actor=world.ingrid, title="Another")
    paper = actions.put_document(other, actor=world.ingrid, code=document.code)
    door = address_of(let_in().secret)
    browser.post(door)
    for path in ("", "pages.pdf", "pack.zip", "proof.json"):
        assert browser.get(f"{door}{paper.pk}/{path}").status_code == 404
    for inside in ("/", "/rooms/", f"/rooms/{other.key}/", f"/documents/{document.code}/file.pdf", "/api/v1/rooms"):
        assert browser.get(inside).status_code in (302, 401)
    assert visits() == ["room.opened"]


def test_the_public_page_shows_what_policy_makes_public_and_no_more(
    world: Any, says: Callable[..., None], browser: Client
) -> None:
    assert browser.get("/trust/").status_code == 404
    says(status_page=True, public=("subprocessors",))
    page = browser.get("/trust/").content.decode()
    assert "Companies whose models we use" in page
    assert "How our AI programme stands" not in page
    says(status_page=True, public=("status",))
    public = actions.make(actor=world.rosa, title="Our AI, in the open", kind="public")
    actions.put_answers(public, actor=world.rosa, source="status")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = browser.get("/trust/").content.decode()
    assert "Our AI, in the open" in page
    assert len(asked) <= 15
    says(status_page=True, public=())
    assert "Nothing is public yet" in browser.get("/trust/").content.decode()

"""A guest sees one scope and one period until a moment, changes nothing, and what is read is told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.people.models import User
from incidents.cases import queries as cases
from incidents.filing import actions as filing
from registry.guests import actions, queries
from registry.guests.models import GuestAccess, GuestTerm
from registry.surfaces import actions as surfaces
from registry.surfaces import queries as held
from registry.surfaces.models import Surface, SurfaceUserObjectPermission
from tests.registry.guests.conftest import freeze_at, terms


def told() -> list[str]:
    return list(
        Entry.objects.filter(kind__startswith="guest.").exclude(kind="guest.read").order_by("seq").values_list("kind", flat=True)
    )


def test_a_guest_who_has_an_account_sees_the_scope_at_once(world: Any, let_in: Any, surface: Surface, other: Surface) -> None:
    access = let_in()
    guest = User.objects.get(pk=world.gus.pk)
    assert list(held.visible_to(guest)) == [surface]
    assert (guest.reads_from, guest.expires_at) == (access.period_from, access.ends_at)
    assert told() == ["guest.invited", "guest.began"]
    assert GuestTerm.objects.get().reason == "The annual audit."


def test_an_invited_guest_sees_it_once_they_came_in(
    world: Any, let_in: Any, surface: Surface, password: str, django_capture_on_commit_callbacks: Any
) -> None:
    made = let_in(person=None, email="eva@audit.example", name="Eva")
    assert made.state == GuestAccess.State.INVITED
    with django_capture_on_commit_callbacks(execute=True):
        guest = people.accept_invitation(made.invitation, name="Eva Audit", password=password)
    made.refresh_from_db()
    assert (made.state, made.person) == (GuestAccess.State.ACTIVE, guest)
    assert list(held.visible_to(User.objects.get(pk=guest.pk))) == [surface]
    assert actions.begin_waiting() == 0


def test_who_may_not_let_guests_in(world: Any, let_in: Any, surface: Surface) -> None:
    for person in (world.rosa, world.ingrid, world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.let_in(
                actor=person, purpose="x", scope="x", surfaces=[surface], terms=terms(), contact=world.rosa, reason="x"
            )
    access = let_in()
    for person in (world.rosa, world.gus):
        with pytest.raises(Denied):
            actions.extend(access, actor=person, terms=terms("2026-06-01 12:00"), reason="More.")
        with pytest.raises(Denied):
            actions.end(access, actor=person, reason="Now.")


def test_what_is_missing_is_said_by_field(world: Any, let_in: Any) -> None:
    with pytest.raises(Invalid) as refused:
        let_in(purpose=" ", reason="", surfaces=[], contact=world.aud, terms=terms("2028-01-01 12:00"))
    assert set(refused.value.fields) == {"purpose", "reason", "surfaces", "contact", "ends_at"}
    with pytest.raises(Invalid) as refused:
        let_in(person=world.noor)
    assert set(refused.value.fields) == {"person"}
    let_in()
    with pytest.raises(Conflict):
        let_in()


def test_an_extension_is_a_decision_of_its_own(world: Any, let_in: Any, surface: Surface) -> None:
    access = let_in()
    with pytest.raises(Invalid):
        actions.extend(access, actor=world.ada, terms=terms("2026-06-01 12:00"), reason=" ")
    with pytest.raises(StaleState):
        actions.extend(access, actor=world.ada, terms=terms("2026-06-01 12:00"), reason="More.", expected_version=1)
    later = actions.extend(access, actor=world.ada, terms=terms("2026-06-01 12:00"), reason="A month more.")
    assert later.number == 2
    assert list(later.terms.values_list("number", "reason")) == [(1, "The annual audit."), (2, "A month more.")]
    assert User.objects.get(pk=world.gus.pk).expires_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_guestaccess SET ends_at = %s WHERE id = %s", ["2030-01-01 00:00:00+00:00", access.pk])


def test_it_ends_by_itself(world: Any, let_in: Any, today: Any, client_as: Callable[..., Client], api_as: Any) -> None:
    access = let_in()
    guest = User.objects.get(pk=world.gus.pk)
    browser, program = client_as(guest), api_as(guest)
    assert browser.get("/surfaces/").status_code == 200
    today.shift(timedelta(days=31))
    assert browser.get("/surfaces/").status_code == 302
    assert program.get("/api/v1/surfaces").status_code == 401
    assert actions.end_due() == 1
    assert actions.end_due() == 0
    access.refresh_from_db()
    assert access.state == GuestAccess.State.ENDED
    assert not SurfaceUserObjectPermission.objects.filter(user=guest).exists()


def test_it_is_ended_early(world: Any, let_in: Any, client_as: Callable[..., Client]) -> None:
    access = let_in()
    guest = User.objects.get(pk=world.gus.pk)
    browser = client_as(guest)
    actions.end(access, actor=world.ada, reason="The audit is over.")
    assert browser.get("/surfaces/").status_code == 302
    with pytest.raises(Denied):
        actions.extend(access, actor=world.ada, terms=terms(), reason="Again.")


def test_nobody_widens_the_scope(world: Any, let_in: Any, other: Surface) -> None:
    let_in()
    guest = User.objects.get(pk=world.gus.pk)
    with pytest.raises(Invalid, match="decided as one scope"):
        surfaces.share(other, actor=world.tomas, with_=guest)


def test_only_the_period_is_read(
    world: Any, let_in: Any, surface: Surface, other: Surface, client_as: Callable[..., Client], api_as: Any
) -> None:
    surfaces.share(surface, actor=world.noor, with_=world.ben)
    let_in()
    guest = User.objects.get(pk=world.gus.pk)
    browser, program = client_as(guest), api_as(guest)
    activity = f"/surfaces/{surface.key}/activity/"
    assert "with one person" in client_as(world.rosa).get(activity).content.decode()
    assert "with one person" not in browser.get(activity).content.decode()
    seen = {row["kind"] for row in program.get(f"/api/v1/surfaces/{surface.key}/activity").json()["results"]}
    assert seen == {"test.made"}
    ledger = [row["kind"] for row in program.get("/api/v1/entries").json()["results"]]
    assert ledger.count("test.made") == 1
    assert "surface.shared" not in ledger
    assert browser.get(f"/surfaces/{other.key}/").status_code == 404
    assert program.get(f"/api/v1/surfaces/{other.key}").status_code == 404


def test_every_read_is_told_before_it_leaves(
    world: Any, let_in: Any, surface: Surface, client_as: Callable[..., Client], api_as: Any, monkeypatch: Any
) -> None:
    access = let_in()
    guest = User.objects.get(pk=world.gus.pk)
    browser, program = client_as(guest), api_as(guest)
    browser.get(f"/surfaces/{surface.key}/")
    browser.get("/policy/nothing-here/")
    program.get(f"/api/v1/surfaces/{surface.key}")
    read = [json.loads(entry.body)["payload"] for entry in queries.reads(access).order_by("seq")]
    assert [(each["how"], each["status"]) for each in read] == [("page", 200), ("page", 404), ("rest", 200)]
    assert read[0]["what"] == f"/surfaces/{surface.key}/"
    before = Entry.objects.count()
    client_as(world.aud).get(f"/surfaces/{surface.key}/")
    assert Entry.objects.count() == before

    def broken(**kwargs: Any) -> None:
        raise RuntimeError("the ledger cannot be written")

    monkeypatch.setattr(actions, "note_read", broken)
    browser.raise_request_exception = False
    assert browser.get(f"/surfaces/{surface.key}/").status_code == 500


def test_who_sees_an_access(world: Any, let_in: Any, client_as: Callable[..., Client]) -> None:
    access = let_in()
    for person in (world.gus, world.rosa, world.aud):
        assert queries.get(User.objects.get(pk=person.pk), access.key) == access
    with pytest.raises(NotVisible):
        queries.get(world.noor, access.key)
    page = client_as(world.ada).get(access.get_absolute_url())
    assert "Annual audit" in page.content.decode()
    assert client_as(world.ada).get(f"{access.get_absolute_url()}reads/").status_code == 200


def test_a_scope_is_surfaces_a_team_or_all_that_one_sees(world: Any, surface: Surface, other: Surface) -> None:
    assert queries.scope_of(world.ada, keys=f"{surface.key}, {other.key}")[1] == [surface, other]
    assert queries.scope_of(world.ada, team=world.team("support"))[1] == [other]
    assert len(queries.scope_of(world.ada)[1]) == 2
    with pytest.raises(NotVisible):
        queries.scope_of(world.noor, keys=other.key)
    with pytest.raises(Invalid):
        queries.scope_of(world.ada, keys=surface.key, team=world.team("support"))
    assert clock.today().isoformat() in queries.scope_of(world.ada)[0]


def test_a_guest_is_let_in_from_the_form(world: Any, today: Any, surface: Surface, client_as: Callable[..., Client]) -> None:
    given = {
        "purpose": "Annual audit",
        "person": world.gus.pk,
        "surfaces": surface.key,
        "period_from": "2026-01-01",
        "period_until": "2026-03-31",
        "ends_on": "2026-05-01",
        "contact": world.rosa.pk,
        "reason": "The annual audit.",
    }
    browser = client_as(world.ada)
    assert browser.get("/guests/new/").status_code == 200
    assert browser.post("/guests/new/", given).status_code == 302
    assert GuestAccess.objects.get().state == GuestAccess.State.ACTIVE
    assert browser.get("/guests/").status_code == 200


def test_incidents_and_changes_outside_the_period_are_not_seen(world: Any, let_in: Any, surface: Surface) -> None:
    let_in()
    guest = User.objects.get(pk=world.gus.pk)
    with freeze_at("2026-02-10 09:00"):
        within = filing.report(actor=world.noor, what="It sorted a claim wrongly.", surface=surface)
    filing.report(actor=world.noor, what="It did so again, after the quarter.", surface=surface)
    assert [each.pk for each in cases.visible_to(guest)] == [within.incident_id]
    assert cases.visible_to(world.aud).count() == 2

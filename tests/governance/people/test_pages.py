"""The pages about people: who sees them, what they show, and that lists cost the same whatever their length."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.people import actions
from governance.people.models import Delegation, Holding, Invitation, Role, User
from governance.people.shown import find_people, find_teams
from tests.governance.people.told import last
from tests.world import World

OPEN = (
    "/people/", "/people/teams/", "/people/teams/claims/", "/people/teams/claims/activity/", "/people/positions/",
    "/people/positions/security/", "/people/positions/team-lead/", "/people/delegations/", "/people/services/",
    "/people/{noor}/", "/people/{noor}/owns/", "/people/{noor}/activity/", "/people/services/{bot}/", "/account/",
    "/account/security/", "/account/tokens/", "/account/change/", "/people/invitations/",
)  # fmt: skip
KEEPERS = (
    "/people/teams/new/", "/people/teams/claims/change/", "/people/teams/claims/remove/", "/people/positions/new/",
    "/people/positions/security/change/", "/people/positions/security/holders/new/", "/people/{noor}/reassign/",
    "/people/holdings/{holding}/end/",
)  # fmt: skip
ADMIN = (
    "/people/company/", "/people/invitations/new/", "/people/{noor}/change/", "/people/{noor}/role/",
    "/people/{noor}/leave/", "/people/{noor}/sign-in-link/", "/people/services/new/", "/people/services/{bot}/token/",
)  # fmt: skip


@pytest.fixture
def address(world: World):
    holding = Holding.objects.get(position__key="security")
    return lambda path: path.format(noor=world.noor.ref, bot=world.bot.ref, holding=holding.pk)


@pytest.mark.parametrize("path", OPEN + KEEPERS + ADMIN)
def test_strangers_are_led_to_the_door(world: World, client: Client, address, path: str) -> None:
    assert client.get(address(path)).headers["Location"].startswith("/accounts/")


@pytest.mark.parametrize("nick", ["ada", "rosa", "ingrid", "noor", "aud"])
def test_everybody_inside_reads_the_directory(world: World, client_as, address, nick: str) -> None:
    browser = client_as(getattr(world, nick))
    for path in OPEN:
        assert browser.get(address(path)).status_code == 200, path


@pytest.mark.parametrize(
    ("nick", "keeps", "administers"),
    [("ada", 200, 200), ("rosa", 200, 403), ("ingrid", 403, 403), ("noor", 403, 403), ("aud", 403, 403), ("gus", 0, 0)],
)
def test_what_is_not_ones_own_to_do_is_denied_with_who_can(
    world: World, client_as, address, nick: str, keeps: int, administers: int
) -> None:
    browser = client_as(getattr(world, nick))
    for paths, status in ((KEEPERS, keeps), (ADMIN, administers)):
        for path in paths:
            answer = browser.get(address(path))
            assert answer.status_code == (status or answer.status_code), path
            assert answer.status_code in (200, 403, 404), path
            if status == 403:
                assert "administrator" in answer.content.decode(), path
            if status == 0:
                assert answer.status_code in (403, 404), path


@pytest.mark.parametrize(
    "path", ["/people/{noor}/", "/people/teams/claims/", "/people/positions/security/", "/people/services/{bot}/"]
)
def test_a_guest_knows_of_nobody_but_themself(world: World, client_as, address, path: str) -> None:
    browser = client_as(world.gus)
    assert browser.get(address(path)).status_code == 404
    listed = browser.get("/people/").content.decode()
    assert "Gus Moreau" in listed and "Noor" not in listed
    assert "Claims" not in browser.get("/people/teams/").content.decode()
    assert find_people(world.gus, "noor", 5) == [] and find_teams(world.gus, "claims", 5) == []


def test_search_finds_people_teams_and_positions(world: World) -> None:
    assert [hit.label for hit in find_people(world.noor, "raman", 5)] == ["Priya Raman"]
    assert [hit.label for hit in find_teams(world.noor, "secur", 5)] == ["Security", "Security"]


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(path).status_code == 200
    return len(caught)


def more_of_all(world: World) -> None:
    now = clock.now()
    for number in range(3):
        team = actions.create_team(f"Team {number}", actor=world.ada, lead=world.ben)
        person = actions.add_person(f"Person {number}", actor=world.ada, email=f"p{number}@example.org", team=team)
        position = actions.create_position(f"Position {number}", actor=world.ada)
        actions.name_holder(position, actor=world.ada, person=person)
        actions.name_holder(position, actor=world.ada, person=world.ben, is_deputy=True)
        actions.name_holder(world.position("security"), actor=world.ada, person=person, is_deputy=True)
        actions.name_holder(
            world.position("legal"),
            actor=world.ada,
            person=world.noor,
            starts_on=now.date() + timedelta(days=9 * number),
            ends_on=now.date() + timedelta(days=9 * number + 1),
        )
        actions.invite(f"i{number}@example.org", actor=world.ada, team=team)
        actions.create_service_account(f"Service {number}", actor=world.ada, team=team)
        actions.change_person(person, actor=world.ada, changes={"team": world.team("claims")})
        actions.give_delegation(
            world.noor, actor=world.noor, receiver=person, starts_at=now, ends_at=now + timedelta(days=1), reason="x"
        )
        actions.create_token(
            world.noor, actor=world.noor, name="x", scopes_wanted=["registry:read"], expires_at=now + timedelta(days=2)
        )


LISTS = (
    "/people/", "/people/teams/", "/people/positions/", "/people/delegations/", "/people/invitations/", "/people/services/",
    "/people/teams/claims/", "/people/positions/security/", "/people/{noor}/", "/people/{noor}/owns/", "/account/",
    "/account/tokens/", "/account/security/",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_pages_ask_the_database_the_same_at_one_and_at_many_rows(world: World, client_as, address, path: str) -> None:
    actions.invite("first@example.org", actor=world.ada)
    now = clock.now()
    actions.name_holder(world.position("compliance"), actor=world.ada, person=world.noor, is_deputy=True)  # one of its kind
    actions.give_delegation(
        world.noor, actor=world.noor, receiver=world.ben, starts_at=now, ends_at=now + timedelta(days=1), reason="x"
    )
    browser = client_as(world.noor if path.startswith("/account") else world.ada)
    before = queries_of(browser, address(path))
    more_of_all(world)
    after = queries_of(browser, address(path))
    assert after <= before
    assert after <= 15


def test_hostile_names_are_shown_and_never_run(world: World, client_as) -> None:
    bad = "<script>alert(1)</script>\"'{{7*7}}=cmd|\u202e"
    actions.change_person(world.noor, actor=world.noor, changes={"name": bad, "title": bad})
    browser = client_as(world.ada)
    for path in ("/people/", f"/people/{world.noor.ref}/", f"/people/{world.noor.ref}/activity/", "/people/teams/claims/"):
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_role_is_changed_on_the_page_and_a_stale_form_is_told(world: World, client_as) -> None:
    browser = client_as(world.ada)
    path = f"/people/{world.noor.ref}/role/"
    given = {"role": "leader", "reason": "Promoted", "version": world.noor.version}
    assert browser.post(path, given).status_code == 302
    assert User.objects.get(pk=world.noor.pk).role == Role.LEADER
    stale = browser.post(path, given | {"role": "member"})
    assert stale.status_code == 409 and "changed by somebody else" in stale.content.decode()


def test_leaving_leads_to_reassigning_on_one_page(world: World, client_as) -> None:
    browser = client_as(world.ada)
    answer = browser.post(f"/people/{world.priya.ref}/leave/", {"reason": "Left", "version": world.priya.version})
    path = f"/people/{world.priya.ref}/reassign/"
    assert answer.headers["Location"] == path
    assert "no active owner" in browser.get(f"/people/{world.priya.ref}/").content.decode()
    holding = Holding.objects.get(position__key="security")
    nothing = browser.post(path, {"to": world.daniel.pk})
    assert nothing.status_code == 422 and "Tick what" in nothing.content.decode()
    done = browser.post(path, {"to": world.daniel.pk, "thing": f"positions:{holding.pk}"})
    assert done.headers["Location"] == f"/people/{world.priya.ref}/"
    assert "no active owner" not in browser.get(f"/people/{world.priya.ref}/").content.decode()


def test_an_invitations_link_is_shown_once_and_not_kept_by_the_browser(world: World, client_as) -> None:
    browser = client_as(world.ada)
    answer = browser.post("/people/invitations/new/", {"email": "pia@example.org", "role": "member"})
    assert answer.status_code == 200 and "/people/join/" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    row = Invitation.objects.get()
    assert "/people/join/" not in browser.get(f"/people/invitations/{row.pk}/").content.decode()
    again = browser.post("/people/invitations/new/", {"email": "pia@example.org", "role": "member"})
    assert again.status_code == 409 and "open invitation" in again.content.decode()


def test_a_token_is_shown_once_and_revoked_from_the_list(world: World, client_as) -> None:
    browser = client_as(world.noor)
    page = browser.post("/account/tokens/new/", {"name": "CI", "scopes": ["registry:read"], "days": "30"}).content.decode()
    assert "plumb_" in page
    token = world.noor.tokens.get()
    assert page.count(token.prefix) == 1
    listed = browser.get("/account/tokens/").content.decode()
    assert token.prefix in listed and token.digest not in listed
    browser.post(f"/people/tokens/{token.pk}/revoke/", {"version": token.version})
    assert "Revoked" in browser.get("/account/tokens/").content.decode()
    assert client_as(world.ben).get(f"/people/tokens/{token.pk}/revoke/").status_code == 404


def test_one_delegates_for_oneself_and_takes_it_back(world: World, client_as) -> None:
    browser = client_as(world.priya)
    given = {"receiver": world.daniel.pk, "starts_at": "2026-11-01T08:00", "ends_at": "2027-06-01T08:00", "reason": "Leave"}
    answer = browser.post("/people/delegations/new/", given | {"giver": world.marta.pk})
    delegation = Delegation.objects.get()
    assert delegation.giver == world.priya and answer.headers["Location"] == f"/people/delegations/{delegation.pk}/"
    assert client_as(world.noor).get(f"/people/delegations/{delegation.pk}/revoke/").status_code == 403
    browser.post(f"/people/delegations/{delegation.pk}/revoke/", {"version": delegation.version})
    assert last().kind == "delegation.revoked"


def test_times_are_shown_in_the_readers_zone(world: World, client_as) -> None:
    actions.change_person(world.noor, actor=world.noor, changes={"time_zone": "Asia/Tokyo"})
    page = client_as(world.noor).get("/people/services/").content.decode()
    assert "5 January 2026, 18:00:00 JST" in page


def test_many_people_move_at_once_and_back(world: World, client_as) -> None:
    picks = {"pick": [world.noor.pk, world.ben.pk], "team": world.team("platform").pk}
    browser = client_as(world.ada)
    preview = browser.post("/people/-/bulk/team/", picks | {"stage": "preview"}).content.decode()
    assert "Claims" in preview and "Platform" in preview
    done = browser.post("/people/-/bulk/team/", picks | {"stage": "do"}, follow=True)
    assert User.objects.filter(team__key="platform").count() == 2
    undo = next(message.extra_tags for message in done.context["messages"] if message.extra_tags).removeprefix("undo ").split()[0]
    browser.post(undo)
    assert {User.objects.get(pk=each.pk).team.key for each in (world.noor, world.ben)} == {"claims", "support"}
    assert client_as(world.rosa).post("/people/-/bulk/team/", picks | {"stage": "do"}).status_code == 404

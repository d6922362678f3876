"""People over REST: the same rules as on the pages, with a token that has the scopes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.people import actions
from governance.people.models import Holding, Invitation, Role, User
from tests.governance.people.told import last
from tests.world import World

V1 = "/api/v1"
LISTS = ("people", "teams", "positions", "holdings", "delegations", "invitations", "tokens", "service-accounts", "sessions")
SPAN = {"starts_at": "2026-11-01T08:00:00Z", "ends_at": "2027-06-01T08:00:00Z", "reason": "Leave"}


def send(api, method: str, path: str, body: dict | None = None, version: int | None = None):
    headers = {"If-Match": f'"v{version}"'} if version else {}
    return getattr(api, method)(f"{V1}/{path}", body or {}, format="json", headers=headers)


@pytest.mark.parametrize("path", LISTS)
def test_lists_need_a_token_with_the_scope(world: World, api_as, client, path: str) -> None:
    assert client.get(f"{V1}/{path}").status_code == 401
    assert api_as(world.ada, "registry:read").get(f"{V1}/{path}").status_code == 403
    assert api_as(world.ada, "people:read").get(f"{V1}/{path}").status_code == 200


@pytest.mark.parametrize("path", LISTS[:-1])
def test_lists_ask_the_database_the_same_at_one_and_at_three_rows(world: World, api_as, path: str) -> None:
    def fill(number: int) -> None:
        now = clock.now()
        team = actions.create_team(f"T{number}", actor=world.ada, lead=world.ben, parent=world.team("claims"))
        person = actions.add_person(f"P{number}", actor=world.ada, email=f"p{number}@example.org", team=team)
        actions.name_holder(world.position("legal"), actor=world.ada, person=person, is_deputy=True)
        actions.give_delegation(
            world.noor, actor=world.noor, receiver=person, starts_at=now, ends_at=now + timedelta(1), reason="x"
        )
        actions.invite(f"i{number}@example.org", actor=world.ada, team=team)
        actions.create_service_account(f"S{number}", actor=world.ada, team=team)
        actions.create_token(world.ada, actor=world.ada, name="x", scopes_wanted=["people:read"], expires_at=now + timedelta(1))

    api = api_as(world.ada)
    counts = []
    fill(0)
    for extra in ((), (1, 2, 3)):
        for number in extra:
            fill(number)
        api.get(f"{V1}/{path}")
        with CaptureQueriesContext(connection) as caught:
            assert api.get(f"{V1}/{path}").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 6


def test_a_guest_sees_nobody_but_themself(world: World, api_as) -> None:
    api = api_as(world.gus)
    assert send(api, "get", "people").status_code == 403  # no such scope for guests
    with pytest.raises(Exception, match="cannot have people:read"):
        api_as(world.gus, "people:read")


def test_oneself(world: World, api_as) -> None:
    answer = send(api_as(world.noor), "get", "people/me").json()
    assert (answer["ref"], answer["team"], answer["role"]) == (world.noor.ref, "claims", "member")


def test_the_system_is_no_person(world: World, api_as) -> None:
    found = send(api_as(world.noor), "get", "people?limit=100").json()["results"]
    assert "Plumbline" not in {each["name"] for each in found}
    assert {each["ref"] for each in found} == set(User.objects.filter(kind="person").values_list("ref", flat=True))


def test_a_person_is_changed_under_their_version(world: World, api_as) -> None:
    api, path = api_as(world.ada), f"people/{world.noor.ref}"
    assert send(api, "patch", path, {"title": "x"}).status_code == 428
    answer = send(api, "patch", path, {"title": "Director", "team": "platform"}, world.noor.version)
    assert (answer.json()["title"], answer.json()["team"]) == ("Director", "platform")
    assert send(api, "patch", path, {"title": "x"}, world.noor.version).status_code in (409, 412)
    assert send(api_as(world.ben), "patch", path, {"title": "x"}, world.noor.version + 1).status_code == 403
    unknown = send(api, "patch", path, {"role": "administrator"}, world.noor.version + 1)
    assert unknown.status_code in (400, 422) and User.objects.get(pk=world.noor.pk).role == Role.MEMBER


def test_roles_change_only_as_on_the_page(world: World, api_as) -> None:
    assert send(api_as(world.ada), "put", f"people/{world.noor.ref}/role", {"role": "leader"}).status_code == 200
    assert User.objects.get(pk=world.noor.pk).role == Role.LEADER
    own = send(api_as(world.noor), "put", f"people/{world.noor.ref}/role", {"role": "administrator"})
    assert own.status_code == 403 and "own role" in own.content.decode()
    assert send(api_as(world.rosa), "put", f"people/{world.ben.ref}/role", {"role": "leader"}).status_code == 403


def test_leaving_and_reassigning(world: World, api_as) -> None:
    api, path = api_as(world.ada), f"people/{world.priya.ref}"
    assert send(api, "post", f"{path}/deactivation", {"reason": "Left"}).json()["is_active"] is False
    again = send(api, "post", f"{path}/deactivation", {"reason": "Left"})
    assert again.status_code == 409
    (thing,) = send(api, "get", f"{path}/owned").json()
    assert thing["source"] == "positions"
    body = {"to": "daniel@example.org", "things": [{"source": thing["source"], "id": thing["id"]}]}
    assert send(api, "post", f"{path}/reassignment", body).json() == {"count": 1}
    assert send(api, "get", f"{path}/owned").json() == []


def test_teams_positions_and_holders(world: World, api_as) -> None:
    api = api_as(world.rosa)
    made = send(api, "post", "teams", {"name": "Fraud", "parent": "claims", "lead": world.noor.ref})
    assert made.status_code == 201 and made.json()["lead"] == world.noor.ref and made["Location"].endswith("/teams/fraud")
    assert send(api, "patch", "teams/fraud", {"parent": None}, 1).json()["parent"] is None
    assert send(api, "post", "teams", {"name": "X", "parent": "nowhere"}).status_code in (400, 422)
    assert send(api, "delete", "teams/fraud", None, 2).status_code == 204
    assert send(api, "post", "positions", {"name": "Data protection officer"}).json()["key"] == "data-protection-officer"
    held = send(api, "post", "holdings", {"position": "data-protection-officer", "person": "noor@example.org"})
    assert held.status_code == 201
    seats = send(api, "get", "positions/data-protection-officer/deciders").json()
    assert seats == [{"person": world.noor.ref, "why": "holder", "in_place_of": None}]
    assert send(api, "post", f"holdings/{held.json()['id']}/end").status_code == 204
    assert not Holding.objects.filter(pk=held.json()["id"]).exists()
    assert send(api_as(world.noor), "post", "teams", {"name": "Mine"}).status_code == 403


def test_delegations(world: World, api_as) -> None:
    api = api_as(world.priya)
    made = send(api, "post", "delegations", {"receiver": "daniel@example.org", "position": "security", **SPAN})
    assert made.status_code == 201 and made.json()["giver"] == world.priya.ref
    seats = send(api, "get", "positions/security/deciders").json()
    assert seats[1] == {"person": world.daniel.ref, "why": "delegate", "in_place_of": world.priya.ref}
    assert (
        send(
            api_as(world.noor), "post", "delegations", {"giver": world.priya.ref, "receiver": world.noor.ref, **SPAN}
        ).status_code
        == 403
    )
    assert send(api, "post", f"delegations/{made.json()['id']}/revocation").status_code == 200
    assert len(send(api, "get", "positions/security/deciders").json()) == 1


def test_invitations_hand_the_link_over_once(world: World, api_as) -> None:
    api = api_as(world.ada)
    made = send(api, "post", "invitations", {"email": "pia@example.org", "team": "claims"})
    assert made.status_code == 201
    link = made.json()["link"]
    assert "/people/join/" in link and "/people/join/" not in send(api, "get", "invitations").content.decode()
    renewed = send(api, "post", f"invitations/{made.json()['id']}/link")
    assert renewed.json()["link"] != link
    assert send(api, "post", f"invitations/{made.json()['id']}/revocation").json()["state"] == "revoked"
    assert send(api_as(world.rosa), "post", "invitations", {"email": "x@example.org"}).status_code == 403
    assert send(api_as(world.noor), "get", f"invitations/{Invitation.objects.get().pk}").status_code == 404


def test_a_token_makes_no_token_that_may_do_more(world: World, api_as) -> None:
    api = api_as(world.noor, "people:write", "people:read")
    ends = (clock.now() + timedelta(days=3)).isoformat()
    made = send(api, "post", "tokens", {"name": "small", "scopes": ["people:read"], "expires_at": ends})
    assert made.status_code == 201 and made.json()["secret"].startswith("plumb_")
    beyond = send(api, "post", "tokens", {"name": "big", "scopes": ["registry:write"], "expires_at": ends})
    assert beyond.status_code == 403 and "does not have registry:write" in beyond.content.decode()
    foreign = send(api, "post", "tokens", {"name": "x", "scopes": ["people:read"], "expires_at": ends, "owner": world.ben.ref})
    assert foreign.status_code == 403
    assert send(api, "post", f"tokens/{made.json()['id']}/revocation").json()["revoked_at"]


def test_service_accounts_and_their_tokens(world: World, api_as) -> None:
    api = api_as(world.ada)
    made = send(api, "post", "service-accounts", {"name": "CI", "team": "platform"}).json()
    ends = (clock.now() + timedelta(days=3)).isoformat()
    token = send(api, "post", "tokens", {"name": "CI", "scopes": ["registry:read"], "expires_at": ends, "owner": made["ref"]})
    assert token.status_code == 201
    assert send(api, "post", f"service-accounts/{made['ref']}/deactivation").json()["is_active"] is False
    assert last().kind == "token.revoked"
    assert send(api_as(world.rosa), "post", "service-accounts", {"name": "X"}).status_code == 403


def test_sessions_show_no_keys_and_end(world: World, api_as, client, password: str) -> None:
    client.post("/accounts/login/", {"login": "noor@example.org", "password": password})
    api = api_as(world.noor)
    (row,) = send(api, "get", "sessions").json()["results"]
    assert client.session.session_key not in str(row)
    assert send(api_as(world.ben), "post", f"sessions/{row['id']}/end").status_code == 404
    assert send(api, "post", f"sessions/{row['id']}/end").status_code == 204
    assert client.get("/account/").status_code == 302

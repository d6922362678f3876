"""People: added, changed, given roles, closed, let back in, reassigned and erased; allowed, denied, stale, recorded."""

import json
import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, OutsideAction, StaleState
from governance.ledger.models import Entry, PersonalPayload
from governance.people import actions, queries
from governance.people.models import ApiToken, Role, User
from tests.governance.people.told import kinds, last, said
from tests.world import World

EVERYBODY_ELSE = ["rosa", "ingrid", "noor", "aud", "gus", "bot"]


def test_an_administrator_adds_a_person_and_the_ledger_keeps_their_name_apart(world: World) -> None:
    person = actions.add_person("Pia Berg", actor=world.ada, email=" Pia@Example.org ", team=world.team("platform"))
    assert person.email == "pia@example.org"
    assert said() == ("person.joined", world.ada.ref, {"role": "member", "via": "added"})
    assert "Pia" not in last().body and "pia@" not in last().body
    assert dict(PersonalPayload.objects.filter(entry=last()).values_list("name", "value")) == {
        "name": "Pia Berg",
        "email": "pia@example.org",
    }
    assert {group.name for group in person.groups.all()} == {"team:platform", "team:engineering"}


@pytest.mark.parametrize("nick", EVERYBODY_ELSE)
def test_nobody_else_adds_people(world: World, nick: str) -> None:
    with pytest.raises(Denied) as denied:
        actions.add_person("Pia", actor=getattr(world, nick), email="pia@example.org")
    assert denied.value.grantors == ["An administrator"]


def test_an_address_is_taken_whatever_its_case(world: World) -> None:
    with pytest.raises(Conflict, match="already"):
        actions.add_person("Another Noor", actor=world.ada, email="NOOR@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=world.ben.pk).update(email="Noor@Example.ORG")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "service"}, "role"),
        ({"role": "owner"}, "role"),
        ({"role": "guest_auditor"}, "expires_at"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"email": "no address"}, "email"),
        ({"name": "a\x00b"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "123456789012345"}, "password"),
        ({"password": "pia.berg@example.org"}, "password"),
    ],
)
def test_what_cannot_be_stored_is_refused_beside_its_field(world: World, given: dict, field: str) -> None:
    before = User.objects.count()
    with pytest.raises(Invalid) as refused:
        actions.add_person(**{"name": "Pia Berg", "email": "pia.berg@example.org", "actor": world.ada} | given)
    assert field in refused.value.fields
    assert User.objects.count() == before


def test_the_database_refuses_a_guest_without_an_end(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=world.gus.pk).update(expires_at=None)


def test_nobody_writes_an_account_past_the_actions(world: World) -> None:
    world.noor.role = Role.ADMINISTRATOR
    with pytest.raises(OutsideAction):
        world.noor.save()


def test_one_changes_ones_own_details(world: World) -> None:
    changed = actions.change_person(world.noor, actor=world.noor, changes={"title": "Director", "time_zone": "Asia/Tokyo"})
    assert (changed.title, changed.time_zone) == ("Director", "Asia/Tokyo")
    assert said()[2] == {"changed": ["time_zone", "title"]}


@pytest.mark.parametrize("changes", [{"email": "new@example.org"}, {"team": None}, {"expires_at": None}])
def test_but_not_what_is_an_administrators_to_change(world: World, changes: dict) -> None:
    if "expires_at" in changes:
        changes = {"expires_at": clock.now() + timedelta(days=900)}
    with pytest.raises(Denied):
        actions.change_person(world.noor, actor=world.noor, changes=changes)


def test_nor_anybody_elses(world: World) -> None:
    with pytest.raises(Denied):
        actions.change_person(world.ben, actor=world.noor, changes={"title": "Intern"})
    with pytest.raises(Invalid, match="no such field"):
        actions.change_person(world.noor, actor=world.noor, changes={"role": "administrator"})


def test_a_second_writer_is_told(world: World) -> None:
    seen = world.noor.version
    actions.change_person(User.objects.get(pk=world.noor.pk), actor=world.ada, changes={"title": "Director"})
    with pytest.raises(StaleState):
        actions.change_person(world.noor, actor=world.ada, changes={"title": "Chief"}, expected_version=seen)


def test_a_move_to_another_team_moves_the_groups(world: World) -> None:
    actions.change_person(world.noor, actor=world.ada, changes={"team": world.team("platform")})
    assert {group.name for group in world.noor.groups.all()} == {"team:platform", "team:engineering"}


def test_an_administrator_changes_a_role(world: World) -> None:
    actions.change_role(world.noor, actor=world.ada, role=Role.LEADER, reason="Promoted")
    assert said() == (
        "person.role_changed",
        world.ada.ref,
        {"before": "member", "after": "leader", "reason": "Promoted", "changed": ["role"]},
    )


@pytest.mark.parametrize("nick", EVERYBODY_ELSE)
def test_nobody_else_changes_roles(world: World, nick: str) -> None:
    with pytest.raises(Denied):
        actions.change_role(world.ben, actor=getattr(world, nick), role=Role.LEADER)


@pytest.mark.parametrize("nick", ["ada", "rosa", "noor", "aud"])
def test_nobody_changes_their_own_role(world: World, nick: str) -> None:
    me = getattr(world, nick)
    with pytest.raises(Denied, match="own role"):
        actions.change_role(me, actor=me, role=Role.ADMINISTRATOR)


def test_the_last_administrator_stays(world: World) -> None:
    with pytest.raises(Denied, match="last active administrator"):
        actions.deactivate(world.ada, actor=world.ada)
    with pytest.raises(Denied, match="last active administrator"):
        actions.change_role(world.ada, actor=world.system, role=Role.MEMBER)
    actions.change_role(world.rosa, actor=world.ada, role=Role.ADMINISTRATOR)
    actions.deactivate(world.ada, actor=world.rosa)
    assert not User.objects.get(pk=world.ada.pk).is_active


def test_an_administrator_whose_account_has_ended_does_not_count(world: World, freeze) -> None:
    soon = clock.now() + timedelta(days=1)
    actions.change_role(world.rosa, actor=world.ada, role=Role.ADMINISTRATOR, expires_at=soon)
    freeze(soon + timedelta(hours=1))
    with pytest.raises(Denied, match="last active administrator"):
        actions.deactivate(world.ada, actor=world.ada)


def test_the_last_administrators_account_gets_no_end(world: World) -> None:
    soon = clock.now() + timedelta(days=1)
    with pytest.raises(Denied, match="last active administrator"):
        actions.change_person(world.ada, actor=world.ada, changes={"expires_at": soon})
    with pytest.raises(Denied, match="last active administrator"):
        actions.change_role(world.ada, actor=world.system, role=Role.ADMINISTRATOR, expires_at=soon)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_close_each_other_at_the_same_instant(world: World, only_postgresql: None) -> None:
    actions.change_role(world.rosa, actor=world.ada, role=Role.ADMINISTRATOR)
    pairs = [(world.ada, User.objects.get(pk=world.rosa.pk)), (User.objects.get(pk=world.rosa.pk), world.ada)]
    ready, results = threading.Barrier(2), []

    def close(actor: User, person: User) -> None:
        ready.wait()
        try:
            actions.deactivate(person, actor=actor)
            results.append("closed")
        except (Denied, StaleState):
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["closed", "refused"]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_who_leaves_is_out_at_once_everywhere(world: World, api_as, client: Client, password: str) -> None:
    api = api_as(world.priya, "people:read")
    client.post("/accounts/login/", {"login": "priya@example.org", "password": password})
    assert UserSession.objects.filter(user=world.priya).count() == 1
    assert api.get("/api/v1/people/me").status_code == 200
    actions.deactivate(world.priya, actor=world.ada, reason="Left")
    assert kinds(2) == ["person.deactivated", "token.revoked"]
    assert not UserSession.objects.filter(user=world.priya).exists()
    assert client.get("/account/").status_code == 302
    assert api.get("/api/v1/people/me").status_code == 401
    assert not world.priya.groups.exists()
    answer = client.post("/accounts/login/", {"login": "priya@example.org", "password": password})
    assert "_auth_user_id" not in client.session, answer
    assert queries.deciders(world.position("security")) == []


def test_what_they_held_is_counted_and_listed_until_it_is_reassigned(world: World) -> None:
    actions.change_team(world.team("claims"), actor=world.ada, changes={"lead": world.priya})
    actions.deactivate(world.priya, actor=world.ada)
    entry = Entry.objects.filter(kind="person.deactivated").get()
    assert json.loads(entry.body)["payload"]["owned"] == 2
    assert {key: [str(obj) for obj in objs] for key, objs in queries.owned_by(world.priya) if objs} == {
        "teams": ["Claims"],
        "positions": ["Priya Raman as Security"],
    }
    assert actions.reassign(world.priya, actor=world.rosa, to=world.daniel, reason="Left") == 2
    assert said()[0::2] == ("person.reassigned", {"count": 2, "to": world.daniel.ref, "reason": "Left"})
    assert queries.count_owned(world.priya) == 0
    assert world.team("claims").lead == world.daniel
    assert [seat.person for seat in queries.deciders(world.position("security"))] == [world.daniel]


def test_reassigning_is_all_or_nothing(world: World) -> None:
    actions.change_team(world.team("claims"), actor=world.ada, changes={"lead": world.priya})
    things = [("teams", str(world.team("claims").pk)), ("teams", "999999")]
    with pytest.raises(NotVisible):
        actions.reassign(world.priya, actor=world.ada, to=world.daniel, things=things)
    assert world.team("claims").lead == world.priya
    for nick in ("noor", "ingrid", "aud"):
        with pytest.raises(Denied):
            actions.reassign(world.priya, actor=getattr(world, nick), to=world.daniel)
    for to in (world.gus, world.bot, world.priya):
        with pytest.raises(Invalid):
            actions.reassign(world.priya, actor=world.ada, to=to)


def test_somebody_is_let_back_in_but_their_tokens_stay_dead(world: World, api_as) -> None:
    api_as(world.noor, "people:read")
    actions.deactivate(world.noor, actor=world.ada)
    actions.reactivate(world.noor, actor=world.ada)
    assert User.objects.get(pk=world.noor.pk).is_active
    assert not ApiToken.objects.filter(user=world.noor, revoked_at=None).exists()
    assert {group.name for group in world.noor.groups.all()} == {"team:claims"}
    with pytest.raises(StaleState):
        actions.reactivate(world.noor, actor=world.ada)
    with pytest.raises(Denied):
        actions.reactivate(world.noor, actor=world.rosa)


def test_erasing_empties_the_row_and_breaks_nothing(world: World) -> None:
    EmailAddress.objects.create(user=world.noor, email=world.noor.email, primary=True)
    actions.deactivate(world.noor, actor=world.ada)
    before = Entry.objects.count()
    actions.erase(world.noor, actor=world.ada, cause="ER-1", reason="Asked for")
    row = User.objects.get(pk=world.noor.pk)
    assert "Noor" not in row.name and "noor@" not in row.email and not row.has_usable_password()
    assert not EmailAddress.objects.filter(user=row).exists()
    mine = Entry.objects.filter(subject_type="governance.user", subject_id=str(row.pk))
    assert not PersonalPayload.objects.filter(entry__in=mine).exists()
    assert Entry.objects.count() == before + 1
    assert row.ref == world.noor.ref
    assert not any("Noor" in str(value) for history in row.history.values() for value in history.values())


def test_only_who_has_left_is_erased_and_only_once(world: World) -> None:
    with pytest.raises(Denied, match="still active"):
        actions.erase(world.noor, actor=world.ada, cause="ER-1")
    actions.deactivate(world.noor, actor=world.ada)
    with pytest.raises(Denied):
        actions.erase(world.noor, actor=world.rosa, cause="ER-1")
    actions.erase(world.noor, actor=world.ada, cause="ER-1")
    with pytest.raises(Denied, match="already erased"):
        actions.erase(world.noor, actor=world.ada, cause="ER-1")
    with pytest.raises(Invalid, match="cannot come back"):
        actions.reactivate(world.noor, actor=world.ada)


def test_one_sets_only_ones_own_password(world: World) -> None:
    actions.set_password(world.noor, actor=world.noor, password="four calm words here")
    assert User.objects.get(pk=world.noor.pk).check_password("four calm words here")
    assert said()[0] == "person.password_set"
    with pytest.raises(Denied):
        actions.set_password(world.noor, actor=world.ada, password="four calm words here")
    with pytest.raises(Invalid):
        actions.set_password(world.noor, actor=world.noor, password="noor.haddad")

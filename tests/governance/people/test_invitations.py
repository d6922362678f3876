"""Invitations: by mail or by link, once, for a while; what the secret is kept as."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from governance.core import clock, jobs
from governance.core.digest import sha256
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.people import actions
from governance.people.models import Invitation, User
from tests.governance.people.told import last, said
from tests.world import World

WORDS = "four calm words here"


def test_without_mail_the_link_is_handed_back_once_and_only_its_hash_is_kept(world: World) -> None:
    issued = actions.invite("Pia@Example.org", actor=world.ada, role="leader", team=world.team("claims"), name="Pia")
    row = Invitation.objects.get()
    assert row.token_digest == sha256(issued.secret.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance_invitation")
        assert issued.secret not in str(cursor.fetchall())
    assert said() == ("person.invited", world.ada.ref, {"role": "leader"})
    assert "pia@" not in last().body
    assert not mail.outbox


@pytest.mark.parametrize("nick", ["rosa", "ingrid", "noor", "aud", "gus", "bot"])
def test_only_administrators_invite(world: World, nick: str) -> None:
    issued = actions.invite("sue@example.org", actor=world.ada)
    with pytest.raises(Denied):
        actions.invite("pia@example.org", actor=getattr(world, nick))
    with pytest.raises(Denied):
        actions.renew_invitation(issued.invitation, actor=getattr(world, nick))
    with pytest.raises(Denied):
        actions.revoke_invitation(issued.invitation, actor=getattr(world, nick))


def test_an_address_is_invited_once_and_only_from_outside(world: World) -> None:
    actions.invite("pia@example.org", actor=world.ada)
    with pytest.raises(Conflict, match="open invitation"):
        actions.invite("PIA@example.org", actor=world.ada)
    with pytest.raises(Conflict, match="has an account"):
        actions.invite("Noor@example.org", actor=world.ada)


def test_one_that_grew_too_old_makes_way(world: World, freeze) -> None:
    held = freeze("2026-11-02T08:00:00")
    old = actions.invite("pia@example.org", actor=world.ada)
    held.shift(timedelta(days=14))
    with pytest.raises(NotVisible):
        actions.open_invitation(old.secret)
    actions.invite("pia@example.org", actor=world.ada)
    assert Invitation.objects.get(pk=old.invitation.pk).state == "revoked"


@pytest.mark.parametrize(
    ("given", "field"), [({"role": "service"}, "role"), ({"role": "guest_auditor"}, "expires_at"), ({"email": "x"}, "email")]
)
def test_impossible_invitations_are_refused(world: World, given: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.invite(**{"email": "pia@example.org", "actor": world.ada} | given)
    assert field in refused.value.fields


def test_the_link_opens_the_door_once(world: World, client: Client) -> None:
    issued = actions.invite("pia@example.org", actor=world.ada, team=world.team("claims"))
    url = f"/people/join/{issued.secret}/"
    assert "pia@example.org" in client.get(url).content.decode()
    weak = client.post(url, {"name": "Pia Berg", "password": "short", "time_zone": "UTC"})
    assert weak.status_code == 422 and "12 characters" in weak.content.decode()
    answer = client.post(url, {"name": "Pia Berg", "password": WORDS, "time_zone": "Europe/Oslo"})
    assert answer.status_code == 302 and answer["Location"] == "/"
    person = User.objects.get(email="pia@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert (person.role, person.team.key, person.time_zone) == ("member", "claims", "Europe/Oslo")
    assert person.check_password(WORDS)
    assert said() == ("person.invitation_accepted", person.ref, {"changed": ["accepted_by", "state"], "role": "member"})
    assert person.history.get().history_user_id == person.ref
    again = Client().get(url)
    assert again.status_code == 404 and "not good any more" in again.content.decode()


def test_two_who_open_one_link_become_one_person(world: World) -> None:
    issued = actions.invite("pia@example.org", actor=world.ada)
    first, second = actions.open_invitation(issued.secret), actions.open_invitation(issued.secret)
    actions.accept_invitation(first, name="Pia", password=WORDS)
    with pytest.raises((StaleState, Conflict)):
        actions.accept_invitation(second, name="Mallory", password=WORDS)
    assert User.objects.filter(email="pia@example.org").count() == 1


def test_a_new_link_ends_the_old_one_and_revoking_ends_all(world: World) -> None:
    first = actions.invite("pia@example.org", actor=world.ada)
    second = actions.renew_invitation(first.invitation, actor=world.ada)
    with pytest.raises(NotVisible):
        actions.open_invitation(first.secret)
    assert actions.open_invitation(second.secret).email == "pia@example.org"
    actions.revoke_invitation(second.invitation, actor=world.ada, reason="Mistake")
    with pytest.raises(NotVisible):
        actions.open_invitation(second.secret)
    with pytest.raises(StaleState):
        actions.revoke_invitation(second.invitation, actor=world.ada)


def test_a_guests_account_ends_as_the_invitation_says(world: World) -> None:
    end = clock.now() + timedelta(days=30)
    issued = actions.invite("eve@example.org", actor=world.ada, role="guest_auditor", account_ends_at=end)
    person = actions.accept_invitation(actions.open_invitation(issued.secret), name="Eve", password=WORDS)
    assert person.expires_at == end


def test_with_mail_the_link_goes_out_by_a_job_and_nobody_else_sees_it(world: World, settings) -> None:
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, "https://plumb.example.org"
    issued = actions.invite("pia@example.org", actor=world.ada, name="Pia\nBcc: all")
    assert issued.secret == "" and not mail.outbox
    assert jobs.run_pending() == 1
    (sent,) = mail.outbox
    assert sent.to == ["pia@example.org"]
    link = next(line for line in sent.body.splitlines() if line.startswith("https://plumb.example.org/people/join/"))
    assert actions.open_invitation(link.rstrip("/").rpartition("/")[2]).pk == issued.invitation.pk
    assert jobs.run_pending() == 0


def test_a_mail_that_cannot_go_out_leaves_nothing_half_done(world: World, settings, monkeypatch) -> None:
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, "https://plumb.example.org"
    issued = actions.invite("pia@example.org", actor=world.ada)
    monkeypatch.setattr("governance.people.tasks.send_mail", lambda *args: (_ for _ in ()).throw(OSError("no route")))
    before = Invitation.objects.get(pk=issued.invitation.pk)
    jobs.run_pending()
    after = Invitation.objects.get(pk=issued.invitation.pk)
    assert (after.token_digest, after.sent_at) == (before.token_digest, None)


def test_without_an_address_of_ones_own_no_mail_is_sent_that_would_lead_nowhere(world: World, settings) -> None:
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, ""
    assert actions.invite("pia@example.org", actor=world.ada).secret
    assert jobs.run_pending() == 0 and not mail.outbox


def test_a_job_for_one_taken_back_sends_nothing(world: World, settings) -> None:
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, "https://plumb.example.org"
    issued = actions.invite("pia@example.org", actor=world.ada)
    actions.revoke_invitation(issued.invitation, actor=world.ada)
    jobs.run_pending()
    assert not mail.outbox

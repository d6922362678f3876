"""Signing in: by password, with a second step, from a known browser; refused alike for everybody else."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.conf import settings as conf
from django.core import mail
from django.test import Client

from governance.core import clock
from governance.core.errors import Denied
from governance.people import actions
from governance.people.models import User
from tests.governance.people.told import last, said
from tests.world import PASSWORD, World

NEW = "five calm words stand here"


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_by_address_whatever_its_case_and_password(world: World, client: Client) -> None:
    answer = sign_in(client, "NOOR@example.org")
    assert answer.status_code == 302 and is_in(client)


@pytest.mark.parametrize("email", ["noor@example.org", "nobody@example.org", "bot@example.org", "plumbline@system.invalid"])
def test_a_refusal_does_not_tell_who_has_an_account(world: World, client: Client, email: str) -> None:
    answer = sign_in(client, email, "wrong")
    page = answer.content.decode().replace(email, "")
    assert answer.status_code == 200 and not is_in(client)
    other = Client().post("/accounts/login/", {"login": "zzz@example.org", "password": "wrong"}).content.decode()
    strip = lambda text: re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", text)  # noqa: E731
    assert strip(page) == strip(other.replace("zzz@example.org", ""))


def test_trying_passwords_is_slowed_down(world: World, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "noor@example.org", "wrong")
    blocked = sign_in(client, "noor@example.org", PASSWORD)
    assert not is_in(client) and "Too many" in blocked.content.decode()


def test_an_account_that_has_ended_stays_out_and_a_live_session_ends(world: World, client: Client, freeze) -> None:
    assert sign_in(client, "gus@example.org").status_code == 302
    assert client.get("/account/").status_code == 200
    freeze("2035-06-01")
    assert "/accounts/login" in client.get("/account/").headers["Location"]
    fresh = Client()
    assert sign_in(fresh, "gus@example.org").headers["Location"] == "/accounts/inactive/"
    assert not is_in(fresh)


def test_pages_lead_to_the_door_and_back(world: World, client: Client) -> None:
    answer = client.get("/people/teams/?q=claims")
    assert answer.headers["Location"] == "/accounts/login/?next=/people/teams/%3Fq%3Dclaims"
    given = {"login": "noor@example.org", "password": PASSWORD, "next": "https://evil.example"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/"


def test_a_second_step_where_one_is_set_up(world: World, client: Client) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(world.noor, secret)
    assert sign_in(client, "noor@example.org").headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(client)


def test_setting_up_an_app_is_sensitive_and_told(world: World, client_as) -> None:
    assert "reauthenticate" in client_as(world.noor, fresh=False).get("/accounts/2fa/totp/activate/").headers["Location"]
    browser = client_as(world.noor)
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret" readonly value="(\w+)"', page)[1]
    browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=world.noor, type="totp").exists()
    told = {"authenticator app added", "recovery codes added"}
    assert said()[0] == "person.sign_in_changed" and said()[2]["what"] in told
    assert browser.get("/accounts/2fa/recovery-codes/").status_code == 200


def test_changing_the_password_is_told_and_ends_other_browsers(world: World, client: Client) -> None:
    sign_in(client, "noor@example.org")
    other = Client()
    sign_in(other, "noor@example.org")
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.post("/accounts/password/change/", given).status_code == 302
    assert said()[:2] == ("person.password_set", world.noor.ref)
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert User.objects.get(pk=world.noor.pk).check_password(NEW)


def test_a_forgotten_password_by_mail_tells_strangers_nothing(world: World, client: Client, settings) -> None:
    settings.MAIL_IS_SET_UP = True
    for email in ("nobody@example.org", "noor@example.org"):
        answer = client.post("/accounts/password/reset/", {"email": email})
        assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert [sent.to for sent in mail.outbox] == [["noor@example.org"]]
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    url = form.redirect_chain[-1][0]
    client.post(url, {"password1": NEW, "password2": NEW})
    assert User.objects.get(pk=world.noor.pk).check_password(NEW)
    assert last().kind == "person.password_set"
    assert "not good any more" in Client().get(link).content.decode()


def test_without_mail_the_page_says_whom_to_ask_and_an_administrator_makes_a_link(world: World, client_as) -> None:
    assert "administrator" in Client().get("/accounts/password/reset/").content.decode()
    page = client_as(world.ada).post(f"/people/{world.noor.ref}/sign-in-link/").content.decode()
    link = re.search(r'id="secret">http://testserver([^<]+)<', page)[1]
    assert last().kind == "person.reset_link_made"
    browser = Client()
    url = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(url, {"password1": NEW, "password2": NEW})
    assert User.objects.get(pk=world.noor.pk).check_password(NEW)
    assert client_as(world.rosa).post(f"/people/{world.noor.ref}/sign-in-link/").status_code == 403
    assert client_as(world.ada).post(f"/people/{world.ada.ref}/sign-in-link/").status_code == 403


def test_a_lost_device_is_taken_off_by_an_administrator(world: World, client: Client, client_as) -> None:
    sign_in(client, "noor@example.org")
    TOTP.activate(world.noor, "JBSWY3DPEHPK3PXP")
    client_as(world.ada).post(f"/people/{world.noor.ref}/sign-in-link/", {"second_step": "on"})
    assert not Authenticator.objects.filter(user=world.noor).exists()
    assert said() == ("person.sign_in_changed", world.ada.ref, {"what": "authenticator app removed"})
    assert client.get("/account/").status_code == 302
    with pytest.raises(Denied):
        actions.note_reset_link(world.noor, actor=world.rosa, second_step=True)


def test_sessions_are_listed_and_ended(world: World, client: Client) -> None:
    sign_in(client, "noor@example.org")
    other = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/144.0"})
    sign_in(other, "noor@example.org")
    page = client.get("/account/security/").content.decode()
    assert "Firefox on Linux" in page
    foreign = Client()
    sign_in(foreign, "ben@example.org")
    theirs = UserSession.objects.get(user=world.ben)
    assert client.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert foreign.get("/account/").status_code == 200
    client.post(f"/account/sessions/{UserSession.objects.get(session_key=other.session.session_key).pk}/end/")
    assert other.get("/account/").status_code == 302 and client.get("/account/").status_code == 200
    sign_in(other, "noor@example.org")
    client.post("/account/sessions/end/")
    assert other.get("/account/").status_code == 302 and client.get("/account/").status_code == 200
    assert said() == ("person.session_ended", world.noor.ref, {"count": 1})


def test_an_administrator_may_sign_somebody_out_but_nobody_else(world: World, client: Client) -> None:
    sign_in(client, "noor@example.org")
    session = UserSession.objects.get(user=world.noor)
    with pytest.raises(Denied):
        actions.end_session(session, actor=world.rosa)
    actions.end_session(session, actor=world.ada)
    assert client.get("/account/").status_code == 302


SENSITIVE = (
    "/account/tokens/new/",
    "/people/invitations/new/",
    "/people/{ben}/role/",
    "/people/{ben}/leave/",
    "/people/services/new/",
)


@pytest.mark.parametrize("path", SENSITIVE)
def test_sensitive_steps_ask_once_more_who_one_is(world: World, client_as, path: str) -> None:
    path = path.format(ben=world.ben.ref)
    stale, fresh = client_as(world.ada, fresh=False), client_as(world.ada)
    assert stale.get(path).headers["Location"].startswith("/accounts/reauthenticate/")
    assert fresh.get(path).status_code == 200
    stale.post(f"/accounts/reauthenticate/?next={path}", {"password": PASSWORD})
    assert stale.get(path).status_code == 200


@pytest.mark.parametrize("path", ["signup/", "email/", "3rdparty/", "2fa/", "sessions/", "3rdparty/signup/"])
def test_ways_past_the_ledger_are_closed(world: World, client_as, path: str) -> None:
    assert client_as(world.noor).get(f"/accounts/{path}").status_code == 302
    browser = client_as(world.noor)
    browser.post(f"/accounts/{path}", {"email": "new@example.org", "action_add": "", "password1": NEW, "password2": NEW})
    assert User.objects.get(pk=world.noor.pk).email == "noor@example.org"
    assert not User.objects.filter(email="new@example.org").exists()


PAGES = (
    "login/",
    "password/reset/",
    "password/reset/done/",
    "inactive/",
    "reauthenticate/",
    "2fa/totp/activate/",
    "2fa/webauthn/add/",
    "password/change/",
    "2fa/recovery-codes/generate/",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_inline_script_or_style(world: World, client_as, path: str) -> None:
    anonymous = path in ("login/", "password/reset/", "password/reset/done/", "inactive/")
    if path.startswith("2fa/recovery"):
        TOTP.activate(world.noor, "JBSWY3DPEHPK3PXP")
    answer = (Client() if anonymous else client_as(world.noor)).get(f"/accounts/{path}")
    page = answer.content.decode()
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    for attributes in re.findall(r"<script([^>]*)>", page):
        assert "src=" in attributes or 'type="application/json"' in attributes


def test_settings_are_as_promised() -> None:
    lengths = [each.get("OPTIONS", {}).get("min_length") for each in conf.AUTH_PASSWORD_VALIDATORS]
    assert 12 in lengths
    assert conf.SESSION_COOKIE_HTTPONLY and clock.now().tzinfo is not None

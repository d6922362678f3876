"""Single sign-on with a real provider over a real connection: who comes in, who stays out, and what is kept."""

import http.client
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from governance.core import clock
from governance.people import actions
from governance.people.models import Invitation, User
from tests.governance.people.oidc import CLIENT, SECRET, Provider
from tests.governance.people.told import kinds
from tests.world import PASSWORD, World

START = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    made = Provider()
    app = {
        "provider_id": "sso",
        "name": "Company sign-on",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": made.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    made.close()


def come_in(provider: Provider, client: Client, **claims):
    provider.claims = {"sub": claims.get("email", "nobody"), "email_verified": True} | claims
    away = client.post(START)
    assert away.status_code == 302 and away["Location"].startswith(provider.url)
    there = urlsplit(away["Location"])
    connection = http.client.HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    return client.get(f"{back.path}?{back.query}")


def who(client: Client) -> str:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).email if pk else ""


def test_the_door_offers_it(world: World, client: Client, provider: Provider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Company sign-on" in page and f'action="{START}' in page


def test_who_has_an_account_comes_in_and_keeps_their_password(world: World, client: Client, provider: Provider) -> None:
    assert come_in(provider, client, email="Noor@Example.org", sub="n-1").status_code == 302
    assert who(client) == "noor@example.org"
    assert User.objects.get(pk=world.noor.pk).check_password(PASSWORD)
    assert SocialAccount.objects.get().user == world.noor
    assert kinds(1) == ["person.sign_in_changed"]
    again = Client()
    come_in(provider, again, email="renamed@elsewhere.org", sub="n-1")
    assert who(again) == "noor@example.org"
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("verified", [False, "false", None, 0, ""])
def test_an_address_that_nobody_vouches_for_opens_nothing(world: World, client: Client, provider: Provider, verified) -> None:
    answer = come_in(provider, client, email="ada@example.org", email_verified=verified)
    assert answer.status_code == 403 and who(client) == ""
    assert "did not vouch" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_unless_the_settings_trust_the_provider(world: World, client: Client, provider: Provider, settings) -> None:
    settings.OIDC_TRUST_EMAIL = True
    come_in(provider, client, email="noor@example.org", email_verified=None)
    assert who(client) == "noor@example.org"


def test_a_stranger_is_told_to_ask_and_leaves_no_trace(world: World, client: Client, provider: Provider) -> None:
    before = User.objects.count()
    answer = come_in(provider, client, email="eve@example.org")
    assert answer.status_code == 403 and "nobody has invited" in answer.content.decode()
    assert User.objects.count() == before and not SocialAccount.objects.exists()


def test_the_invited_come_in_without_a_password(world: World, client: Client, provider: Provider) -> None:
    actions.invite("pia@example.org", actor=world.ada, role="leader", team=world.team("claims"))
    come_in(provider, client, email="pia@example.org", name="Pia Berg")
    pia = User.objects.get(email="pia@example.org")
    assert who(client) == "pia@example.org"
    assert (pia.name, pia.role, pia.team.key, pia.has_usable_password()) == ("Pia Berg", "leader", "claims", False)
    assert Invitation.objects.get().state == "accepted"
    assert client.get("/account/security/").status_code == 200
    assert client.get("/account/tokens/new/").status_code == 200


def test_an_invitation_that_is_too_old_or_taken_back_does_not_count(
    world: World, client: Client, provider: Provider, freeze
) -> None:
    actions.revoke_invitation(actions.invite("pia@example.org", actor=world.ada).invitation, actor=world.ada)
    assert come_in(provider, client, email="pia@example.org").status_code == 403
    actions.invite("sue@example.org", actor=world.ada)
    Invitation.objects.filter(email="sue@example.org").update(expires_at=clock.now() - timedelta(days=1))
    assert come_in(provider, Client(), email="sue@example.org").status_code == 403


def test_domains_of_the_settings_come_in_as_members(world: World, client: Client, provider: Provider, settings) -> None:
    settings.OIDC_DOMAINS = ["halden.example"]
    come_in(provider, client, email="ulf@halden.example", name="Ulf Moen")
    assert User.objects.get(email="ulf@halden.example").role == "member"
    for other in ("ulf@evil.halden.example", "ulf@halden.example.evil"):
        assert come_in(provider, Client(), email=other).status_code == 403


def test_who_has_left_or_ended_stays_out(world: World, client: Client, provider: Provider) -> None:
    come_in(provider, client, email="noor@example.org")
    actions.deactivate(world.noor, actor=world.ada)
    fresh = Client()
    come_in(provider, fresh, email="noor@example.org")
    assert who(fresh) == "" and client.get("/account/").status_code == 302
    actions.deactivate(world.ben, actor=world.ada)
    assert come_in(provider, fresh, email="ben@example.org")["Location"] == "/accounts/inactive/"
    assert who(fresh) == ""


def test_programs_and_plumbline_itself_have_no_sign_on(world: World, client: Client, provider: Provider) -> None:
    for email in ("bot@example.org", "plumbline@system.invalid"):
        assert come_in(provider, client, email=email).status_code == 403


def test_a_second_step_is_asked_for_here_as_well(world: World, client: Client, provider: Provider) -> None:
    TOTP.activate(world.noor, "JBSWY3DPEHPK3PXP")
    assert come_in(provider, client, email="noor@example.org")["Location"].startswith("/accounts/2fa/authenticate/")
    assert who(client) == ""


def test_nobody_hangs_a_foreign_account_onto_theirs(world: World, client_as, provider: Provider) -> None:
    browser = client_as(world.ben)
    provider.claims = {"sub": "x", "email": "ada@example.org", "email_verified": True}
    away = urlsplit(browser.post(f"{START}?process=connect")["Location"])
    connection = http.client.HTTPConnection(away.netloc)
    connection.request("GET", f"{away.path}?{away.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    assert not SocialAccount.objects.exists() and who(browser) == "ben@example.org"


def test_a_forged_answer_is_refused(world: World, client: Client, provider: Provider) -> None:
    client.post(START)
    answer = client.get("/accounts/oidc/sso/login/callback/?code=x&state=forged")
    assert who(client) == "" and "did not work" in answer.content.decode()

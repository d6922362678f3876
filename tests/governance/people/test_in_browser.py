"""In a real browser: set up, invite, join, add a passkey and sign in with it; axe finds nothing, the console is silent."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from governance.people.models import User
from tests import barriers
from tests.consoles import listen
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "four calm words here"
SHOWN = (
    "/people/", "/people/teams/claims/", "/people/positions/security/", "/people/delegations/new/", "/account/",
    "/account/security/", "/account/tokens/", "/people/invitations/new/", "/people/company/", "/accounts/password/change/",
    "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/",
)  # fmt: skip


def window(chromium: Browser, live_server: Any, **options: Any) -> Iterator[Page]:
    # "localhost" is what browsers allow passkeys on without TLS; an IP address is not.
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), reduced_motion="reduce", **options)
    page = context.new_page()
    complaints = listen(page)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    yield from window(chromium, live_server, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Page]:
    yield from window(chromium, live_server, viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url(lambda url: "login" not in url)


def assert_fine(page: Page) -> None:
    found = barriers.found_on(page)
    assert not found, found
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def test_from_an_empty_installation_to_the_second_person(page: Page, chromium: Browser, live_server: Any) -> None:
    page.goto("/")
    page.wait_for_url("**/people/set-up/")
    assert_fine(page)
    page.get_by_label("Company").fill("Halden Mutual")
    page.get_by_label("Your name").fill("Ada Holm")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill(WORDS)
    press(page, "Set up")
    page.wait_for_url(lambda url: "set-up" not in url)
    page.goto("/people/invitations/new/")
    page.get_by_label("E-mail address").fill("pia@example.org")
    press(page, "Invite")
    link = page.locator("#secret").inner_text()
    assert_fine(page)
    for guest in window(chromium, live_server):
        guest.goto(link.replace("127.0.0.1", "localhost"))
        assert_fine(guest)
        guest.get_by_label("Your name").fill("Pia Berg")
        guest.get_by_label("Password").fill(WORDS)
        press(guest, "Come in")
        guest.get_by_text("Welcome, Pia Berg").wait_for()
    assert User.objects.get(email="pia@example.org").name == "Pia Berg"


def test_a_passkey_is_added_and_signs_in_alone(world: World, page: Page) -> None:
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tool.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}}
    )
    sign_in(page, "noor@example.org")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    page.get_by_label("Name of the device").fill("Laptop")
    press(page, "Add it")
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    page.goto("/account/security/")
    page.get_by_text("Laptop").wait_for()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    press(page, "Sign in with a passkey")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/account/")
    page.get_by_text("noor@example.org").first.wait_for()


def test_pages_are_accessible_and_fit_a_phone(world: World, phone: Page) -> None:
    phone.goto("/accounts/login/")
    assert_fine(phone)
    sign_in(phone, "ada@example.org")
    phone.goto("/people/invitations/new/")
    assert_fine(phone)
    phone.get_by_label("Password").fill(PASSWORD)
    press(phone, "Go on")
    for path in (
        *SHOWN,
        f"/people/{world.priya.ref}/",
        f"/people/{world.priya.ref}/role/",
        f"/people/{world.priya.ref}/reassign/",
    ):
        phone.goto(path)
        assert_fine(phone)

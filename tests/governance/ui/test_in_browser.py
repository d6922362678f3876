"""The kit in a real browser: keyboard, search while typing, dialogs, themes, axe, and a console that stays silent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from governance.core.models import Job
from tests import barriers
from tests.consoles import listen
from tests.governance.ui import gallery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/things/",
    "/things/?state=done&q=zzz",
    "/things/S-0001/",
    "/things/S-0001/change/",
    "/gallery/",
    "/register/reach/",
    "/palette/?q=surface",
    "/raise/denied/",
    "/raise/broken/",
    "/no/such/page/",
    "/keyboard/",
    "/more/",
]


@pytest.fixture
def signed_in(world: Any, things: Any, live_server: Any, client_as: Any) -> tuple[str, str]:
    """The address of the gallery, and the session of Noor Haddad."""
    client: Client = client_as(world.noor)
    return live_server.url, client.cookies[settings.SESSION_COOKIE_NAME].value


def context_of(chromium: Browser, signed_in: tuple[str, str], **options: Any) -> BrowserContext:
    """Open a window that is signed in."""
    url, session = signed_in
    context = chromium.new_context(base_url=url, reduced_motion="reduce", **options)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    return context


@pytest.fixture
def page(chromium: Browser, signed_in: tuple[str, str]) -> Iterator[Page]:
    """A wide window; whatever its console complains about fails the test."""
    context = context_of(chromium, signed_in, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints = listen(page)
    yield page
    context.close()
    assert complaints == []


def test_what_keeps_people_out_is_found(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<main><h1>Planted</h1><img src='x.png'><p style='color: #bbb; background: #fff'>Too pale</p></main>")
    found = barriers.found_on(page)
    page.close()
    assert "image-alt" in found and "color-contrast" in found


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing(chromium: Browser, signed_in: tuple[str, str], width: int, scheme: Any) -> None:
    context = context_of(chromium, signed_in, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, found = context.new_page(), []
    for address in PAGES:
        page.goto(address)
        found.append(barriers.found_on(page))
    context.close()
    assert not any(found), "\n".join(found)


@pytest.mark.parametrize("width", [1440, 1024, 720, 390, 320])
def test_no_page_scrolls_sideways(chromium: Browser, signed_in: tuple[str, str], width: int) -> None:
    context = context_of(chromium, signed_in, viewport={"width": width, "height": 800})
    page = context.new_page()
    too_wide = []
    for address in PAGES:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(address)
    context.close()
    assert too_wide == []


def test_search_while_typing_keeps_the_focus_and_the_address(page: Page) -> None:
    page.goto("/things/")
    page.keyboard.press("/")
    page.keyboard.type("Surface 01", delay=15)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(page.url.split("?")[0] + "?q=Surface%2001")
    assert page.evaluate("document.activeElement.id") == "find"
    assert "q=Surface%2001" in (page.locator("#export-links a").first.get_attribute("href") or "")
    expect(page.locator("#said")).to_have_text("1 to 1 of 1")


def test_a_filter_menu_stays_open_while_ticking_and_its_pill_removes_it(page: Page) -> None:
    page.goto("/things/")
    page.locator("button.pill", has_text="State").click()
    page.locator("#filter-state input[value=done]").check()
    expect(page.locator(".pill--on")).to_contain_text("State: Done")
    page.locator("#filter-state input[value=failed]").check()
    expect(page.locator(".pill--on")).to_contain_text("State: Done, Failed")
    expect(page.locator("#filter-state")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#filter-state")).to_be_hidden()
    page.get_by_label("Remove the filter State").click()
    expect(page.locator(".pill--on")).to_have_count(0)


def test_a_long_filter_fetches_its_options_when_it_opens(page: Page, world: Any) -> None:
    Job.objects.filter(key="S-0001").update(owner=world.noor)
    page.goto("/things/")
    page.locator("button.pill", has_text="Asked by").click()
    page.get_by_label("Find in Asked by").fill("noor")
    expect(page.locator("#filter-asker .check-line:visible")).to_have_count(1)
    page.locator("#filter-asker .check-line", has_text="Noor Haddad").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".pill--on")).to_contain_text("Asked by: Noor Haddad")
    page.reload()
    page.locator(".pill--on button").click()
    expect(page.locator("#filter-asker input:checked")).to_have_count(1)
    expect(page.locator("#filter-asker .check-line", has_text="Ada Holm")).to_be_visible()


def test_a_filter_behind_the_button_opens_from_it(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery.ThingList, "pinned", 1)
    page.goto("/things/")
    page.locator("button.pill--add", has_text="Filter").click()
    page.locator("#more-filters button", has_text="Kind").click()
    expect(page.locator("#filter-kind")).to_be_visible()
    page.locator("#filter-kind input[value=b]").check()
    expect(page.locator(".pill--on")).to_contain_text("Kind: Kind B")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("button.pill--add", has_text="Filter").click()
    expect(page.locator("#more-filters button", has_text="Kind")).to_have_count(0)


def test_the_list_by_keyboard(page: Page) -> None:
    page.goto("/things/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-picked]")).to_have_text("1 selected")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    name = page.locator("tr.is-at a").first.inner_text()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)


def test_a_form_in_a_dialog_keeps_what_was_typed_when_it_is_refused(page: Page) -> None:
    page.goto("/things/S-0001/")
    page.locator(".object-title a", has_text="Change").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    dialog.locator("[name=why]").fill("A long explanation.")
    dialog.locator("[name=label]").fill("stale")
    page.keyboard.press("Control+Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Noor Haddad changed it at 21:38.")
    expect(dialog.locator("[name=why]")).to_have_value("A long explanation.")
    dialog.locator("[name=label]").fill("Surface renamed")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Surface renamed is saved.")
    expect(page.locator("h1")).to_contain_text("Surface renamed")


def test_a_part_that_cannot_be_fetched_says_so_and_keeps_what_was_typed(chromium: Browser, signed_in: tuple[str, str]) -> None:
    context = context_of(chromium, signed_in)
    page = context.new_page()
    page.goto("/things/S-0001/")
    page.locator(".object-title a", has_text="Change").click()
    page.locator("#dialog [name=why]").fill("A long explanation.")
    context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog").get_by_role("alert")).to_contain_text("Plumbline cannot be reached.")
    expect(page.locator("#dialog [name=why]")).to_have_value("A long explanation.")
    context.set_offline(False)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("is saved.")
    context.close()


def test_the_palette_by_keyboard(page: Page) -> None:
    page.goto("/things/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("Surface 02", delay=15)
    expect(page.locator(".palette-hit[aria-selected=true]")).to_contain_text("Surface 02")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Surface 02")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_theme_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/")
    page.locator(".side-foot").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_a_letter_on_a_button_presses_it_but_not_while_typing(page: Page) -> None:
    page.goto("/things/")
    page.locator("#find").fill("l")
    expect(page).not_to_have_url("**/palette/")
    page.goto("/things/S-0001/")
    page.keyboard.press("l")
    page.wait_for_url("**/palette/")


def test_leaving_a_form_that_was_touched_asks_first(page: Page) -> None:
    page.goto("/things/S-0001/change/")
    page.locator("[name=why]").type("x")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/things/")
    assert asked == ["beforeunload"]
    page.goto("/things/S-0001/change/")
    page.locator("[name=why]").type("x")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/things/S-0001/")
    assert asked == ["beforeunload"]


def test_the_wizard_shows_the_tier_while_answering(page: Page) -> None:
    page.goto("/register/reach/")
    page.locator("[value=out]").check()
    expect(page.locator("#wizard-aside")).to_contain_text("Customer-facing")


def test_everything_works_without_scripts(chromium: Browser, signed_in: tuple[str, str]) -> None:
    context = context_of(chromium, signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto("/things/")
    page.locator("#find").fill("Surface 03")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody .pick").check()
    page.get_by_role("button", name="Give an owner").click()
    page.locator("[name=owner]").fill("Ada")
    page.get_by_role("button", name="Show what will change").click()
    page.get_by_role("button", name="Give an owner").click()
    expect(page.locator("#messages")).to_contain_text("Give an owner: 1 row changed.")
    page.locator(".side-foot").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()

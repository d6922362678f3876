"""People at their browsers: each in a window of their own, doing what can be done on a page."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from governance.core import jobs
from tests import barriers
from tests.consoles import listen
from tests.world import PASSWORD

PATIENCE = 20_000
"""Milliseconds, on a machine that does other things as well."""
WORDS = "four calm words here"


class Person:
    """Somebody at a browser. Whatever its console complains about, apart from refusals that are meant, fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints = listen(page)

    def goes_to(self, address: str) -> None:
        """Open an address."""
        answer = self.page.goto(address)
        assert answer is not None and answer.status < 400, f"{address}: {answer and answer.status}"

    def signs_in(self, who: Any) -> "Person":
        """Come in as one of the cast, with the cast's password. Returns the person, now somebody."""
        self.goes_to("/accounts/login/")
        self.fills({"E-mail address": who.email, "Password": PASSWORD})
        self.presses("Sign in")
        self.page.wait_for_url(lambda url: "login" not in url)
        return self

    def fills(self, fields: dict[str, str]) -> None:
        """Type into several fields by their labels."""
        for label, text in fields.items():
            self.writes(label, text)

    def writes(self, label: str, text: str) -> None:
        """Type into one field."""
        self.field(label).fill(text)

    def chooses(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.field(label).select_option(label=option)

    def field(self, label: str) -> Locator:
        """Return the field of a label, on the dialog that lies on the page or on the page itself."""
        return self.place().get_by_label(re.compile(rf"^{re.escape(label)}( optional)?$"))

    def place(self) -> Locator:
        """Return where one acts: the dialog that lies on the page, or the page."""
        dialog = self.page.locator("dialog[open]")
        return dialog if dialog.count() else self.page.locator("body")

    def ticks(self, label: str, within: str = "body") -> None:
        """Tick a box or choose one of several."""
        self.page.locator(within).get_by_label(label).first.check()

    def presses(self, name: str) -> None:
        """Press a button, or a link that looks like one."""
        self.target(name).click()

    def target(self, name: str) -> Locator:
        """Return a button, or a link that looks like one."""
        place = self.place()
        found = place.get_by_role("button", name=name, exact=True).or_(place.get_by_role("link", name=name, exact=True))
        return found.first

    def sees(self, *texts: str) -> None:
        """Wait until each text is on the screen."""
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def meets_no_barrier(self) -> None:
        """Let axe look at the page, and see that it does not scroll sideways."""
        found = barriers.found_on(self.page)
        assert not found, found
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), self.page.url

    def on_screen(self) -> str:
        """Return what the person has before them, for the report of a failure."""
        return f"{self.page.url}\n{self.page.locator('body').inner_text()[:3000]}"

    def waits_for_the_worker(self) -> None:
        """Let the worker do what was asked for; the page goes on by itself."""
        for _ in range(PATIENCE // 100):
            if jobs.run_pending():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("nothing waits for the worker")


class Room:
    """Where people come in, each with a browser window of their own."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium, self.address = chromium, address
        self.people: list[Person] = []

    def enter(self, **options: Any) -> Person:
        """Open a window."""
        context = self.chromium.new_context(base_url=self.address, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        person = Person(context.new_page())
        self.people.append(person)
        return person


def work() -> None:
    """Let the worker do all that waits."""
    for _ in range(20):
        if not jobs.run_pending():
            return


@contextmanager
def room(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Person]]:
    """Open windows; in the end see that no console complained."""
    # "localhost" counts as safe without TLS, so that the clipboard works; an IP address does not.
    found = Room(chromium, live_server.url.replace("127.0.0.1", "localhost"))
    expect.set_options(timeout=PATIENCE)
    try:
        yield found.enter
    except Exception as trouble:
        trouble.add_note("\n\n".join(person.on_screen() for person in found.people))
        raise
    finally:
        for person in found.people:
            person.page.context.close()
    complaints = [text for person in found.people for text in person.complaints]
    assert not complaints, "\n".join(complaints)

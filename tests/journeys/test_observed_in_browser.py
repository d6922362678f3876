"""What really happened, in real browsers: a program is pointed at the server, its calls are matched; it takes a model that
nobody approved, and finding, briefing and the board's answer say so; the change is approved, and it says from when."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from governance.ledger import transitions
from governance.ledger.journal import action
from registry.catalog.models import Endpoint
from registry.changes.models import Change
from registry.findings.models import Finding
from registry.surfaces.models import Surface
from registry.usage.models import Observation
from tests.journeys.browsing import Person, room, work
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import bring_live
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, reset_sequences=True)]

PROGRAM = Path(__file__).parents[2] / "docs" / "examples" / "observed.py"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
PAGES = (
    "/", "/observations/", "/observations/sources/", "/observations/sources/TS-1/", "/observations/aliases/", "/findings/",
    "/findings/F-1/", "/surfaces/{key}/observed/", "/surfaces/{key}/spend/", "/board/", "/board/blind/", "/spend/",
    "/spend/limits/", "/spend/limits/new/", "/spend/prices/", "/spend/chargeback/", "/scorecard/", "/deployments/", "/defects/",
    "/reviews/", "/reviews/new/", "/reviews/checklist/", "/reviews/rollout/", "/map/",
)  # fmt: skip
"""What belongs to what happened, each looked at once by axe, on a wide screen or on a phone."""


@action
def add_endpoint(known: Endpoint, *, actor: Any) -> Endpoint:
    """A smaller model of the same vendor, in the catalogue and in no contract."""
    made = Endpoint(
        key="meridian-small-us", name="Meridian small, US", vendor=known.vendor, model="meridian-2.1-small", region="us-east"
    )
    made.owner, made.state = known.owner, "approved"
    return transitions.create(made, actor=actor, kind="test.made")


@pytest.fixture
def surface(world: Any) -> Surface:
    """A live surface whose contract names one endpoint of two."""
    held = make_catalog(actor=world.ada, owner=world.noor)
    add_endpoint(held["endpoint"], actor=world.ada)
    return bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))


def add_source(person: Person, surface: Surface) -> str:
    """Add a source for the surface, and return its token, which is shown once."""
    person.goes_to("/observations/sources/new/")
    person.fills({"Password": PASSWORD})
    person.presses("Go on")
    person.page.wait_for_url("**/sources/new/")
    person.meets_no_barrier()
    person.fills({"Name": "Claims triage, production", "Surface": surface.key})
    person.ticks("One surface")
    person.page.locator("main form button[type=submit]").last.click()
    person.page.wait_for_function("/plumb_[\\w-]{20,}/.test(document.body.innerText + document.body.innerHTML)")
    found = re.search(r"plumb_[\w-]{20,}", person.page.content())
    assert found is not None
    return found[0]


def runs(address: str, token: str, surface: Surface, *options: str) -> None:
    """Run the sample program as its user would, with the OpenTelemetry SDK's own exporter, and let the worker look at it."""
    command = [sys.executable, PROGRAM, "--url", address, "--surface", surface.key, *options]
    done = subprocess.run(
        command, env={**os.environ, "PLUMBLINE_TOKEN": token}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    work()


def asks_the_board(person: Person, words: str) -> None:
    """Ask in words where the answer is given."""
    person.goes_to("/board/")
    box = person.page.locator("main input[name=q]").first
    box.fill(words)
    box.press("Enter")
    person.page.wait_for_load_state()


def allow(person: Person, approver: Person) -> None:
    """Propose from the finding the change that would allow it, and have it approved."""
    person.goes_to("/findings/F-1/propose/")
    person.page.locator("main form button[type=submit]").last.click()
    person.page.wait_for_url("**/propose/**")
    for label, words in {
        "Worst case": "A claim lands in the wrong queue.",
        "Blast radius": "Six thousand claims a day.",
        "How drift would be seen": "Share of re-queued claims.",
        "What triggers rollback": "Re-queued above 4 %.",
    }.items():
        if (field := person.field(label)).count():
            field.fill(words)
    person.page.locator("main form button[type=submit]").last.click()
    person.page.wait_for_url("**/changes/C-**")
    change = Change.objects.order_by("-pk")[0]
    approver.goes_to(f"/approvals/{change.request.key}/")
    approver.page.get_by_role("button", name="Approve", exact=False).last.click()
    approver.sees("You approved")
    work()


def test_what_was_not_approved_is_seen_and_then_approved(
    chromium: Browser, live_server: Any, world: Any, surface: Surface
) -> None:
    with room(chromium, live_server) as enter:
        noor = enter(**DESK).signs_in(world.noor)
        ingrid = enter(**PHONE).signs_in(world.ingrid)
        token = add_source(noor, surface)

        runs(live_server.url, token, surface)
        assert Observation.objects.count() == 3
        noor.goes_to(f"/surfaces/{surface.key}/observed/")
        expect(noor.page.locator("main")).to_contain_text(re.compile("Meridian large, EU.*As approved", re.DOTALL))
        assert not Finding.objects.exists()

        runs(live_server.url, token, surface, "--model", "meridian-2.1-small", "--region", "us-east")
        noor.goes_to("/findings/")
        noor.sees("meridian-2.1-small")
        ingrid.goes_to("/")
        ingrid.sees("ahead of what was approved")
        asks_the_board(ingrid, "internal data this month")
        expect(ingrid.page.locator("main")).to_contain_text(re.compile("meridian-2.1-small.*Not approved", re.DOTALL))
        ingrid.meets_no_barrier()

        sam = enter(**DESK).signs_in(world.sam)
        allow(noor, sam)
        runs(live_server.url, token, surface, "--model", "meridian-2.1-small", "--region", "us-east")
        noor.goes_to("/findings/F-1/")
        noor.sees("Approved from")
        asks_the_board(ingrid, "internal data this month")
        ingrid.sees("r2")

        rosa = enter(**DESK).signs_in(world.rosa)
        for number, page in enumerate(PAGES):
            person = rosa if number % 2 else ingrid
            person.goes_to(page.format(key=surface.key))
            person.meets_no_barrier()

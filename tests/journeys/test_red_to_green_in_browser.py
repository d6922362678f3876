"""One surface of tier 2 from red to green in a real browser, following only what the screen says; then into force."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from governance.core import clock
from registry.catalog import actions as catalog
from registry.catalog.models import Vendor
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.oncall import actions as on_call
from registry.surfaces.models import Surface
from tests.journeys.browsing import Person, room
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, reset_sequences=True)]

WANTED = {
    "secrets_hygiene": "Scan of July",
    "safety_filter": "Filter settings",
    "injection_defences": "Attack cases of July",
    "rate_limits": "Limits of the gateway",
}
"""What is attested for this surface, and what shows it."""
PAGES = (
    "/controls/", "/controls/results/", "/frameworks/", "/frameworks/owasp-llm-2026/", "/evidence/", "/evidence/EV-1/",
    "/evals/", "/evals/suites/triage-accuracy/", "/evals/runs/", "/exceptions/", "/exceptions/new/?surface={key}&control=sandbox",
    "/risks/", "/risks/add/", "/risks/map/", "/drills/", "/drills/due/", "/drills/DR-1/", "/changes/lanes/", "/changes/freezes/",
    "/changes/freezes/new/", "/changes/emergencies/", "/changes/C-1/", "/modes/", "/modes/steps/", "/prompts/", "/gates/",
    "/surfaces/{key}/mode/", "/surfaces/{key}/prompts/", "/surfaces/{key}/evals/", "/surfaces/{key}/gate/",
    "/surfaces/{key}/risks/", "/company-file/", "/changes/emergency/{key}/",
)  # fmt: skip
"""What belongs to change control, each looked at once by axe, on a wide screen or on a phone."""


def begin(world: Any) -> tuple[Surface, dict[str, Any], Change]:
    """A surface of tier 2 whose first contract waits for approval, with no paper behind it."""
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    logged = [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]
    contract = contract_for(world.noor, auditability={**CONTRACT["auditability"], "fields": logged})
    change = changes.propose(surface, actor=world.noor, title="First", why="In use.", contract=contract, record=RECORD)
    return surface, contract, change


def stands(person: Person, surface: Surface, control: str, status: str) -> None:
    """See how one control stands on the surface's page."""
    person.goes_to(f"/surfaces/{surface.key}/controls/")
    expect(person.page.locator(f"#{control}")).to_contain_text(status)


def follows(person: Person, surface: Surface, control: str) -> None:
    """Press what the page says is next for a control."""
    stands(person, surface, control, "Not met")
    person.page.locator(f"#{control} a").first.click()


def attach(person: Person, surface: Surface, control: str, title: str) -> None:
    """Hand in a link as evidence."""
    follows(person, surface, control)
    person.fills({"Or a link": f"https://wiki.example.org/{control}", "What it is": title})
    person.presses("Keep it")
    stands(person, surface, control, "Met")


def answer_the_checklist(person: Person, surface: Surface) -> None:
    """Say of each item how it is mitigated."""
    follows(person, surface, "owasp_clear")
    person.meets_no_barrier()
    for box in person.page.get_by_label("Mitigated", exact=True).all():
        box.check()
    for words in person.page.locator("textarea[name$='.reason']").all():
        words.fill("Tried on staging with the attack cases.")
    person.presses("Save the answers")
    stands(person, surface, "owasp_clear", "Met")


def drill(person: Person, surface: Surface) -> None:
    """Write down a drill of the kill switch that was run."""
    person.goes_to(f"/drills/record/?surface={surface.key}&kind=kill_switch")
    person.meets_no_barrier()
    person.ticks("Passed")
    an_hour_ago = timezone.localtime(clock.now() - timedelta(hours=1))
    person.fills({"When it was run": f"{an_hour_ago:%Y-%m-%dT%H:%M}", "Seconds until it held": "41"})
    person.presses("Record it")
    person.sees("Passed")
    stands(person, surface, "drilled_kill_switch", "Met")


def run_the_evals(person: Person, surface: Surface, contract: dict[str, Any]) -> None:
    """Add the suite to the library and hand in a run of it."""
    person.goes_to("/evals/suites/-/add/")
    person.fills({"Name": "Triage accuracy", "Key": "triage-accuracy", "What good means": "The queue a handler would choose."})
    person.page.get_by_label("Owner").select_option(index=1)
    person.page.locator("main form button[type=submit]").last.click()
    person.sees("What good means")
    person.meets_no_barrier()
    follows(person, surface, "evals_above_threshold")
    person.page.get_by_role("link", name="Hand in a run").first.click()
    file = {"name": "run.json", "mimeType": "application/json", "buffer": report(contract)}
    person.page.set_input_files("input[type=file]", file)
    person.page.get_by_label("Suite").select_option("triage-accuracy")
    person.page.locator("main form button[type=submit]").last.click()
    person.sees("100 %")
    stands(person, surface, "evals_above_threshold", "Met")


def report(contract: dict[str, Any]) -> bytes:
    """What a CI job writes: twenty cases, all passed, with the prompts and models of the contract."""
    return json.dumps(
        {
            "format": "plumbline.eval-run",
            "version": 1,
            "prompts": {row["key"]: row["version"] for row in contract["prompts"]},
            "models": ["meridian-2.1-large"],
            "cases": [{"name": f"case {number}", "outcome": "pass"} for number in range(20)],
        }
    ).encode()


def decide(person: Person, who: Any, change: Change) -> None:
    """Approve on the deciding screen."""
    person.signs_in(who)
    person.goes_to(f"/approvals/{change.request.key}/")
    person.meets_no_barrier()
    person.page.get_by_role("button", name="Approve", exact=False).last.click()
    person.sees("You approved")


def test_a_surface_turns_green_by_what_the_screen_says_and_comes_into_force(
    chromium: Browser, live_server: Any, world: Any
) -> None:
    surface, contract, change = begin(world)
    with room(chromium, live_server) as enter:
        rosa = enter(viewport={"width": 1280, "height": 900})
        rosa.signs_in(world.rosa)
        rosa.goes_to(f"/surfaces/{surface.key}/controls/")
        rosa.meets_no_barrier()
        for control, title in WANTED.items():
            attach(rosa, surface, control, title)
        answer_the_checklist(rosa, surface)
        drill(rosa, surface)
        run_the_evals(rosa, surface, contract)
        decide(enter(viewport={"width": 390, "height": 844}), world.daniel, change)
        decide(enter(viewport={"width": 1280, "height": 900}), world.priya, change)
        change.refresh_from_db()
        assert change.state == Change.State.APPROVED
        rosa.goes_to(f"/changes/{change.key}/")
        rosa.sees("Vendor review not overdue", "On-call route set")
        path = on_call.make_path(actor=world.rosa, name="Claims", steps=[on_call.StepTerms([world.sam], 15)])
        on_call.make_route(actor=world.rosa, path=path, surface=surface)
        catalog.review_vendor(Vendor.objects.get(key="meridian"), actor=world.rosa)
        changes.proceed(change, actor=world.rosa)
        rosa.goes_to(f"/surfaces/{surface.key}/")
        rosa.sees("In force, r1")
        rosa.meets_no_barrier()
        phone = enter(viewport={"width": 390, "height": 844}, color_scheme="dark")
        phone.signs_in(world.rosa)
        for place, address in enumerate(PAGES):
            person = (rosa, phone)[place % 2]
            person.goes_to(address.format(key=surface.key))
            person.meets_no_barrier()

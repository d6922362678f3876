"""The whole path in a real browser, from an empty installation to a rolled-back revision; and the demo company."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from playwright.sync_api import Browser, expect

from governance.core import jobs
from governance.people.models import User
from registry.contracts.plumbfile import to_yaml
from registry.surfaces.models import Surface
from tests.journeys.browsing import WORDS, Person, room
from tests.registry.building import RECORD, contract_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, reset_sequences=True)]

INVENTORY = """Use case name,What it does,Team,Stage
Claims triage,Suggests a queue for each claim,Claims,Planned
Letter drafts,Drafts letters to members,Claims,Planned
Reply drafts,Drafts replies that agents send,Support,Planned
,Nobody named this one,Support,Planned
"""


@pytest.fixture(autouse=True)
def own_house(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go into the test's own folder; the worker works when the test says so, so that waiting is seen as well."""
    monkeypatch.setattr(jobs, "nudge", lambda pk: None)
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": disk}


def found_company(ada: Person) -> None:
    ada.goes_to("/")
    ada.page.wait_for_url("**/people/set-up/")
    ada.meets_no_barrier()
    ada.fills({"Company": "Halden Mutual", "Your name": "Ada Holm", "Your e-mail address": "ada@example.org", "Password": WORDS})
    ada.presses("Set up")
    ada.sees("First steps", "Nothing waits for you.")


def invite(ada: Person, name: str) -> str:
    ada.goes_to("/people/invitations/new/")
    ada.writes("E-mail address", f"{name.split()[0].lower()}@example.org")
    ada.presses("Invite")
    ada.presses("Copy")
    link = ada.page.locator("#secret").inner_text()
    assert ada.page.evaluate("navigator.clipboard.readText()") == link
    return link.replace("127.0.0.1", "localhost")


def accept(guest: Person, link: str, name: str) -> None:
    guest.goes_to(link)
    guest.fills({"Your name": name, "Password": WORDS})
    guest.presses("Come in")
    guest.sees(f"Welcome, {name}")


def name_holder(ada: Person, position: str, person: str) -> None:
    ada.goes_to(f"/people/positions/{position}/")
    ada.presses("Name a holder")
    ada.chooses("Person", person)
    ada.presses("Name")
    ada.sees(f"{person} is named.")


def fill_catalogue(ada: Person) -> None:
    ada.goes_to("/catalog/vendors/-/add/")
    ada.writes("Name", "Meridian AI")
    ada.presses("Add it")
    ada.sees("Meridian AI")
    ada.goes_to("/catalog/endpoints/-/add/")
    ada.fills({"Name": "Meridian large, EU", "Key": "meridian-large-eu", "Region": "eu-central"})
    ada.writes("Model, as the vendor calls it", "meridian-2.1-large")
    ada.chooses("Vendor", "Meridian AI")
    ada.presses("Add it")
    ada.sees("Meridian large, EU")


def bring_in_the_inventory(ada: Person) -> None:
    ada.goes_to("/imports/")
    ada.presses("Import a file")
    file = {"name": "inventory.csv", "mimeType": "text/csv", "buffer": INVENTORY.encode()}
    ada.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    ada.presses("Read the file")
    ada.sees("Which column is what")
    ada.meets_no_barrier()
    ada.presses("Show the preview")
    ada.waits_for_the_worker()
    ada.target("Import 3 rows").wait_for()
    ada.meets_no_barrier()
    ada.presses("Import 3 rows")
    ada.presses("Import")
    ada.waits_for_the_worker()
    ada.target("Open the surfaces").wait_for()
    ada.presses("Open the surfaces")


def filter_to_claims(ada: Person) -> None:
    rows = ada.page.locator("tbody tr")
    expect(rows).to_have_count(3)
    ada.page.locator("button.pill", has_text="Team").click()
    ada.page.locator("#filter-team").get_by_label("Claims").check()
    expect(rows).to_have_count(2)
    ada.page.keyboard.press("Escape")
    ada.meets_no_barrier()


def register_by_hand(noor: Person, name: str) -> str:
    noor.goes_to("/surfaces/")
    noor.presses("Register a surface")
    noor.fills({"Name": name, "What it does": "Drafts an answer to a member, which a person reads and sends."})
    noor.presses("Next")
    noor.page.get_by_role("radio").first.check()
    noor.presses("Next")
    noor.chooses("Team", "Claims")
    noor.presses("Next")
    for answer in ("No", "No", "No", "Yes"):
        noor.page.get_by_role("radio", name=answer, exact=True).check()
        noor.presses("Next")
    noor.page.get_by_role("radio", name="T1").check()
    noor.presses("Next")
    noor.sees("Look once more")
    noor.meets_no_barrier()
    noor.presses("Register it")
    noor.sees(f"{name} is registered as")
    return noor.page.url.rstrip("/").rpartition("/")[2]


def read_the_raci(noor: Person, key: str) -> None:
    noor.goes_to(f"/surfaces/{key}/")
    noor.sees("No contract yet.")
    noor.meets_no_barrier()
    noor.presses("RACI")
    noor.sees("Who decides", "exactly one A in a row")
    noor.meets_no_barrier()


def write_contract(noor: Person, key: str) -> None:
    owner = User.objects.get(email="noor@example.org")
    noor.goes_to(f"/surfaces/{key}/contract/read/")
    noor.writes("Or paste it", to_yaml(contract_for(owner), surface=key))
    noor.presses("Read it into the draft")
    noor.sees("The draft is what the file says.")
    noor.meets_no_barrier()


def propose(noor: Person, title: str) -> str:
    noor.presses("Save and propose")
    noor.writes("In one line", title)
    noor.writes("Why", "Answers take two days; members wait.")
    noor.writes("Worst case", RECORD["worst_case"])
    noor.writes("Reach", RECORD["blast_radius"])
    noor.writes("How we would see drift", RECORD["drift_signs"])
    noor.writes("What triggers rollback", RECORD["rollback_trigger"])
    noor.presses("Propose")
    noor.sees("is proposed. 2 people are asked to approve it.")
    return request_of(noor)


def request_of(noor: Person) -> str:
    address = noor.page.get_by_role("link", name="The request, A-").get_attribute("href")
    assert address is not None
    return address


def approve(person: Person, request: str, title: str, *, with_key: bool = False) -> None:
    person.goes_to("/inbox/")
    person.page.get_by_role("link", name=title).click()
    person.page.wait_for_url(f"**{request}")
    person.sees("Waiting for you", "your turn")
    if with_key:
        person.page.keyboard.press("a")
    else:
        person.page.get_by_role("button", name="Approve", exact=False).last.click()
    person.sees("You approved")


def download_spec_sheet(noor: Person, key: str) -> None:
    noor.goes_to(f"/surfaces/{key}/documents/")
    noor.presses("Spec sheet")
    noor.sees("Waiting for a free worker")
    noor.waits_for_the_worker()
    offered = noor.page.locator("#job a.btn--primary")
    offered.wait_for()
    answer = noor.page.request.get(offered.get_attribute("href") or "")
    assert answer.ok and answer.body().startswith(b"%PDF-")
    noor.goes_to(f"/surfaces/{key}/documents/")
    noor.page.get_by_role("link", name=re.compile("Spec sheet")).first.click()
    noor.sees("How to check it")
    noor.meets_no_barrier()


def test_from_an_empty_installation_to_a_rolled_back_revision(chromium: Browser, live_server: Any) -> None:
    with room(chromium, live_server) as enter:
        walk_the_whole_path(enter)


def walk_the_whole_path(enter: Callable[..., Person]) -> None:
    ada, noor, pia, sam = (enter(viewport={"width": 1440, "height": 900}) for _ in range(4))
    found_company(ada)
    for guest, name in ((noor, "Noor Haddad"), (pia, "Pia Berg"), (sam, "Sam Carter")):
        accept(guest, invite(ada, name), name)
    name_holder(ada, "product-manager", "Pia Berg")
    name_holder(ada, "support-operations", "Sam Carter")
    fill_catalogue(ada)
    bring_in_the_inventory(ada)
    filter_to_claims(ada)

    key = register_by_hand(noor, "Answer drafts")
    read_the_raci(noor, key)
    write_contract(noor, key)
    request = propose(noor, "First contract")

    noor.meets_no_barrier()
    noor.goes_to(request)
    noor.meets_no_barrier()
    noor.sees("Whoever asks never approves.", "The people named below decide on it.")
    assert noor.page.get_by_role("button", name="Approve").count() == 0
    approve(pia, request, "First contract", with_key=True)
    approve(sam, request, "First contract", with_key=True)
    noor.goes_to(f"/surfaces/{key}/")
    noor.sees("In force, r1")
    download_spec_sheet(noor, key)

    noor.goes_to(f"/surfaces/{key}/contract/edit/")
    noor.page.locator("[name='contract.outputs.description']").fill("An answer of at most ten sentences.")
    second = propose(noor, "Shorter answers")
    approve(pia, second, "Shorter answers")
    approve(sam, second, "Shorter answers")
    noor.goes_to(f"/surfaces/{key}/")
    noor.sees("In force, r2")
    noor.presses("Roll back")
    noor.writes("Why", "Members ask again, since Monday.")
    noor.presses("Propose the rollback")
    noor.sees("The rollback to revision 1 is proposed.")
    approve(pia, request_of(noor), "Roll")
    noor.goes_to(f"/surfaces/{key}/")
    noor.sees("In force, r1")
    noor.presses("Activity")
    noor.sees("registered Answer drafts", "First contract", "Shorter answers", "Roll back to revision 1", "Sam Carter")
    noor.meets_no_barrier()
    history_refuses_a_hand(key)


def history_refuses_a_hand(key: str) -> None:
    table = Surface.history.model._meta.db_table  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET name = %s WHERE id = %s", ["Never happened", int(key[2:])])
    assert Surface.history.filter(name="Answer drafts").exists()  # type: ignore[attr-defined]


def sign_in(person: Person, email: str) -> None:
    person.goes_to("/accounts/login/")
    person.sees("Who to be in the demo")
    person.writes("E-mail address", email)
    person.writes("Password", "look-around-the-demo")
    person.presses("Sign in")
    person.sees("This is a demo company. Nothing in it is real.")


@pytest.mark.slow
def test_the_demo_comes_with_one_click_and_goes_with_one(chromium: Browser, live_server: Any) -> None:
    with room(chromium, live_server) as enter:
        look_around_the_demo(enter)


def look_around_the_demo(enter: Callable[..., Person]) -> None:
    visitor = enter(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)
    visitor.goes_to("/")
    visitor.presses("Load the demo company")
    visitor.sees("The demo company is on its way")
    visitor.meets_no_barrier()
    assert jobs.run_pending() > 0
    visitor.page.wait_for_url("**/accounts/login/**")
    visitor.meets_no_barrier()
    sign_in(visitor, "ingrid@northwind.example")
    visitor.sees("What is unapproved or unowned?", "My inbox", "Claims payout agent", "incidents open")
    visitor.meets_no_barrier()
    ada = enter(viewport={"width": 1440, "height": 900})
    sign_in(ada, "ada@northwind.example")
    ada.presses("Remove it")
    ada.presses("Remove it all")
    ada.page.wait_for_url("**/people/set-up/")
    ada.sees("Load the demo company")
    assert not User.objects.filter(kind=User.Kind.PERSON).exists()

"""From a surface's page to a stranger's computer, in real browsers: a pack asked for, built and checked by its own verifier,
shown to a buyer by a link, asked about by an auditor, and a buyer's questions answered from what is held."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser

from governance.core import clock
from governance.ledger.models import Entry
from governance.proofs import sealing
from registry.surfaces.models import Surface
from tests.journeys.browsing import Person, room
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import bring_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, reset_sequences=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
PAGES = (
    "/packs/", "/packs/new/", "/packs/PK-1/", "/packs/PK-1/contents/", "/ledger/", "/ledger/checkpoints/",
    "/ledger/verification/", "/rooms/", "/rooms/BR-1/", "/rooms/BR-1/fill/", "/questionnaires/", "/questionnaires/QU-1/",
    "/answers/prepared/", "/audit-questions/", "/guests/", "/privacy/erasures/", "/people/reviews/", "/evidence/by-itself/",
    "/surfaces/{key}/activity/", "/surfaces/{key}/controls/",
)  # fmt: skip
"""What belongs to proofs, each looked at once by axe, on a wide screen or on a phone."""


@pytest.fixture
def surface(world: Any) -> Surface:
    """A live surface with approvals behind it."""
    make_catalog(actor=world.ada, owner=world.noor)
    return bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))


def ask_for_pack(person: Person, surface: Surface) -> None:
    """Ask for a pack where the surface is shown, and have it built."""
    person.goes_to(f"/surfaces/{surface.key}/")
    person.presses("Audit pack")
    person.page.wait_for_url("**/packs/new/surfaces/**")
    person.meets_no_barrier()
    today = clock.today().isoformat()
    person.fills({"First day": "2026-01-01", "Last day": today})
    person.ticks("Full")
    person.presses("Build it")
    person.page.wait_for_url("**/packs/PK-1/")
    person.waits_for_the_worker()
    person.goes_to("/packs/PK-1/")
    person.sees("How a stranger checks it")
    person.meets_no_barrier()


def fetched(person: Person, kind: str) -> bytes:
    """Download a file of the pack as the browser would."""
    answer = person.page.request.get(f"/packs/PK-1/file.{kind}")
    assert answer.ok, answer.status
    return bytes(answer.body())


def as_a_stranger(folder: Path, pack: bytes, *arguments: str) -> tuple[int, str]:
    """Check a pack with the verifier that lies in it: Python, cryptography and nothing of ours."""
    (folder / "pack.zip").write_bytes(pack)
    (folder / "verify.py").write_bytes(zipfile.ZipFile(io.BytesIO(pack)).read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify.py", folder / "pack.zip", *arguments], capture_output=True, text=True, cwd=folder
    )
    return done.returncode, done.stdout + done.stderr


def check_offline(folder: Path, pack: bytes, older: str) -> None:
    """See that everything holds, that an older checkpoint is extended, and that one flipped byte is named."""
    (folder / "older.txt").write_text(older)
    code, told = as_a_stranger(folder, pack, "--older", str(folder / "older.txt"))
    assert code == 0 and "Everything holds" in told, told
    assert "extend" in told or "older" in told, told
    place = pack.index(b"ledger/entries.jsonl") + 200
    code, told = as_a_stranger(folder, pack[:place] + bytes([pack[place] ^ 1]) + pack[place + 1 :])
    assert code != 0 and "ledger/entries.jsonl" in told, told


def let_a_buyer_in(person: Person) -> str:
    """Make a room with the pack and the five questions in it, and a link for one buyer. Returns the link's address."""
    person.goes_to("/rooms/new/")
    person.fills({"Title": "How we use AI on your data", "For whom": "Aster Insurance"})
    person.presses("Make it")
    person.page.wait_for_url("**/rooms/BR-1/**")
    person.goes_to("/rooms/BR-1/fill/")
    person.presses("Put in with its ZIP")
    person.goes_to("/rooms/BR-1/let-in/")
    person.fills({"Who opens it": "Bea Buyer", "Their e-mail address": "bea@aster.example"})
    if (password := person.field("Password")).count():
        password.fill("aster asks politely")
    person.presses("Make the link")
    person.sees("/room/")
    found = re.search(r"/room/[\w-]+/?", person.page.content())
    assert found is not None
    return found[0]


def look_as_buyer(person: Person, address: str) -> None:
    """Open the room without an account; each paper carries the buyer's name."""
    person.goes_to(address)
    person.meets_no_barrier()
    if (password := person.field("Password")).count():
        password.fill("aster asks politely")
    person.presses("Open the room")
    person.sees("How we use AI on your data")
    person.meets_no_barrier()
    link = person.page.locator("a[href*='pdf'], a", has_text="PDF").first.get_attribute("href")
    answer = person.page.request.get(link or "")
    assert answer.ok and bytes(answer.body()).startswith(b"%PDF-")
    inside = person.page.request.get("/surfaces/", max_redirects=0)
    assert inside.status == 302, "the link opens the room and nothing else"


def ask_as_auditor(auditor: Person, owner: Person, surface: Surface) -> None:
    """Ask on the surface's page; it becomes its owner's task, and is answered."""
    auditor.goes_to(f"/surfaces/{surface.key}/")
    auditor.presses("Ask a question")
    auditor.writes("Question", "Who looked at the drift since June?")
    auditor.presses("Ask")
    auditor.sees("AQ-1")
    owner.goes_to("/inbox/")
    owner.sees("Who looked at the drift since June?")
    owner.goes_to("/audit-questions/AQ-1/answer/")
    owner.page.locator("main textarea[name=text]").fill("Noor, each Monday; the runs are under Evals.")
    owner.presses("Answer")
    owner.sees("each Monday")
    owner.meets_no_barrier()


def spreadsheet(folder: Path) -> Path:
    """Write a buyer's questions."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["No.", "Question", "Your answer"])
    for number, words in enumerate(("Can AI features be disabled in an incident?", "Who owns AI risk?", "Do you like tea?"), 1):
        sheet.append([number, words, None])
    book.save(folder / "aster.xlsx")
    return folder / "aster.xlsx"


def answer_questions(person: Person, folder: Path) -> None:
    """Hand in a buyer's spreadsheet and take one proposal."""
    person.goes_to("/questionnaires/new/")
    person.meets_no_barrier()
    person.page.locator("input[type=file]").set_input_files(spreadsheet(folder))
    person.presses("Read it")
    person.page.wait_for_url("**/jobs/**")
    person.waits_for_the_worker()
    person.goes_to("/questionnaires/QU-1/")
    person.sees("Can AI features be disabled in an incident?")


def verify_all(person: Person) -> None:
    """Let everything be computed again."""
    person.goes_to("/ledger/verify/")
    person.presses("Verify everything")
    person.waits_for_the_worker()
    person.goes_to("/ledger/verification/")
    person.sees("holds")


def test_from_a_surface_to_a_strangers_computer(
    chromium: Browser, live_server: Any, world: Any, surface: Surface, tmp_path: Path, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    older = sealing.seal().note
    with room(chromium, live_server) as enter:
        rosa, noor = enter(**DESK).signs_in(world.rosa), enter(**DESK).signs_in(world.noor)
        ask_for_pack(rosa, surface)
        check_offline(tmp_path, fetched(rosa, "zip"), older)
        assert fetched(rosa, "pdf").startswith(b"%PDF-")
        look_as_buyer(enter(**PHONE, color_scheme="dark"), let_a_buyer_in(rosa))
        ask_as_auditor(enter(**DESK).signs_in(world.aud), noor, surface)
        answer_questions(rosa, tmp_path)
        verify_all(rosa)
        phone = enter(**PHONE, color_scheme="dark").signs_in(world.ada)
        for place, address in enumerate(PAGES):
            person = phone if place % 2 else rosa
            person.goes_to(address.format(key=surface.key))
            person.meets_no_barrier()
    assert Entry.objects.filter(kind__startswith="room.").exists()

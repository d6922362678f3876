"""The form for who signed in: taken once, files kept, surfaces guessed, the right people told."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.core.errors import Denied, Invalid, TooLarge
from governance.ledger.models import Entry
from governance.notifications import actions as notices
from governance.notifications.models import Notice
from incidents.alerts.models import Alert
from incidents.cases.models import Attachment, Incident, TimelineEntry
from incidents.clocks.models import Clock
from incidents.filing import actions
from incidents.filing.models import Report
from incidents.running import actions as running
from registry.surfaces.models import Surface
from tests.incidents.building import WHAT

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
ANSWERS = {"what": WHAT, "surface": "elsewhere", "harm": "wrong", "ongoing": "yes", "category": "", "where": ""}


def stamp_of(page: Any) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', page.content.decode())
    assert found
    return found.group(1)


def test_a_report_calls_whoever_is_on_call_and_starts_the_clocks(world: Any, surface: Surface) -> None:
    made = actions.report(actor=world.ben, what=WHAT, harm="wrong", ongoing=True, files=[named("card.png", PNG)])
    incident = made.incident
    assert (incident.reporter, incident.source, incident.near_miss, incident.title) == (
        world.ben,
        "form",
        False,
        WHAT.split(".")[0],
    )
    assert Alert.objects.filter(incident=incident, state="firing").exists()
    assert Clock.objects.filter(incident=incident, kind="acknowledge").exists()
    assert [row.file_name for row in Attachment.objects.filter(incident=incident, from_reporter=True)] == ["card.png"]
    kinds = set(Entry.objects.filter(subject_type="incidents.incident").values_list("kind", flat=True))
    assert {"incident.reported", "incident.noted"} <= kinds


def named(name: str, data: bytes) -> BytesIO:
    file = BytesIO(data)
    file.name = name
    return file


@pytest.mark.parametrize("harm", ["caught", "odd"])
def test_a_near_miss_is_as_easy_and_calls_nobody(world: Any, harm: str) -> None:
    made = actions.report(actor=world.ben, what=WHAT, harm=harm)
    assert made.incident.near_miss
    assert not Alert.objects.exists()


def test_auditors_report_nothing(world: Any) -> None:
    for person in (world.aud, world.gus):
        with pytest.raises(Denied):
            actions.report(actor=person, what=WHAT)


def test_too_many_or_too_large_files_keep_everything_out(world: Any, settings: Any) -> None:
    with pytest.raises(Invalid) as refused:
        actions.report(actor=world.ben, what=WHAT, files=[named(f"{n}.png", PNG) for n in range(6)])
    assert "attachments" in refused.value.fields
    settings.EVIDENCE_MAX_MB = 1
    with pytest.raises(TooLarge):
        actions.report(actor=world.ben, what=WHAT, files=[named("big.png", PNG + b"0" * 1_048_576)])
    assert not Incident.objects.exists()


def test_hostile_files_of_colleagues_are_kept_under_a_harmless_name(world: Any) -> None:
    evil = named("../../etc/pass\u202ewd.html", b"<html><script>alert(1)</script>")
    made = actions.report(actor=world.ben, what=WHAT, files=[evil])
    row = Attachment.objects.get(incident=made.incident)
    assert row.file_name == "passwd.html"
    assert row.blob.media_type == "text/html"


def test_the_form_takes_a_report_once(world: Any, surface: Surface, client_as: Any) -> None:
    ben = client_as(world.ben)
    page = ben.get("/report/")
    assert page.status_code == 200
    body = ANSWERS | {
        "stamp": stamp_of(page),
        "attachments": [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.txt", b"b")],
    }
    first = ben.post("/report/", body)
    incident = Incident.objects.get()
    assert (first.status_code, first["Location"]) == (302, f"/report/mine/{incident.key}/")
    assert incident.attachments.count() == 2 and incident.surface is None
    again = ben.post("/report/", ANSWERS | {"stamp": body["stamp"]})
    assert again["Location"] == first["Location"] and Incident.objects.count() == 1
    shown = ben.get(first["Location"]).content.decode()
    assert WHAT in shown and "minutes from your report" in shown and "a.png is attached" in shown
    assert client_as(world.noor).get(first["Location"]).status_code == 404


def test_what_was_written_comes_back_with_what_is_missing(world: Any, client_as: Any) -> None:
    ben = client_as(world.ben)
    stamp = stamp_of(ben.get("/report/"))
    page = ben.post("/report/", {"what": WHAT, "stamp": stamp, "where": "the phone"})
    body = page.content.decode()
    assert page.status_code == 422 and WHAT in body and "the phone" in body
    assert "Choose the line that comes closest." in body
    unknown = ben.post("/report/", ANSWERS | {"stamp": "forged"})
    assert unknown.status_code == 422 and "could not be recognised" in unknown.content.decode()
    assert not Incident.objects.exists()


def test_only_surfaces_that_one_may_see_are_found_and_taken(world: Any, surface: Surface, client_as: Any) -> None:
    noor, ben = client_as(world.noor), client_as(world.ben)
    assert surface.name in noor.get("/report/surfaces/?where=claims").content.decode()
    assert surface.name not in ben.get("/report/surfaces/?where=claims").content.decode()
    answers = ANSWERS | {"stamp": stamp_of(ben.get("/report/")), "surface": surface.key}
    assert ben.post("/report/", answers).status_code == 422
    asked = noor.get(f"/report/?surface={surface.key}").content.decode()
    assert re.search(rf'value="{surface.key}"[^>]*checked', asked)
    found = noor.post("/report/", {"what": WHAT, "where": "claims", "find": "1", "stamp": "x"})
    assert found.status_code == 200 and surface.name in found.content.decode() and WHAT in found.content.decode()
    noor.post("/report/", ANSWERS | {"stamp": stamp_of(noor.get("/report/")), "where": f"in {surface.name.lower()}"})
    assert Incident.objects.get().surface == surface


def test_the_reporter_adds_more_and_the_owner_is_told(world: Any, surface: Surface, client_as: Any) -> None:
    made = actions.report(actor=world.ben, what=WHAT, surface=None)
    incident = made.incident
    ben = client_as(world.ben)
    page = f"/report/mine/{incident.key}/"
    assert ben.post(page, {"text": " "}).status_code == 422
    assert ben.post(page, {"text": "It said so again."}).status_code == 302
    assert "It said so again." in ben.get(page).content.decode()
    row = TimelineEntry.objects.get(text="It said so again.")
    assert (row.kind, row.author) == ("report", world.ben)
    notices.follow(lambda *args: None)
    assert Notice.objects.filter(person=incident.owner, text__contains="added something").exists()
    with pytest.raises(Denied):
        actions.add_more(made, actor=world.aud, text="no")


def test_the_reporter_hears_that_somebody_is_on_it(world: Any, surface: Surface, client_as: Any) -> None:
    made = actions.report(actor=world.ben, what=WHAT, surface=None)
    running.acknowledge(made.incident, actor=world.rosa)
    notices.follow(lambda *args: None)
    notice = Notice.objects.get(person=world.ben, key__startswith="incident.acknowledged")
    assert notice.url == f"/report/mine/{made.incident.key}/"
    assert "Rosa Lindqvist has it" in client_as(world.ben).get(notice.url).content.decode()


def test_my_reports_lists_only_mine_in_as_many_queries(world: Any, client_as: Any) -> None:
    ben = client_as(world.ben)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ben.get("/report/mine/").status_code == 200
        return len(seen)

    actions.report(actor=world.ben, what="One thing went wrong.", harm="odd")
    actions.report(actor=world.noor, what="Noor saw another.", harm="odd")
    count()
    one = count()
    for _ in range(2):
        actions.report(actor=world.ben, what="Another thing went wrong.", harm="odd")
    assert count() == one <= 15
    assert "Noor saw another" not in ben.get("/report/mine/").content.decode()


def test_the_form_itself_takes_few_queries(world: Any, surface: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)
    noor.get("/report/")
    with CaptureQueriesContext(connection) as seen:
        assert noor.get("/report/").status_code == 200
    assert len(seen) <= 15
    assert "Report a problem" in noor.get("/").content.decode()


def test_reports_cannot_be_rewritten(world: Any) -> None:
    made = actions.report(actor=world.ben, what=WHAT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=made.pk).update(harm="odd")

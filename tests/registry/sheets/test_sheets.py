"""Sheets say what is held, mark what nobody approved, and leave as one page."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.charter import actions as charters
from governance.core import digest, jobs
from governance.core.models import Job
from governance.documents import actions as documents
from governance.documents.models import Document
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import actions as people
from governance.policy.models import DataClass
from registry.catalog.models import DataRule, VendorTerm
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.contracts.canonical import fingerprint
from registry.sheets import raci, record, spec
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.governance.documents import pdfcheck
from tests.governance.documents.samples import HEBREW, HOSTILE, LONG_NAME, LONG_TEXT
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface
from tests.world import World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Files of these tests lie in a folder of their own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": own}


@pytest.fixture
def catalog(world: World) -> dict[str, Any]:
    """A vendor, its endpoint and two tools."""
    return make_catalog(actor=world.rosa, owner=world.daniel)


@pytest.fixture
def surface(world: World, catalog: dict[str, Any]) -> Surface:
    """A surface of Claims, owned by Noor, with nothing in force."""
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


def propose(surface: Surface, world: World, **parts: Any) -> Change:
    """Propose a contract for a surface."""
    whole = contract_for(world.noor, **parts)
    title = "First contract"
    return changes.propose(surface, actor=world.noor, title=title, why="It saves a day.", contract=whole, record=RECORD)


def approve(change: Change, world: World) -> None:
    """Let Sam, who leads Claims, approve a change of tier 0."""
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    change.refresh_from_db()
    change.surface.refresh_from_db()


def made(kind: str, subject: Any, actor: Any) -> tuple[Document, str]:
    """Have a document made; return its row and its text."""
    job = documents.request_document(kind, subject, actor=actor)
    jobs.run_pending()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    document = Document.objects.get(job=str(job.pk))
    data = default_storage.open(document.file).read()
    assert pdfcheck.faults(data) == []
    return document, pdfcheck.text(data)


def fresh(surface: Surface) -> Surface:
    return Surface.objects.get(pk=surface.pk)


def test_a_surface_without_a_contract_says_that_it_was_never_approved(world: World, surface: Surface) -> None:
    said = spec.context(surface, world.noor)
    assert said["mark"]["label"] == "Never approved."
    assert said["standing"] == {"label": "State", "value": "Not approved", "level": "stop"}
    assert all(each["answer"] for each in said["five"])
    assert (said["approvals"], said["contract_sha256"]) == ([], "")


def test_a_draft_is_shown_and_marked_as_a_draft(world: World, surface: Surface) -> None:
    surfaces.save_draft(surface, actor=world.noor, contract=contract_for(world.noor))
    said = spec.context(fresh(surface), world.noor)
    assert said["mark"]["label"] == "Draft, never approved."
    assert said["evals"]["rows"] == [
        {"suite": "triage-accuracy", "threshold": "0.95", "passed": "–", "at": "", "state": "No run"}
    ]


def test_a_proposed_contract_is_shown_as_waiting(world: World, surface: Surface) -> None:
    change = propose(surface, world)
    said = spec.context(fresh(surface), world.noor)
    assert said["mark"]["label"] == "Not approved."
    assert said["contract_sha256"] == change.revision.digest
    assert said["approvals"] == []


def test_in_force_it_names_who_approved_which_hash(world: World, surface: Surface) -> None:
    change = propose(surface, world)
    approve(change, world)
    said = spec.context(fresh(surface), world.noor)
    assert said["mark"] is None
    assert said["standing"] == {"label": "In force", "value": "Revision 1", "level": "held"}
    assert [(each["person"], each["position"]) for each in said["approvals"]] == [("Sam Carter", "Team lead")]
    assert said["approvals"][0]["sha256"] == said["contract_sha256"] == fingerprint(said["contract"])


def test_it_answers_the_five_questions_from_contract_and_catalogue(
    world: World, surface: Surface, catalog: dict[str, Any]
) -> None:
    propose(surface, world)
    said = {
        each["question"]: "".join(run["text"] for run in each["answer"]) for each in spec.context(surface, world.noor)["five"]
    }
    assert "Meridian large, EU, Meridian AI, region eu-central" in said["What model is used?"]
    assert "free-text clinical notes" in said["What data does it see?"]
    assert "Team lead" in said["Who can change prompts?"]
    assert "Re-propose the revision before." in said["How do you roll back?"]


def test_it_says_what_the_budget_is_and_how_it_is_stopped(world: World, surface: Surface) -> None:
    propose(surface, world)
    said = {each["label"]: each["text"] for each in spec.context(fresh(surface), world.noor)["levers"]}
    assert "2,000 EUR" in said["Budget and limits"]
    assert "Noor Haddad" in said["Budget and limits"]
    assert "engineering" in said["Kill switch"]
    assert "re-queued above 4 %" in said["Rollback"]


def test_an_owner_who_left_counts_as_nobody(world: World, surface: Surface) -> None:
    people.deactivate(world.noor, actor=world.ada)
    assert spec.context(Surface.objects.select_related("owner").get(pk=surface.pk), world.rosa)["owner"] == ""


def test_the_sheet_in_force_is_one_page_with_its_hash(world: World, surface: Surface) -> None:
    change = propose(surface, world)
    approve(change, world)
    document, text = made("spec-sheet", fresh(surface), world.noor)
    assert document.pages == 1
    assert change.revision.digest in text
    assert "Claims triage S-0001" in text.replace(surface.key, "S-0001")
    assert document.source["contract"] == change.revision.contract


@pytest.mark.parametrize(
    ("name", "purpose"),
    [(LONG_NAME, LONG_TEXT), (HOSTILE, HOSTILE * 20), (HEBREW, HEBREW * 30)],
    ids=["long", "hostile", "right to left"],
)
def test_the_sheet_stays_one_page_whatever_a_surface_is_called(
    world: World, catalog: dict[str, Any], name: str, purpose: str
) -> None:
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=name)
    Surface.objects.filter(pk=surface.pk).update(purpose=purpose)
    propose(fresh(surface), world, notes=purpose[:4000])
    document, text = made("spec-sheet", fresh(surface), world.noor)
    assert document.pages == 1
    assert "Not approved." in text


def test_the_raci_names_positions_with_their_holders(world: World, surface: Surface) -> None:
    said = raci.context(surface, world.noor)
    assert said["gaps"] == 0
    first = next(row for row in said["decisions"] if row["label"] == "Model change")
    assert first["accountable"] == "Team lead (Sam Carter)"
    assert first["responsible"] == ["Engineering (Daniel Weiss)"]
    assert first["origin"] == "default of tier 0"


def test_the_raci_leaves_as_pdf_and_as_csv(world: World, surface: Surface, client_as: Callable[..., Any]) -> None:
    document, text = made("raci", surface, world.noor)
    assert document.pages == 1
    assert "Team lead (Sam Carter)" in text
    answer = client_as(world.noor).get(reverse("raci-file", args=[surface.key, "csv"]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == list(raci.HEADS)
    assert len(rows) == 9
    assert client_as(world.gus).get(reverse("raci-file", args=[surface.key, "csv"])).status_code == 404


def test_the_decision_record_holds_every_decision(world: World, surface: Surface) -> None:
    change = propose(surface, world)
    approvals.decide(change.request, actor=world.sam, verdict="abstain", comment="I wrote the prompt.")
    approve(change, world)
    said = record.context(change, world.noor)
    assert [each["verb"] for each in said["decisions"]] == ["Abstained", "Approved"]
    assert said["standing"]["level"] == "held"
    assert {each["label"] for each in said["weighed"]} >= {"Worst case", "Reach", "What triggers rollback"}
    assert any("Meridian large, EU" in each["after"] for each in said["differences"])
    _, text = made("decision-record", change, world.noor)
    assert "I wrote the prompt." in text
    assert change.revision.digest in text


def test_a_rejected_change_says_that_it_never_held(world: World, surface: Surface) -> None:
    change = propose(surface, world)
    approvals.decide(change.request, actor=world.sam, verdict="reject", comment="Name the fallback's owner.")
    change.refresh_from_db()
    said = record.context(change, world.noor)
    assert said["mark"]["text"] == "What is proposed here never held."
    assert said["decisions"][0]["level"] == "stop"


def test_sheets_are_seen_by_whoever_sees_the_surface(world: World, surface: Surface, api_as: Callable[..., Any]) -> None:
    document, _ = made("spec-sheet", surface, world.noor)
    assert api_as(world.sam).get(f"/api/v1/documents/{document.code}").status_code == 200
    assert api_as(world.ben).get(f"/api/v1/documents/{document.code}").status_code == 404
    refused = api_as(world.ben).post("/api/v1/document-orders", {"kind": "spec-sheet", "subject": surface.key}, format="json")
    assert refused.status_code == 404


def test_the_charter_is_drafted_from_endpoints_and_data_rules(world: World, surface: Surface, catalog: dict[str, Any]) -> None:
    @action
    def add(*, actor: Any) -> None:
        secret = DataClass.objects.get(key="secret")
        transitions.create(DataRule(data_class=secret, endpoint=catalog["endpoint"], rule="never"), actor=actor, kind="test.made")
        term = VendorTerm(vendor=catalog["vendor"], topic="training", says="Never on our data.")
        transitions.create(term, actor=actor, kind="test.made")

    add(actor=world.rosa)
    charter = charters.draft_charter(actor=world.rosa)
    assert charter.sections["held"]["access-paths"] == ["meridian-2.1-large, Meridian AI, eu-central"]
    assert charter.sections["held"]["data-rules"] == ["Secret: never to Meridian large, EU"]
    assert charter.drafted["covers"] == ["1 surface, 1 endpoint, 1 vendor"]


def test_both_pages_offer_their_documents(world: World, surface: Surface, client_as: Callable[..., Any]) -> None:
    change = propose(surface, world)
    client = client_as(world.noor)
    for page, kind, key in (("surface", "spec-sheet", surface.key), ("change", "decision-record", change.key)):
        shown = client.get(reverse(page, args=[key])).content.decode()
        assert reverse("document-make", args=[kind, key]) in shown


def test_the_same_records_give_the_same_source(world: World, surface: Surface) -> None:
    propose(surface, world)
    one, two = (digest.digest(spec.context(fresh(surface), world.noor)) for _ in range(2))
    assert one == two

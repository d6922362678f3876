"""A company as YAML: out and in is a round trip, nothing comes into force by it, and hostile files are refused clearly."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.core import jobs
from governance.core.errors import Denied
from governance.core.models import Job
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.people.models import Team
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor
from registry.changes import actions as changes
from registry.company import actions, exporting, reading
from registry.contracts.plainyaml import Limits
from registry.evals import actions as evals
from registry.surfaces import actions as surfaces
from registry.surfaces import raci
from registry.surfaces.models import Draft, Revision, Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog

OWN = re.compile(r"^ *(- )?(key: S-\d+|standing: .*)$\n", re.MULTILINE)
"""What differs between a company and its copy: the installation's own numbers, and what stands by decisions."""


@pytest.fixture
def company(world: Any) -> Surface:
    return make_company(world)


def make_company(world: Any) -> Surface:
    """A small company with something in every section; one surface in force, one drafted."""
    held = make_catalog(actor=world.ada, owner=world.noor)
    catalog.set_terms(held["vendor"], actor=world.ada, terms={"retention": {"says": "30 days.\nThen gone.", "source": ""}})
    people.create_team("Cards", actor=world.ada, parent=Team.objects.get(key="claims"), lead=world.sam)
    cell = catalog.RuleChange(held["endpoint"], DataClass.objects.get(key="customer"), "redacted")
    catalog.set_rules([cell], actor=world.rosa, reason="Only without names.")
    evals.add_suite(
        actor=world.noor, name="Triage accuracy", key="triage-accuracy", good="The right queue.", thresholds={"2": 0.92}
    )
    facts = {"purpose": "Suggests a queue: “yes”, no: maybe", "team": Team.objects.get(key="claims"), "topic": "no"}
    first = surfaces.register(actor=world.rosa, owner=world.noor, name="Claims triage", tier=0, **facts)
    change = changes.propose(
        first, actor=world.noor, title="First", why="It helps.", contract=contract_for(world.noor), record=RECORD
    )
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    second = surfaces.register(actor=world.rosa, owner=world.sam, name="Claims replies", tier=1, external_id="0017", **facts)
    surfaces.save_draft(second, actor=world.sam, contract=contract_for(world.sam, routes=CONTRACT["routes"]))
    row = {"R": [raci.party("position:engineering")], "A": [raci.party(f"person:{world.noor.ref}")]}
    surfaces.set_raci(second, actor=world.sam, decision="model", row=row)
    return first


def bring(world: Any, text: str, **more: Any) -> actions.Outcome:
    return actions.import_company(text, actor=world.rosa, **more)


def test_out_and_in_is_no_difference(world: Any, company: Surface) -> None:
    text = exporting.as_yaml(world.rosa)
    found = bring(world, text, dry_run=False)
    assert (found.problems, found.steps, found.applied) == ([], [], False)
    assert found.same == sum(line.startswith("- ") for line in text.splitlines())
    assert exporting.as_yaml(world.rosa) == text


def test_a_dry_run_says_what_differs_and_does_nothing(world: Any, company: Surface) -> None:
    text = exporting.as_yaml(world.rosa)
    edited = (
        text.replace("name: Claims triage", "name: Claims sorting")
        .replace("tier: 0", "tier: 1")
        .replace("text: You sort claims. Say why.", "text: You sort claims fast. Say why.", 1)
    )
    entries = Entry.objects.count()
    found = bring(world, edited)
    assert found.problems == []
    (step,) = found.steps
    assert (step.op, step.title) == ("changed", "surface Claims sorting")
    assert "Name: Claims triage → Claims sorting" in step.says
    assert any(said.startswith("Contract: ") for said in step.says)
    assert step.line == next(n for n, line in enumerate(edited.splitlines(), 1) if line == f"- key: {company.key}")
    assert (exporting.as_yaml(world.rosa), Entry.objects.count()) == (text, entries)


def test_what_comes_in_becomes_a_draft_and_never_comes_into_force(world: Any, company: Surface) -> None:
    text = exporting.as_yaml(world.rosa).replace("text: You sort claims. Say why.", "text: You sort claims.", 1)
    revisions = Revision.objects.count()
    found = bring(world, text, dry_run=False)
    assert found.applied
    company.refresh_from_db()
    assert company.in_force.contract["prompts"][0]["text"] == "You sort claims. Say why."
    assert Draft.objects.get(surface=company).content["prompts"][0]["text"] == "You sort claims."
    assert Revision.objects.count() == revisions
    assert Entry.objects.filter(kind="company.imported").count() == 1
    assert bring(world, text).steps == []  # the draft says it already


def test_people_appear_only_where_the_reader_may_know_them(world: Any, company: Surface) -> None:
    assert "noor@example.org" in exporting.as_yaml(world.noor)
    told = exporting.as_yaml(world.gus)
    assert "@example.org" not in told
    assert "surfaces:" not in told
    assert "Claims triage" not in exporting.as_yaml(world.ben)


@pytest.mark.parametrize("nick", ["noor", "ingrid", "aud", "gus", "bot"])
def test_only_those_who_govern_bring_one_in(world: Any, nick: str) -> None:
    with pytest.raises(Denied, match="risk officers"):
        actions.import_company("plumbline: 1", actor=getattr(world, nick))


BOMB = "plumbline: 1\na: &a [x, x]\nb: &b [*a, *a]\nteams: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "anchor or alias"),
        ("plumbline: 1\nteams: !!python/object/apply:os.system ['x']\n", "uses a tag"),
        ("plumbline: 1\n" + "# " + "x" * 5_000_000, "larger than 4,000,000"),
        ("plumbline: 1\nteams: " + "[" * 40 + "]" * 40, "nested more than"),
        ("plumbline: 1\nteams: {", "cannot be read as YAML"),
        ("plumbline: 1\nplumbline: 1\n", "stands twice"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("", "empty"),
        ("- 1", "not a group of named fields"),
        ("plumbline: 2", "which version"),
        ("plumbline: 1\nspies: []", "has no “spies”"),
        ("plumbline: 1\nteams: {a: b}", "not a list of records"),
        ("plumbline: 1\nteams:\n- {key: a, name: A, colour: red}", "no “colour”"),
        ("plumbline: 1\nteams:\n- {key: a, name: 1}", "is not text"),
        ("plumbline: 1\nteams:\n- {key: a}", "has no name"),
        ("plumbline: 1\nvendors:\n- {key: a, name: A, review_on: soon}", "is not a day"),
        ("plumbline: 1\nsurfaces:\n- {name: A, tier: high}", "is not a whole number"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_what_to_do(world: Any, text: Any, said: str) -> None:
    found = bring(world, text, dry_run=False)
    assert not found.applied
    assert said in found.problems[0].message
    assert found.problems[0].fix


def test_one_refused_row_keeps_everything_out_and_has_its_line(world: Any, company: Surface) -> None:
    text = "plumbline: 1\nteams:\n- {key: fraud, name: Fraud}\n- {key: fraud2, name: Fraud two, lead: nobody@example.org}\n"
    found = bring(world, text, dry_run=False)
    assert not found.applied
    assert [problem.line for problem in found.problems] == [4]
    assert "nobody@example.org is nobody we know" in found.problems[0].message
    assert not Team.objects.filter(key="fraud").exists()


def test_a_name_that_two_surfaces_have_is_never_guessed(world: Any, company: Surface) -> None:
    surfaces.register(actor=world.rosa, owner=world.noor, name="Claims triage")
    text = "plumbline: 1\ncompany: Another\nsurfaces:\n- {name: Claims triage, purpose: Other}\n"
    assert "Several surfaces are called" in bring(world, text).problems[0].message


def test_a_larger_file_is_read_on_the_server(world: Any) -> None:
    text = "plumbline: 1\n# " + "x" * 500
    assert bring(world, text, limits=Limits(most_bytes=100)).problems
    assert not bring(world, text, limits=reading.ON_SERVER).problems


def test_an_empty_company_takes_the_same_bytes_but_for_numbers_and_standing(world: Any) -> None:
    with transaction.atomic():
        make_company(world)
        text = exporting.as_yaml(world.rosa)
        transaction.set_rollback(True)
    assert not Vendor.objects.exists()
    found = bring(world, text, dry_run=False)
    assert [str(problem) for problem in found.problems] == []
    assert found.applied
    again = exporting.as_yaml(world.rosa)
    assert OWN.sub("", again) == OWN.sub("", text)
    assert not Surface.objects.filter(in_force__isnull=False).exists()
    assert set(Endpoint.objects.values_list("state", flat=True)) == {"proposed"}
    assert (Tool.objects.count(), DataRule.objects.count(), Draft.objects.count()) == (2, 1, 2)
    assert bring(world, again).steps == []


def test_pages_take_it_out_look_at_a_file_and_bring_it_in(world: Any, company: Surface, client_as: Any) -> None:
    client = client_as(world.rosa)
    out = client.get(reverse("company-yaml"))
    assert out.content.decode() == exporting.as_yaml(world.rosa)
    assert "attachment" in out["Content-Disposition"]
    edited = out.content.replace(b"name: Claims triage", b"name: Claims sorting")
    sent = client.post(reverse("company-file"), {"file": SimpleUploadedFile("company.yaml", edited)})
    jobs.run_pending()
    checked = Job.objects.get(kind="company.check")
    assert sent["Location"] == reverse("job", args=[checked.pk])
    shown = client.get(checked.result["url"]).content.decode()
    assert "Claims triage → Claims sorting" in shown
    client.post(checked.result["url"])
    jobs.run_pending()
    done = Job.objects.get(kind="company.import")
    assert "The file is in" in client.get(done.result["url"]).content.decode()
    company.refresh_from_db()
    assert company.name == "Claims sorting"
    assert client_as(world.ada).get(done.result["url"]).status_code == 404
    assert client_as(world.noor).post(reverse("company-file"), {"file": SimpleUploadedFile("c.yaml", b"x")}).status_code == 403
    assert "Only risk officers" in client_as(world.noor).get(reverse("company-file")).content.decode()


def test_by_rest(world: Any, company: Surface, api_as: Any) -> None:
    api = api_as(world.rosa)
    text = api.get("/api/v1/company/yaml").content.decode()
    assert api.post("/api/v1/company/imports", {"yaml": text}, format="json").json()["counts"]["changed"] == 0
    bad = api.post("/api/v1/company/imports", {"yaml": BOMB, "dry_run": False}, format="json").json()
    assert (bad["applied"], bad["problems"][0]["line"]) == (False, 2)
    assert api_as(world.noor).post("/api/v1/company/imports", {"yaml": text}, format="json").status_code == 403


def test_the_commands_write_a_file_and_read_it_back(world: Any, company: Surface, tmp_path: Any) -> None:
    path = tmp_path / "company.yaml"
    call_command("export_company", "--as", "rosa@example.org", "--to", str(path))
    path.write_text(path.read_text().replace("name: Claims triage", "name: Claims sorting"))
    said = StringIO()
    call_command("import_company", str(path), "--as", "rosa@example.org", stdout=said)
    assert "Would bring in: 0 added, 1 changed" in said.getvalue()
    call_command("import_company", str(path), "--as", "rosa@example.org", "--apply", stdout=said)
    assert Surface.objects.filter(name="Claims sorting").exists()
    path.write_text("plumbline: 7")
    with pytest.raises(CommandError, match="which version"):
        call_command("import_company", str(path), "--as", "rosa@example.org")

"""What a pack says of surfaces: all of it, as it stood at the checkpoint, in the same number of queries, and to whom."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.core.contributions import contributed
from governance.core.digest import canonical
from governance.core.errors import NotVisible
from governance.documents import rendering
from governance.documents.density import unbounded
from governance.ledger.models import Entry
from governance.packs.sections import BUYER, PackSection, Window
from governance.policy import queries as policy
from registry.catalog import actions as catalog
from registry.catalog.models import Vendor
from registry.controls import actions as controls
from registry.evidence import actions as evidence
from registry.packing import naming, scopes
from registry.risks import actions as risks
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface
from tests.registry.packing.conftest import BUYERS, collected
from tests.world import World

OURS = ("register", "sheets", "raci", "approvals", "contracts", "changes", "controls", "evidence", "exceptions", "risks")
OURS += ("frameworks", "levers", "evals", "quarantine", "budgets", "vendors", "charter", "policy", "history", "erasures")
DOC = {
    "language": "en",
    "title": "Audit pack",
    "company": "Plumb & Co",
    "kind": "Audit pack",
    "made": "2026-01-01",
    "head": "",
    "foot": "",
}


def ours() -> list[PackSection]:
    return [section for section in contributed(PackSection) if section.key in OURS]


def pages(window: Window, found: dict[str, Any]) -> dict[str, str]:
    """Return the HTML of every chapter by its key."""
    told: dict[str, str] = {}
    for section in ours():
        for chapter in section.chapters(window, found) if section.chapters else ():
            for place, context in enumerate(chapter.contexts):
                about = {"key": chapter.key, "title": chapter.title, "level": chapter.level, "first": place == 0}
                whole = {**context, "doc": DOC, "chapter": about}
                told[chapter.key] = told.get(chapter.key, "") + rendering.html(chapter.template, whole, unbounded())
    return told


def test_every_section_of_the_spec_is_there() -> None:
    assert {section.key for section in ours()} == set(OURS)


def test_a_pack_tells_all_of_a_surface(fuller: Surface, look: Callable[..., Window]) -> None:
    found = collected(look(), *ours())
    surface, revision = found["surfaces"][0], fuller.in_force
    assert revision is not None
    assert (surface["key"], surface["revision"], surface["contract_sha256"]) == (fuller.key, 1, revision.digest)
    sheet = found["spec-sheets"][0]
    assert sheet["questions"][0]["question"] == "What model is used?"
    assert "Meridian large, EU" in sheet["questions"][0]["answer"]
    assert sheet["approvals"][0] | {"at": ""} == {
        "person": "Sam Carter", "position": "Team lead", "at": "", "sha256": revision.digest
    }  # fmt: skip
    decision = found["decisions"][0]
    assert Entry.objects.get(seq=decision["entry"]).kind == "approval.decided"
    assert decision["sha256"] == revision.digest
    assert found["revisions"][0]["contract"] == revision.contract
    assert {row["control"] for row in found["controls"]} >= {"owner_active", "kill_switch"}
    assert found["exceptions"][0]["surfaces"] == [fuller.key]
    assert found["risks"][0]["title"] == "Wrong queue"
    assert found["policy-versions"][0]["holds"]
    assert any(row["kind"] == "change.in_force" for row in found["history"])
    assert canonical([list(rows) for rows in found.values()])


def test_what_others_did_by_itself_is_evidence(fuller: Surface, look: Callable[..., Window]) -> None:
    rows = collected(look(), *ours())["evidence-by-itself"]
    shown = {(row["control"], row["kind"]) for row in rows}
    assert {("audit:prompts", "Approval"), ("vendor_review", "Vendor review")} <= shown
    assert all(Entry.objects.filter(seq=row["entry"]).exists() for row in rows)


def test_every_chapter_is_set_and_an_empty_one_says_so_in_a_line(fuller: Surface, look: Callable[..., Window]) -> None:
    window = look()
    told = pages(window, collected(window, *ours()))
    assert fuller.name in told["register"] and "Five questions a buyer asks" in told["surfaces"]
    assert "No mode was moved in the period." in told["levers"]
    bare = replace(window, scope="surfaces", surface_ids=(), vendor_ids=(), team_ids=())
    empty = pages(bare, collected(bare, *ours()))
    assert "No surface lies in this scope." in empty["register"]
    assert all('class="none"' in html for key, html in empty.items() if key not in {"policy", "charter"})


def test_it_says_the_same_again_whatever_happened_since(world: World, fuller: Surface, look: Callable[..., Window]) -> None:
    window = look()
    before = {key: canonical(list(rows)) for key, rows in collected(window, *ours()).items()}
    with clock.telling(clock.now() + timedelta(hours=2)):
        surfaces.edit(fuller, actor=world.noor, name="Another name", purpose="Something else.")
        catalog.review_vendor(Vendor.objects.get(key="meridian"), actor=world.daniel)
        risks.close(fuller.risks.get(), actor=world.noor, reason="It cannot happen any more.")
        make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Born later")
        controls.evaluate([fuller])
    after = {key: canonical(list(rows)) for key, rows in collected(window, *ours()).items()}
    assert [key for key in before if before[key] != after[key]] == []


def test_three_surfaces_take_as_many_queries_as_one(world: World, fuller: Surface, look: Callable[..., Window]) -> None:
    def asked(*pks: int) -> dict[str, int]:
        found = {}
        for section in ours():
            if section.key != "history":  # its entries are read 250 at a time, whatever they are about
                with CaptureQueriesContext(connection) as queries:
                    collected(look(surface_ids=pks), section)
                found[section.key] = len(queries)
        return found

    asked(fuller.pk)
    one = asked(fuller.pk)
    more = [make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"Other {n}") for n in (1, 2)]
    assert asked(fuller.pk, *(each.pk for each in more)) == one


def test_a_buyer_reads_nothing_that_policy_leaves_out(fuller: Surface, look: Callable[..., Window]) -> None:
    window = look(edition=BUYER, redact=BUYERS)
    found = collected(window, *ours())
    kept = {key: rows for key, rows in found.items() if window.shows(key)}
    told = json.dumps([list(rows) for rows in kept.values()])
    for name in ("Noor", "Haddad", "Sam Carter", "Daniel", "Rosa"):
        assert name not in told
    columns = {key: {column.name for column in rows.columns} for key, rows in kept.items()}
    left_out = {
        "surfaces": "owner", "spec-sheets": "owner", "decisions": "person", "approvals": "asked_by", "changes": "proposed_by",
        "exceptions": "owner", "evidence": "collector", "vendors": "owner", "endpoints": "account", "drills": "led_by",
    }  # fmt: skip
    for key, column in left_out.items():
        assert column not in columns[key], key
    assert "comment" not in columns["decisions"]
    assert not {"cost", "currency"} & columns["eval-runs"] and not {"input_price", "output_price"} & columns["endpoints"]
    assert "budget" not in columns["spec-sheets"]
    assert "contract" not in columns["revisions"] and "document" not in columns["policy-versions"]
    assert "You sort claims" not in told  # the words of a prompt
    assert "2,000" not in told and "EUR" not in told.replace("a currency", "")
    assert "a colleague" in found["exceptions"][0]["measures"]
    assert found["decisions"][0]["position"] == "Team lead"
    html = " ".join(pages(window, kept).values())
    assert "Noor" not in html and "Sam Carter" not in html


def test_each_name_leaves_out_what_it_names_and_nothing_else(fuller: Surface, look: Callable[..., Window]) -> None:
    some = [section for section in ours() if section.key in {"approvals", "history", "vendors"}]

    def columns(*names: str) -> set[tuple[str, str]]:
        found = collected(look(redact=frozenset(names)), *some)
        return {(key, column.name) for key, rows in found.items() for column in rows.columns}

    whole = columns()
    for name, lost in (
        ("endpoints.account", {("endpoints", "account")}),
        ("decisions.comment", {("decisions", "comment")}),
        ("comments", {("decisions", "comment"), ("conditions", "met_note"), ("history", "remarks")}),
    ):
        assert whole - columns(name) == lost


def test_a_scope_comes_to_what_its_reader_sees(world: World, fuller: Surface) -> None:
    vendor = Vendor.objects.get(key="meridian")
    assert scopes.vendor(world.rosa, (str(vendor.pk),)).surface_ids == (fuller.pk,)
    assert scopes.vendor(world.ben, (str(vendor.pk),)).surface_ids == ()
    team = scopes.team(world.rosa, (str(world.team("claims").pk),))
    assert team.surface_ids == (fuller.pk,) and team.vendor_ids == (vendor.pk,)
    assert {each.type for each in team.subjects} == {"governance.team", "registry.surface"}
    assert scopes.company(world.ben, ()).surface_ids == ()
    assert [each.key for each in scopes.find_surfaces(world.rosa, "claims", 5)] == [fuller.key]
    assert scopes.find_surfaces(world.ben, "claims", 5) == []
    assert [each.name for each in scopes.named_surfaces(world.noor, [fuller.key])] == [fuller.name]
    for refused in (
        lambda: scopes.some(world.ben, (str(fuller.pk),)),
        lambda: scopes.named_surfaces(world.ben, [fuller.key]),
        lambda: scopes.team(world.gus, (str(world.team("claims").pk),)),
        lambda: scopes.vendor(world.gus, (str(vendor.pk),)),
        lambda: scopes.some(world.rosa, ()),
        lambda: scopes.named_vendors(world.rosa, ["nobody"]),
    ):
        with pytest.raises(NotVisible):
            refused()


def test_a_team_brings_the_teams_below_it(world: World) -> None:
    make_catalog(actor=world.rosa, owner=world.daniel)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("platform"), name="Runbooks")
    assert scopes.team(world.rosa, (str(world.team("engineering").pk),)).surface_ids == (made.pk,)


def test_files_of_evidence_lie_in_it_but_not_in_a_buyers(world: World, fuller: Surface, look: Callable[..., Window]) -> None:
    data = b"limits:\n  per_user: 60\n"
    piece = evidence.collect(
        actor=world.noor, file=ContentFile(data), file_name="limits.yaml", surface=fuller, control="rate_limits"
    )
    section = next(each for each in ours() if each.key == "evidence")
    assert section.evidence is not None
    (enclosed,) = section.evidence(look())
    assert (enclosed.sha256, enclosed.name, enclosed.size) == (piece.digest, "limits.yaml", len(data))
    with enclosed.open() as file:
        assert file.read() == data
    assert list(section.evidence(look(edition=BUYER, redact=BUYERS))) == []
    row = next(row for row in collected(look(edition=BUYER, redact=BUYERS), section)["evidence"] if row["key"] == piece.key)
    assert row["sha256"] == piece.digest and Entry.objects.get(seq=row["entry"]).kind == "evidence.collected"


def test_a_name_that_leaves_out_nothing_is_told(world: World, monkeypatch: Any) -> None:
    named = naming.known()
    assert {"risks", "people", "endpoints.account", "incidents.lucky", "spec-sheets", "decisions.comment", "history"} <= named
    assert naming.trouble() == ""
    rules = replace(policy.proof_rules(), redacted={BUYER: frozenset({"peoples", "risks"})})
    monkeypatch.setattr(policy, "proof_rules", lambda version: rules)
    naming._looked.clear()
    assert naming.trouble().startswith("Policy leaves peoples out of audit packs")
    naming._looked.clear()

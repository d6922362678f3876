"""What the AI of the scope is made of: one row for each part, and the bill itself as CycloneDX among the evidence."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, BinaryIO

from governance.core import company
from governance.packs.sections import Chapter, Enclosure, PackSection, Records, RecordSet, Window
from registry.bom import checking, parts
from registry.bom.bill import MEDIA_TYPE, Bill
from registry.catalog.models import Tool, VendorTerm
from registry.evals import queries as evals
from registry.packing.fields import ATTACHMENTS, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of
from registry.packing.paper import Print, Sheet, chapter

NAME = "ai-bill-of-materials.cdx.json"
KINDS = {"application": "Surface", "machine-learning-model": "Model", "data": "Prompt or source"}
FIELDS = (
    Field("kind", "Kind"),
    Field("part", "Part"),
    Field("name", "Name"),
    Field("version", "Version"),
    Field("supplier", "Supplier"),
    Field("region", "Region"),
    Field("sha256", "SHA-256"),
    Field("needs", "Needs"),
)


def bill(window: Window) -> dict[str, Any]:
    """Return the bill of the scope as it stood at the checkpoint, in the words that the edition may use."""
    ground = Ground(window)
    made = Bill(_library(ground))
    suites, models = evals.suites(), {key: each.model for key, each in ground.endpoints.items()}
    for part in ground.surfaces():
        runs = evals.latest_runs([each.surface.pk for each in part], until=ground.at)
        for each in part:
            tier = ground.demands[each.surface.tier or 0]
            stands = evals.standing(each.surface.pk, each.contract, tier, runs, suites, ground.at, models=models)
            team = each.team.name if each.team else ""
            made.add(parts.Held(each.surface, each.revision, each.since, team, tuple(stands)))
    told: dict[str, Any] = ground.voice.say(
        made.of_company(company=str(company.current()), made=ground.at, whole=window.is_company)
    )
    return told


def _library(ground: Ground) -> parts.Library:
    topics = (VendorTerm.Topic.TRAINING, VendorTerm.Topic.RETENTION, VendorTerm.Topic.SUBPROCESSORS)
    terms: dict[int, tuple[tuple[str, str], ...]] = {}
    for term in as_of(VendorTerm.objects.all(), ground.at, removable=True, topic__in=topics):
        terms[term.vendor_id] = (*terms.get(term.vendor_id, ()), (f"vendor_{term.topic}", term.says))
    tools = {each.key: each for each in as_of(Tool.objects.all(), ground.at, beside=("vendor",))}
    return parts.Library(ground.endpoints, tools, ground.names, terms)


def given(window: Window) -> Iterator[RecordSet]:
    """Give each part of the bill as a row."""
    told = "Every part of the AI bill of materials, and what each needs."
    yield records(window, "bill-of-materials", "AI bill of materials", FIELDS, _rows(bill(window)), told)


def _rows(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    needs = {each["ref"]: each.get("dependsOn", []) for each in whole["dependencies"]}
    for each in [*whole.get("components", []), *whole.get("services", [])]:
        ref = each["bom-ref"]
        stated = {one["name"]: one["value"] for one in each.get("properties", [])}
        hashes = [one["content"] for one in each.get("hashes", [])]
        yield {
            "kind": KINDS.get(each.get("type", ""), "Endpoint" if ref.startswith("endpoint:") else "Tool"),
            "part": ref,
            "name": each["name"],
            "version": each.get("version", ""),
            "supplier": (each.get("supplier") or each.get("provider") or {}).get("name", ""),
            "region": stated.get("plumbline:region", ""),
            "sha256": hashes[0] if hashes else stated.get("plumbline:contract_sha256", ""),
            "needs": needs.get(ref, []),
        }


def files(window: Window) -> Iterator[Enclosure]:
    """Enclose the bill, checked by the official schema."""
    body = checking.written(bill(window))
    yield Enclosure(hashlib.sha256(body).hexdigest(), NAME, MEDIA_TYPE, len(body), partial(_opened, body))


def _opened(body: bytes) -> AbstractContextManager[BinaryIO]:
    return nullcontext(io.BytesIO(body))


SHEET = Sheet(
    "bill-of-materials",
    (
        Print("name", "Part", kind="strong", width="c34", under=("part",)),
        Print("version", "Version", width="c14"),
        Print("supplier", "Supplier", width="c17", under=("region",)),
        Print("sha256", "SHA-256", kind="hash"),
    ),
    group=("kind",),
    only=lambda row: row["kind"] != "Surface",
    order=lambda row: (row["kind"], row["part"]),
    empty="No contract was in force, so nothing is known of what surfaces are made of.",
    foot="What each part needs is in the records.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the parts, kind by kind; say where the bill itself lies, in editions that have files."""
    lead = "What the surfaces of the scope are made of: models, endpoints, prompts and sources by hash, tools."
    if window.shows("evidence", ATTACHMENTS, "bom.evidence"):
        lead += f" The bill itself is among the evidence as {NAME}."
    yield chapter("bom", "AI bill of materials", lead, found, SHEET)


SECTION = PackSection("bom", "AI bill of materials", 185, given, pages, evidence=files)

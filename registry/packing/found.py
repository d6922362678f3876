"""Findings: what was observed and was not approved, and what became of it. Counts are live, so packs leave them out."""

from collections.abc import Iterator
from typing import Any

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.findings import queries as findings_
from registry.findings.models import Finding
from registry.packing.fields import PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter

STATES = {"Open": "stop", "Put off": "warn", "Settled": "ok", "Dismissed": "wait"}
FINDINGS = (
    Field("key", "Finding"),
    Field("kind", "Kind", "get_kind_display"),
    Field("title", "What was found", prose=True),
    Field("detail", "What speaks against it", prose=True),
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}" if row.surface_id else ""),
    Field("endpoint", "Endpoint", "endpoint.key"),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("opened_at", "Open since"),
    Field("state", "State", "get_state_display"),
    Field("snoozed_until", "Put off until"),
    Field("reason", "Why", prose=True),
    Field("resolution", "Settled by", lambda row: row.get_resolution_display() if row.resolution else ""),
    Field("change", "Change that allows it", lambda row: f"C-{row.change_id}" if row.change_id else ""),
    Field("settled_at", "Allowed or gone from"),
    Field("entry", "Entry that opened it", cites=True),
)


def findings(window: Window) -> Iterator[RecordSet]:
    """Give the findings that stood or ended in the period; in a company's pack also those of no registered surface."""
    ground = Ground(window)
    told = "Every difference between what was observed and what was approved that stood or ended in the period."
    yield records(window, "findings", "Findings", FINDINGS, _findings(ground), told, ground.voice)


def _findings(ground: Ground) -> Iterator[Any]:
    window = ground.window
    allowed = findings_.visible_to(window.asked_by)
    for part in batches(window.surface_ids):
        yield from _held(ground, as_of(allowed, ground.at, beside=("endpoint", "owner"), surface__in=part))
    if window.is_company:
        yield from _held(ground, as_of(allowed, ground.at, beside=("endpoint", "owner"), surface__isnull=True))


def _held(ground: Ground, rows: list[Finding]) -> Iterator[Finding]:
    window = ground.window
    rows = [row for row in rows if row.created_at < window.until and not (row.settled_at and row.settled_at < window.since)]
    entries = ground.entries(("finding.opened",), "registry.finding", [row.pk for row in rows])
    for row in rows:
        row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
        yield row


FOUND = Sheet(
    "findings",
    (
        Print("title", "Finding", kind="strong", width="c28", under=("key", "surface"), most=160),
        Print("kind", "Kind", width="c14"),
        Print("opened_at", "Open since", kind="moment", width="c14", under=("owner",)),
        Print("state", "State", kind="state", width="c11", state=lambda row: (STATES.get(row["state"], "wait"), row["state"])),
        Print("resolution", "What became of it", under=("change", "reason"), most=300),
    ),
    empty="Nothing was found that was not approved.",
    foot="Counts go on after a pack is sealed; the finding's page has them.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the findings."""
    lead = "What really happened, held against what was approved: each difference once, with what became of it."
    yield chapter("findings", "Findings", lead, found, FOUND)


SECTION = PackSection("findings", "Findings", 95, findings, pages)

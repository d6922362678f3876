"""What shows how controls are met: evidence that people collected, and records that are evidence by themselves."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.core.files.storage import default_storage

from governance.packs.sections import Chapter, Enclosure, PackSection, Records, RecordSet, Window
from registry.controls.itself import Shown, of_surfaces
from registry.evidence import controls
from registry.evidence.models import Evidence, EvidenceUse
from registry.packing.fields import ATTACHMENTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.surfaces.models import Surface

COLLECTED = (
    Field("key", "Evidence"),
    Field("title", "Title", prose=True),
    Field("kind", "Kind", "get_kind_display"),
    Field("state", "State", "get_state_display"),
    Field("collected_on", "Collected"),
    Field("collector", "Collected by", "collector.name", group=PEOPLE),
    Field("expires_on", "Good until"),
    Field("sha256", "SHA-256", "digest"),
    Field("file_name", "File"),
    Field("media_type", "Type of file", "blob.media_type"),
    Field("size", "Bytes", "blob.size"),
    Field("url", "Link"),
    Field("record", "Record", "record_label", prose=True),
    Field("note", "Note", prose=True),
    Field("renews", "Follows", "renews.key"),
    Field("withdrawn_because", "Why it was withdrawn", "ended_because", prose=True),
    Field("entry", "Ledger entry", cites=True),
)
USES = (
    Field("evidence", "Evidence"),
    Field("title", "Title", prose=True),
    Field("surface", "Surface"),
    Field("surface_name", "Name"),
    Field("control", "Control"),
    Field("control_name", "Name of the control"),
    Field("counts_until", "Counts until"),
)
ITSELF = (
    Field("surface", "Surface"),
    Field("surface_name", "Name"),
    Field("control", "Control"),
    Field("control_name", "Name of the control"),
    Field("kind", "What it is"),
    Field("record", "Record"),
    Field("label", "What it shows", prose=True),
    Field("on", "Made on"),
    Field("sha256", "SHA-256"),
    Field("entry", "Ledger entry", cites=True),
)


def uses(ground: Ground, pks: Sequence[int]) -> dict[tuple[int, str], list[EvidenceUse]]:
    """Return what was collected for controls of surfaces, by surface id and control."""
    found: dict[tuple[int, str], list[EvidenceUse]] = defaultdict(list)
    for use in as_of(EvidenceUse.objects.all(), ground.at, beside=("evidence",), removable=True, surface__in=list(pks)):
        found[use.surface_id, use.control].append(use)
    return found


def by_itself(ground: Ground, pks: Sequence[int]) -> dict[tuple[int, str], list[Shown]]:
    """Return what shows controls of surfaces by itself, by surface id and control."""
    found: dict[tuple[int, str], list[Shown]] = defaultdict(list)
    for each in of_surfaces(pks, ground.at):
        found[each.surface_id, each.control].append(each)
    return found


def given(window: Window) -> Iterator[RecordSet]:
    """Give what was collected, where it serves, and what is evidence by itself."""
    ground = Ground(window)
    told = "Files, links and records that people collected for the surfaces of the scope; files lie in evidence/ by their hash."
    yield records(window, "evidence", "Evidence", COLLECTED, _collected(ground), told, ground.voice)
    told = "Which control of which surface each piece of evidence serves, and until when it counts there."
    yield records(window, "evidence-uses", "Where evidence serves", USES, _served(ground), told, ground.voice)
    told = (
        "Records of the work itself that show controls: eval runs, drills, reviews of vendors, approvals. Nobody uploaded them."
    )
    yield records(window, "evidence-by-itself", "Evidence by itself", ITSELF, _derived(ground), told, ground.voice)


def _evidence(ground: Ground) -> Iterator[list[Evidence]]:
    """Yield the evidence that serves the window's surfaces, each once, in batches."""
    seen: set[int] = set()
    for part in batches(ground.window.surface_ids):
        named = {use.evidence_id for of_control in uses(ground, part).values() for use in of_control} - seen
        seen |= named
        beside = ("collector", "blob", "renews")
        yield as_of(Evidence.objects.all(), ground.at, beside=beside, pk__in=sorted(named))


def _collected(ground: Ground) -> Iterator[Any]:
    for rows in _evidence(ground):
        entries = ground.entries(("evidence.collected",), "registry.evidence", [row.pk for row in rows])
        for row in rows:
            row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def _served(ground: Ground) -> Iterator[dict[str, Any]]:
    known = controls.names(ground.document)
    for part in batches(ground.window.surface_ids):
        surfaces = ground.labels(part)
        for (pk, control), found in sorted(uses(ground, part).items()):
            for use in found:
                yield {
                    "evidence": use.key,
                    "title": use.evidence.title,
                    "surface": surfaces[pk].key,
                    "surface_name": surfaces[pk].name,
                    "control": control,
                    "control_name": controls.name_of(control, known),
                    "counts_until": use.expires_on or use.evidence.expires_on,
                }


def _derived(ground: Ground) -> Iterator[dict[str, Any]]:
    known = controls.names(ground.document)
    for part in batches(ground.window.surface_ids):
        surfaces: dict[int, Surface] = ground.labels(part)
        for each in of_surfaces(part, ground.at):
            yield {
                "surface": surfaces[each.surface_id].key,
                "surface_name": surfaces[each.surface_id].name,
                "control": each.control,
                "control_name": controls.name_of(each.control, known),
                "kind": each.kind.label,
                "record": each.record_key,
                "label": each.label,
                "on": each.on,
                "sha256": each.digest,
                "entry": each.entry,
            }


def opened(stored_as: str) -> Any:
    """Open a kept file by the name under which it lies in storage."""
    return default_storage.open(stored_as)


def files(window: Window) -> Iterator[Enclosure]:
    """Give the files of the evidence, each once, where the edition has attachments; elsewhere their hashes stand alone."""
    if not window.shows(ATTACHMENTS, f"evidence.{ATTACHMENTS}"):
        return
    ground, seen = Ground(window), set()
    for rows in _evidence(ground):
        for row in rows:
            if row.blob is not None and row.blob.digest not in seen:
                seen.add(row.blob.digest)
                blob = row.blob
                yield Enclosure(blob.digest, row.file_name, blob.media_type, blob.size, partial(opened, blob.stored_as))


USED = Sheet(
    "evidence-uses",
    (
        Print("title", "Evidence", width="c34", under=("evidence",)),
        Print("control_name", "For", width="c34"),
        Print("counts_until", "Counts until", kind="day", none="for good"),
    ),
    title="Collected",
    group=("surface", "surface_name"),
    empty="Nothing was collected for a surface of this scope.",
)
SPEAKS = Sheet(
    "evidence-by-itself",
    (
        Print("label", "What it shows", width="c34", under=("record",)),
        Print("control_name", "For", width="c28"),
        Print("kind", "Kind", width="c14"),
        Print("on", "Made on", kind="day", width="c14"),
        Print("entry", "Entry", kind="entry"),
    ),
    title="By itself",
    note="Made in the course of work and told to the ledger at once; nobody handed it in.",
    group=("surface", "surface_name"),
    empty="No eval run, drill, review of a vendor or approval speaks for a surface of this scope.",
)
FILES = Sheet(
    "evidence",
    (
        Print("title", "Evidence", kind="strong", width="c28", under=("key",)),
        Print("kind", "Kind", width="c11", under=("file_name",)),
        Print("collected_on", "Collected", kind="day", width="c17", under=("collector",)),
        Print("expires_on", "Good until", kind="day", width="c17", none="for good"),
        Print("sha256", "SHA-256", kind="hash"),
    ),
    title="What was collected",
    empty="No evidence was collected for a surface of this scope.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the evidence."""
    lead = "What shows that controls are met: collected by people, or made by the work itself."
    yield chapter("evidence", "Evidence", lead, found, SPEAKS, USED, FILES)


SECTION = PackSection("evidence", "Evidence", 80, given, pages, evidence=files)

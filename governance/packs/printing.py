"""The pack as pages: cover, how to verify, the sections' chapters, and a last chapter on checkpoint and proofs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from governance.core.models import Company
from governance.documents.volumes import Attached, Bound, Guide, Progress, Step, Volume, bind
from governance.packs import queries
from governance.packs.collecting.collect import day, tables_of, window_again
from governance.packs.collecting.work import Work
from governance.packs.models import Pack
from governance.packs.sections import Chapter

PROOF = "documents/packs/proof.html"
KINDS = {".json": "application/json", ".txt": "text/plain", ".csv": "text/csv"}
GUIDE = Guide(
    lead="Nothing in this pack has to be believed. What it says can be checked by anybody, on any computer, without our server "
    "and without us.",
    steps=(
        Step(
            "Take the ZIP that came with these pages",
            "It holds every table, every ledger entry about the scope, the evidence, and verify.py: one file, which you can read "
            "in ten minutes before you run it.",
        ),
        Step(
            "Run the verifier",
            "It checks each file against the manifest, the manifest against its signature, the entries against the signed "
            "checkpoint, and that no entry about the scope was left out.",
            "pip install cryptography\npython3 verify.py PACK.zip",
        ),
        Step(
            "Compare the key",
            "Ask the company for the key of its ledger, by another way than this pack came, and give it to the verifier.",
            "python3 verify.py PACK.zip --key VKEY",
        ),
        Step(
            "Hold it against what you kept",
            "A checkpoint that you kept from an earlier pack shows that the ledger only grew since, and that nothing in it was "
            "rewritten.",
            "python3 verify.py PACK.zip --older CHECKPOINT",
        ),
    ),
    failing="The verifier names the file or the entry. Do not rely on the pack before the company has explained it.",
)


def bind_pack(work: Work, pack: Pack, facts: dict[str, Any], company: Company, progress: Progress) -> Bound:
    """Set and bind the pages. Returns the volume as it is before it is signed; it lies in the working folder."""
    window = window_again(pack, facts)
    name = company.name or "Your company"
    period = f"{day(pack.starts_on)} to {day(pack.ends_on)}"
    volume = Volume(
        title=f"{pack.title}, {period}",
        company=name,
        heading=pack.title,
        head=f"{name} · Audit pack {pack.key}",
        foot=f"Entry {facts['size']:,} · root {facts['root'][:16]}",
        classification=pack.classification or company.classification,
        made=window.as_of,
        chapters=chapters(work, pack, facts),
        lines=(*(() if facts["label"] == pack.title else (facts["label"],)), period, f"{pack.get_edition_display()} edition"),
        figures=figures(facts),
        colophon=(
            f"As of {window.as_of:%-d %B %Y, %H:%M} UTC, entry {facts['size']:,} of the ledger",
            f"Merkle root {facts['root']}",
        ),
        guide=GUIDE,
        attachments=attachments(work, facts),
    )
    return bind(volume, folder=work.folder / "pdf", progress=progress)


def chapters(work: Work, pack: Pack, facts: dict[str, Any]) -> Iterator[Chapter]:
    """Yield the chapters of all sections, made from the very tables that lie in the pack, and the one on proofs."""
    window, tables = window_again(pack, facts), tables_of(work, facts)
    for section in queries.sections(pack.edition, window.redact):
        if section.chapters:
            yield from section.chapters(window, tables)
    yield Chapter("proofs", "Checkpoint and proofs", PROOF, [proof_context(work, pack, facts)])


def figures(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what the cover counts."""
    rows = sum(each["count"] for each in facts["tables"])
    surfaces = len(facts["window"]["surface_ids"])
    return (
        (f"{surfaces:,}", "surface" if surfaces == 1 else "surfaces"),
        (f"{facts['about']:,}", "ledger entries"),
        (f"{rows:,}", "records"),
    )


def proof_context(work: Work, pack: Pack, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the chapter on proofs says."""
    first, last = facts["span"]
    return {
        "note": (work.files / "ledger/checkpoint.txt").read_text(),
        "size": facts["size"],
        "root": facts["root"],
        "inside": max(0, last - first + 1),
        "facts": facts,
        "shown": facts["about"] - facts["withheld"],
        "tables": facts["tables"],
        "redacted": sorted(pack.redact),
        "missing": facts["missing_evidence"],
    }


def attachments(work: Work, facts: dict[str, Any]) -> tuple[Attached, ...]:
    """Return what travels inside the PDF: every table as JSON, the checkpoint, and what the pack is about."""
    named = [(f"records/{each['key']}.json", each["label"]) for each in facts["tables"]]
    named += [("ledger/checkpoint.txt", "The signed checkpoint"), ("ledger/scope.json", "What the pack is about")]
    return tuple(
        Attached(
            name=Path(name).name,
            path=work.files / name,
            description=label,
            media_type=KINDS[Path(name).suffix],
            relationship="Source",
        )
        for name, label in named
    )

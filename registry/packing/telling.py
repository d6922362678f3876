"""History: what happened to the things of the scope in the period, in sentences, with readable differences.

The records hold every entry. On paper stands what was changed; what other chapters set as tables is not told twice.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.ledger import queries as ledger
from governance.ledger.models import Entry, Mention
from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.packing.fields import COMMENTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import batches
from registry.packing.paper import Print, Sheet, chapter

TOLD_ELSEWHERE = ("approval.", "budget.", "clock.", "condition.", "control.", "gate.", "mode.", "run.", "job.", "export.")
"""What other chapters set as tables, or what is told so often that paper is the wrong place for it."""
FIELDS = (
    Field("entry", "Ledger entry", cites=True),
    Field("at", "When"),
    Field("who", "Who", group=PEOPLE),
    Field("kind", "Kind of entry"),
    Field("subject", "About"),
    Field("told", "What happened", prose=True),
    Field("reason", "Why", prose=True),
    Field("remarks", "Remarks", group=COMMENTS, prose=True),
    Field("changes", "What changed", prose=True),
    Field("via", "By which way"),
)


def given(window: Window) -> Iterator[RecordSet]:
    """Give every entry of the period about the things of the scope."""
    ground = Ground(window)
    told = "Every ledger entry of the period about the things of the scope, in words, with what changed from what to what."
    yield records(window, "history", "History", FIELDS, lines(ground), told, ground.voice)


def lines(ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield the entries in their order, as sentences."""
    for part in batches(_numbers(ground.window)):
        entries = Entry.objects.filter(seq__in=part).order_by("seq")
        for line in ledger.lines(entries):
            yield {
                "entry": line.seq,
                "at": line.at,
                "who": line.actor_name,
                "kind": line.kind,
                "subject": line.subject_key,
                "told": line.sentence,
                "reason": line.reason,
                "remarks": dict(line.remarks),
                "changes": [{"what": each.label, "before": each.before, "after": each.after} for each in line.changes],
                "via": line.via,
            }


def _numbers(window: Window) -> Iterator[int]:
    """Yield the numbers of the entries of the period that concern the scope, in order."""
    period = Entry.objects.filter(at__gte=window.since, at__lt=window.until)
    if window.is_company:
        yield from period.order_by("seq").values_list("seq", flat=True).iterator(chunk_size=5000)
        return
    found: set[int] = set()
    for type_, ids in (
        ("registry.surface", window.surface_ids),
        ("governance.team", window.team_ids),
        ("registry.vendor", window.vendor_ids),
        ("incidents.incident", window.incident_ids),
    ):
        for part in batches([str(pk) for pk in ids]):
            found |= set(_about(period, type_, part).values_list("seq", flat=True))
    yield from sorted(found)


def _about(period: QuerySet[Entry], type_: str, ids: list[str]) -> QuerySet[Entry]:
    touching = Mention.objects.filter(entry=OuterRef("pk"), subject_type=type_, subject_id__in=ids)
    return period.filter(Q(subject_type=type_, subject_id__in=ids) | Exists(touching))


PAST = Sheet(
    "history",
    (
        Print("at", "When, UTC", kind="moment", width="c17", under=("who",)),
        Print("subject", "About", kind="code", width="c11"),
        Print("told", "What happened", width="c34", under=("reason",)),
        Print("changes", "What changed", kind="changes", none=""),
        Print("entry", "Entry", kind="entry", width="c8"),
    ),
    empty="Nothing happened in the period.",
    only=lambda row: not row["kind"].startswith(TOLD_ELSEWHERE),
    foot="Every entry of the period, those told as tables elsewhere among them, is in records/history.csv.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the history."""
    lead = "What was done to the things of the scope, by whom and why, with what changed from what to what."
    yield chapter("history", "History", lead, found, PAST)


SECTION = PackSection("history", "History", 210, given, pages)

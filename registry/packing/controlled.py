"""How controls stood at the checkpoint. Their results are derived, so what has turned since is undone by what the ledger told.

A control's reason is the one that was told when it turned, where it has turned since; the entry of its last turn is cited.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from governance.ledger.models import Entry
from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.controls.models import DEMANDED, ControlResult, Status
from registry.packing.fields import COSTS, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.packing.shownby import by_itself, uses
from registry.surfaces.models import Surface

TURNED, BUDGET = "control.turned", "budget_set"
SURFACE = "registry.surface"
LEVELS = {
    "Met": "ok",
    "Not met": "stop",
    "Expired": "stop",
    "Excepted": "held",
    "Does not apply": "wait",
}
FIELDS = (
    Field("surface", "Surface"),
    Field("surface_name", "Name"),
    Field("control", "Control"),
    Field("title", "Name of the control"),
    Field("status", "Status"),
    Field("why", "Why", prose=True),
    Field("blocking", "Holds a revision back while not met"),
    Field("since", "Since"),
    Field("expires_at", "Turns by itself at"),
    Field("exception", "Exception"),
    Field("evidence", "Evidence"),
    Field("by_itself", "Shown by itself by"),
    Field("entry", "Ledger entry of its last turn", cites=True),
)


def stood(ground: Ground, pks: Sequence[int]) -> Iterator[tuple[ControlResult, Status, int | None]]:
    """Yield the results of some surfaces with the status at the checkpoint and the entry of the last turn before it."""
    later, entries = _turns(ground, pks)
    rows = ControlResult.objects.filter(surface__in=pks).order_by("surface_id", "order", "control")
    for row in rows:
        about = (row.surface_id, row.control)
        if row.since <= ground.at:
            yield row, Status(row.status), entries.get(about)
        elif about in later:  # turned since: it stood as that turn says it did before
            yield row, Status(later[about]), entries.get(about)


def _turns(ground: Ground, pks: Sequence[int]) -> tuple[dict[tuple[int, str], str], dict[tuple[int, str], int]]:
    later: dict[tuple[int, str], str] = {}
    entries: dict[tuple[int, str], int] = {}
    for part in batches([str(pk) for pk in pks], 500):
        told = Entry.objects.filter(kind=TURNED, subject_type=SURFACE, subject_id__in=part).order_by("seq")
        for seq, at, pk, body in told.values_list("seq", "at", "subject_id", "body").iterator(chunk_size=1000):
            for control, before, _ in json.loads(body)["payload"]["turns"]:
                if at <= ground.at:
                    entries[int(pk), control] = seq
                else:
                    later.setdefault((int(pk), control), before)
    return later, entries


def standings(ground: Ground, pks: Sequence[int]) -> dict[int, Counter[str]]:
    """Return how many controls of each surface stood how, by surface id."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row, status, _ in stood(ground, pks):
        if status in DEMANDED:
            found[row.surface_id][str(status)] += 1
    return found


def given(window: Window) -> Iterator[RecordSet]:
    """Give every control that a tier demands, for every surface."""
    ground = Ground(window)
    told = "Each control that the surface's tier demanded, and how it stood at the checkpoint, with the reason and what shows it."
    yield records(window, "controls", "Controls", FIELDS, lines(ground), told, ground.voice)


def lines(ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield a line for each control of each surface."""
    for part in batches(ground.window.surface_ids):
        known = {each.pk: each for each in as_of(Surface.objects.all(), ground.at, pk__in=part)}
        collected, derived = uses(ground, part), by_itself(ground, part)
        for row, status, entry in stood(ground, part):
            about, surface = (row.surface_id, row.control), known[row.surface_id]
            yield {
                "surface": surface.key,
                "surface_name": surface.name,
                "control": row.control,
                "title": row.title,
                "status": str(status.label),
                "why": _why(ground, row),
                "blocking": row.blocking,
                "since": row.since if row.since <= ground.at else None,
                "expires_at": row.expires_at if row.since <= ground.at else None,
                "exception": row.exception_key if status == Status.EXCEPTED else "",
                "evidence": [use.key for use in collected.get(about, ())],
                "by_itself": [each.record_key for each in derived.get(about, ())],
                "entry": entry,
            }


def _why(ground: Ground, row: ControlResult) -> str:
    """The reason, where it is still that of the checkpoint; without the figures of a budget where costs are left out."""
    if row.since > ground.at:
        return ""
    tells_money = row.control == BUDGET and row.status == Status.MET
    return "A budget is set." if tells_money and not ground.window.shows(COSTS) else row.why


CONTROLS = Sheet(
    "controls",
    (
        Print("title", "Control", width="c28"),
        Print(
            "status",
            "Status",
            kind="state",
            width="c14",
            state=lambda row: (LEVELS.get(row["status"], "wait"), row["status"]),
        ),
        Print("why", "Why"),
        Print("since", "Since", kind="day", width="c14"),
        Print("evidence", "Shown by", kind="list", width="c11", under=("by_itself",), none=""),
    ),
    group=("surface", "surface_name"),
    empty="No tier in this scope demands a control.",
    off=lambda row: row["status"] in {"Not met", "Expired"} and bool(row["blocking"]),
    foot="Tinted rows hold a revision back until they are met or excepted.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the controls, surface by surface."""
    lead = "What each surface's tier demands, how it stood at the checkpoint, and what shows it."
    yield chapter("controls", "Controls", lead, found, CONTROLS)


SECTION = PackSection("controls", "Controls", 70, given, pages)

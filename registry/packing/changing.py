"""Contracts and changes: every revision that held or was proposed in the period, under its hash, and what differed."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from governance.documents.tags import day
from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.changes.models import Change, Clearance, EmergencyReview, InForce
from registry.contracts.diff import diff
from registry.packing.fields import COSTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.sheets import record
from registry.surfaces.models import Revision

CHANGE, REVIEW = "registry.change", "registry.emergencyreview"
TOGETHER = 8
REVISIONS = (
    Field("key", "Revision"),
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}"),
    Field("surface_name", "Name"),
    Field("number", "Number"),
    Field("sha256", "SHA-256", "digest"),
    Field("tier", "Tier"),
    Field("author", "Written by", "author.name", group=PEOPLE),
    Field("made_at", "Proposed"),
    Field("base", "Follows revision", "base.number"),
    Field("policy", "Policy version", "policy_version.label"),
    Field("held_from", "Held from"),
    Field("held_until", "Held until"),
    Field("held_at_checkpoint", "Holds at the checkpoint"),
)
CONTRACT = Field("contract", "The whole contract")
CHANGES = (
    Field("key", "Change"),
    Field("surface", "Surface"),
    Field("surface_name", "Name"),
    Field("title", "Title", prose=True),
    Field("kinds", "Kinds"),
    Field("state", "State"),
    Field("from_revision", "From revision"),
    Field("to_revision", "To revision"),
    Field("sha256", "SHA-256 of what was proposed"),
    Field("emergency", "Emergency"),
    Field("rollback", "Rollback"),
    Field("what_happened", "What could not wait", prose=True),
    Field("why", "Why", prose=True),
    Field("differences", "What differs", prose=True),
    Field("weighed", "What was weighed", prose=True),
    Field("proposed_by", "Proposed by", group=PEOPLE),
    Field("proposed_at", "Proposed"),
    Field("in_force_at", "In force"),
    Field("ended_at", "Ended"),
    Field("ended_why", "Why it ended", prose=True),
    Field("controls_held", "Controls that held it back when it came into force"),
    Field("waived_by", "What waived them"),
    Field("request", "Approval"),
    Field("entry", "Entry that proposed it", cites=True),
    Field("in_force_entry", "Entry that put it in force", cites=True),
)
REVIEWS = (
    Field("key", "Review"),
    Field("change", "Change", "change.key"),
    Field("surface", "Surface", "change.surface.key"),
    Field("due_at", "Due"),
    Field("state", "State", "get_state_display"),
    Field("reviewer", "Reviewed by", "reviewer.name", group=PEOPLE),
    Field("outcome", "Outcome", "get_outcome_display"),
    Field("findings", "What was found", prose=True),
    Field("closed_at", "Closed"),
)


def contracts(window: Window) -> Iterator[RecordSet]:
    """Give the revisions; whole contracts in editions for those who may read the words of prompts."""
    ground = Ground(window)
    fields = (*REVISIONS, CONTRACT) if ground.gives_contracts else REVISIONS
    told = "Every revision that held at any time in the period or was proposed in it. Its hash is over RFC 8785 canonical JSON."
    if not ground.gives_contracts:
        told += " This edition has the hashes; the contracts themselves stay inside."
    yield records(window, "revisions", "Revisions", fields, _revisions(ground), told, ground.voice)


def _revisions(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        names = {pk: row.name for pk, row in ground.labels(part).items()}
        spans = _spans(ground, part)
        proposed = Q(made_at__gte=window.since, made_at__lt=window.until)
        rows: Any = Revision.objects.filter(Q(pk__in=spans) | proposed, surface__in=part).order_by("surface_id", "number")
        rows = rows.select_related("base", "author", "policy_version").defer("base__contract", "policy_version__document")
        for row in rows:
            row.held_from, row.held_until = spans.get(row.pk, (None, None))
            row.held_at_checkpoint = row.held_from is not None and row.held_until is None
            row.surface_name = names[row.surface_id]
            yield row


def _spans(ground: Ground, part: list[int]) -> dict[int, tuple[Any, Any]]:
    """Return from when until when each revision held last, for those that held at any time in the period."""
    found: dict[int, tuple[Any, Any]] = {}
    last: dict[int, InForce] = {}
    steps = InForce.objects.filter(surface__in=part, since__lte=ground.at).order_by("surface_id", "since", "pk")
    for step in steps:
        before = last.get(step.surface_id)
        if before is not None and before.revision_id is not None:
            _note(found, ground, before, step.since)
        last[step.surface_id] = step
    for step in last.values():
        if step.revision_id is not None:
            _note(found, ground, step, None)
    return found


def _note(found: dict[int, tuple[Any, Any]], ground: Ground, step: InForce, until: Any) -> None:
    if step.since < ground.window.until and (until is None or until >= ground.window.since):
        assert step.revision_id is not None  # noqa: S101 - its callers leave out records of nothing
        found[step.revision_id] = (step.since, until)


def changes(window: Window) -> Iterator[RecordSet]:
    """Give the changes of the period, and the reviews that emergencies owe."""
    ground = Ground(window)
    told = "Every change that was proposed, came into force or ended in the period, and the one on which each surface rests."
    yield records(window, "changes", "Changes", CHANGES, _changes(ground), told, ground.voice)
    told = "The look back that every emergency change owes."
    yield records(window, "emergency-reviews", "Emergency reviews", REVIEWS, _reviews(ground), told, ground.voice)


def _kept(ground: Ground, rows: list[Change], holding: set[int]) -> list[Change]:
    window = ground.window

    def lies(at: Any) -> bool:
        return at is not None and window.since <= at < window.until

    return [row for row in rows if row.pk in holding or any(map(lies, (row.created_at, row.in_force_at, row.ended_at)))]


def _changes(ground: Ground) -> Iterator[dict[str, Any]]:
    beside = ("surface", "revision", "base", "rollback_to", "requester", "request")
    for part in ground.surfaces():
        pks = [held.surface.pk for held in part]
        names = {held.surface.pk: held.surface.name for held in part}
        rows = as_of(Change.objects.all(), ground.at, beside=beside, surface__in=pks)
        rows = _kept(ground, rows, {held.change_id for held in part if held.change_id})
        ids = [row.pk for row in rows]
        asked = ground.entries(("change.proposed",), CHANGE, ids)
        came = ground.entries(("change.in_force",), CHANGE, ids)
        clear = {each.change_id: each for each in Clearance.objects.filter(change__in=ids, at__lte=ground.at)}
        for row in rows:
            yield _change(ground, row, names[row.surface_id], clear.get(row.pk)) | {
                "entry": asked.get(str(row.pk)),
                "in_force_entry": came.get(str(row.pk)),
            }


def _change(ground: Ground, row: Change, name: str, clearance: Clearance | None) -> dict[str, Any]:
    same = ("key", "title", "why", "in_force_at", "ended_at", "ended_why")
    return {each: getattr(row, each) for each in same} | {
        "surface": f"S-{row.surface_id:04d}",
        "surface_name": name,
        "kinds": [record.kind_named(kind) for kind in row.kinds],
        "state": row.get_state_display(),
        "from_revision": row.base.number if row.base is not None else None,
        "to_revision": row.revision.number,
        "sha256": row.revision.digest,
        "emergency": row.is_emergency,
        "rollback": row.is_rollback,
        "what_happened": row.incident,
        "differences": differences(ground, row),
        "weighed": {each["label"]: each["text"] for each in record.weighed(row)},
        "proposed_by": ground.voice.person(row.requester),
        "proposed_at": row.created_at,
        "controls_held": clearance.unmet if clearance is not None else None,
        "waived_by": clearance.get_waived_by_display() if clearance is not None and clearance.waived_by else "",
        "request": row.request.key if row.request is not None else "",
    }


def differences(ground: Ground, change: Change) -> list[dict[str, str]]:
    """Return what differs from what held before, line by line; the words of prompts stay inside in a buyer's edition."""
    before = change.base.contract if change.base is not None else {}
    found = []
    for one in diff(before, change.revision.contract, ground.names).differences:
        after = one.after if one.before or one.after else one.sentence
        words = {"before": one.before, "after": after}
        if one.part == "budget" and not ground.window.shows(COSTS):
            continue
        if one.part == "prompts" and not ground.gives_contracts:
            words = {"before": "", "after": "Changed; its words stay inside."}
        found.append({"part": one.title, "subject": record.within(one.subject, one.title), **words})
    return found


def _reviews(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        pks = Change.objects.filter(surface__in=part, is_emergency=True).order_by("pk").values_list("pk", flat=True)
        beside = ("change__surface", "reviewer")
        for row in as_of(EmergencyReview.objects.all(), ground.at, beside=beside, change__in=list(pks)):
            if row.closed_at is None or row.closed_at >= window.since:
                yield row


HELD = Sheet(
    "revisions",
    (
        Print("number", "Revision", kind="revision", width="c11"),
        Print("sha256", "SHA-256 of the contract", kind="hash", width="c20"),
        Print("made_at", "Proposed", kind="day", width="c17", under=("author",)),
        Print("policy", "Policy", width="c11"),
        Print("held_from", "Held from", kind="day", width="c17"),
        Print(
            "held_until",
            "Until",
            kind="state",
            state=lambda row: ("held", "Holds") if row["held_at_checkpoint"] else ("wait", day(row["held_until"])),
        ),
    ),
    group=("surface", "surface_name"),
    empty="No revision held or was proposed in the period.",
)
OWED = Sheet(
    "emergency-reviews",
    (
        Print("change", "Change", kind="code", width="c11", under=("surface",)),
        Print("due_at", "Due, UTC", kind="moment", width="c20"),
        Print("state", "State", width="c17"),
        Print("outcome", "Outcome", width="c14"),
        Print("findings", "What was found", most=400),
    ),
    title="Emergencies and their reviews",
    empty="No emergency change owed a review in the period.",
)


def contract_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the revisions."""
    lead = "Each version of what a surface may do, under the hash that people approved, and when it held."
    yield chapter("contracts", "Contracts", lead, found, HELD)


def change_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set a decision record for each change, then the emergencies."""
    yield Chapter("changes", "Changes", "registry/packing/changes.html", _pieces(found))
    yield chapter("emergencies", "Emergencies", "What came into force before everybody had agreed.", found, OWED, level=2)


def _pieces(found: Records) -> Iterator[Mapping[str, Any]]:
    part: list[dict[str, Any]] = []
    told = False
    for row in found.get("changes", ()):
        part.append({**row, "level": STANDING.get(row["state"], "wait")})
        if len(part) == TOGETHER:
            yield {"changes": part}
            part, told = [], True
    if part or not told:
        yield {"changes": part, "left_out": "changes" not in found}


STANDING = {
    "In force": "held",
    "Followed by another": "ok",
    "Approved, not yet in force": "ok",
    "Rejected": "stop",
    "Withdrawn": "warn",
    "Expired": "warn",
    "Approval voided": "warn",
}
CONTRACTS = PackSection("contracts", "Contracts", 50, contracts, contract_pages)
SECTION = PackSection("changes", "Changes", 60, changes, change_pages)

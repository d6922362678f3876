"""Writes by itself onto the timelines of open incidents what the ledger tells of the surfaces that they touch.

At once after a commit, and by the ledger's tail for what was lost when a process died. The database refuses the same
ledger entry twice on one timeline, so doing both is harmless.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.ledger import journal
from governance.ledger.journal import action
from governance.ledger.models import Entry, Mention
from governance.notifications.models import Tail
from governance.people.models import User
from governance.people.system import system_actor
from incidents.cases import actions
from incidents.cases.models import OPEN, Incident, IncidentSurface, TimelineEntry
from registry.surfaces.models import Mode

TAIL, JOB, BATCH, AT_ONCE = "incidents.timeline", "incidents.follow", 500, 50
SURFACE = "registry.surface"
Kind = TimelineEntry.Kind


def _label(mode: str) -> str:
    return str(Mode(mode).label if mode in Mode.values else mode).lower()


def _mode(told: Mapping[str, Any]) -> str:
    why = f": {told['reason']}" if told.get("reason") else "."
    return f"moved the mode from {_label(told['before'])} to {_label(told['after'])}{why}"


def _run(told: Mapping[str, Any]) -> str:
    return f"handed in a run of {told['suite']}: {told['passed']} of {told['counted']} cases passed."


SAYS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "mode.lowered": (Kind.MODE, _mode),
    "mode.raised": (Kind.MODE, _mode),
    "mode.raise_asked": (Kind.APPROVAL, lambda told: f"asked to raise the mode to {_label(told['after'])}."),
    "mode.raise_closed": (Kind.APPROVAL, lambda told: f"closed the request to raise the mode: {told['state']}."),
    "change.proposed": (Kind.REVISION, lambda told: f"proposed revision {told['number']}: {told['title']}"),
    "change.approved": (Kind.APPROVAL, lambda told: f"completed the approval of revision {told['number']}."),
    "change.voided": (Kind.APPROVAL, lambda told: f"voided the approval of revision {told['number']}: {told['why']}"),
    "surface.in_force": (Kind.REVISION, lambda told: f"brought revision {told['number']} into force."),
    "run.recorded": (Kind.EVAL, _run),
    "gate.checked": (Kind.EVAL, lambda told: f"asked the gate of {told['surface']}: {told['answer']}"),
    "budget.spent": (Kind.BUDGET, lambda told: f"saw the error budget of {told['objective']} used up; expansion is on hold."),
    "budget.recovered": (Kind.BUDGET, lambda told: f"saw error budget again for {told['objective']}."),
    "quarantine.placed": (Kind.LEVER, lambda told: f"put {told['what']} {told['thing']} in quarantine for every surface."),
    "finding.opened": (Kind.REPORT, lambda told: f"found: {told['title']}."),
    "finding.reopened": (Kind.REPORT, lambda told: f"found again: {told['title']}."),
    "finding.settled": (Kind.REPORT, lambda told: f"settled the finding “{told['title']}”: {told['resolution']}."),
    "quarantine.lifted": (Kind.LEVER, lambda told: f"lifted the quarantine of {told['thing']}."),
}
"""What the ledger tells of a surface, by kind: which timeline entry it becomes, and its words after the actor's name."""
NAMES = ("step", "quarantine", "number", "suite")
"""What of an entry's payload a timeline entry keeps as data: the keys by which pages know that two tell of one thing."""


def follow_at_once(entries: Sequence[Any]) -> None:
    """Write down what a transaction just told, where an open incident touches its surfaces; many are left to the tail."""
    kinds = {entry.kind for entry in entries} & set(SAYS)
    touched = {int(pk) for entry in entries if entry.kind in SAYS for pk in _of_surfaces(entry)} if kinds else set()
    if not touched or not (open_on := _open_on(touched)):
        return
    texts = [str(pk) for pk in touched]
    mentions = Mention.objects.filter(subject_type=SURFACE, subject_id__in=texts).values("entry")
    about = Q(subject_type=SURFACE, subject_id__in=texts) | Q(pk__in=mentions)
    found = list(Entry.objects.filter(about, kind__in=kinds).order_by("-seq")[:AT_ONCE])
    newest = set(found_since(found, entries))
    _write([entry for entry in reversed(found) if entry.seq in newest], open_on)


def found_since(found: Iterable[Entry], entries: Sequence[Any]) -> list[int]:
    """Return the numbers, among the newest entries of the ledger, of those that a transaction wrote."""
    wrote: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in entries:
        wrote[entry.kind, entry.subject_type, entry.subject_id] += 1
    seqs = []
    for row in found:
        key = (row.kind, row.subject_type, row.subject_id)
        if wrote[key]:
            wrote[key] -= 1
            seqs.append(row.seq)
    return seqs


def follow(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Read the ledger on from where it last ended, and write down what is missing. Safe to run twice."""
    tail, is_new = Tail.objects.get_or_create(name=TAIL)
    if is_new:  # nothing that happened before there were incidents belongs on a timeline
        first = Incident.objects.order_by("created_at").values_list("created_at", flat=True).first()
        before = Entry.objects.filter(at__lt=first) if first else Entry.objects.all()
        _move_tail(before.order_by("-seq").values_list("seq", flat=True).first() or 0)
        tail.refresh_from_db()
    seen, written = tail.seq, 0
    while rows := list(Entry.objects.filter(seq__gt=seen).order_by("seq")[:BATCH]):
        told = [row for row in rows if row.kind in SAYS]
        mentioned = _mentioned(told)
        touched = {int(pk) for row in told for pk in mentioned[row.seq]}
        written += _write(told, _open_on(touched), mentioned) if touched else 0
        seen = rows[-1].seq
        _move_tail(seen)
        progress(seen, seen, "Timelines")
    return {"seq": seen, "written": written}


def _of_surfaces(entry: Any) -> Iterable[str]:
    pairs = ((entry.subject_type, entry.subject_id), *entry.touches)
    return [id_ for type_, id_ in pairs if type_ == SURFACE]


def _mentioned(rows: Sequence[Entry]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {row.seq: {row.subject_id} if row.subject_type == SURFACE else set() for row in rows}
    for seq, pk in Mention.objects.filter(entry__in=list(found), subject_type=SURFACE).values_list("entry_id", "subject_id"):
        found[seq].add(pk)
    return found


def _open_on(touched: set[int]) -> dict[int, list[Incident]]:
    """Return the open incidents by the surfaces that they touch."""
    found: dict[int, list[Incident]] = defaultdict(list)
    for incident in Incident.objects.filter(surface__in=touched, state__in=OPEN).select_related("surface"):
        found[incident.surface_id or 0].append(incident)
    further = IncidentSurface.objects.filter(surface__in=touched, incident__state__in=OPEN)
    for row in further.select_related("incident__surface"):
        if row.incident not in found[row.surface_id]:
            found[row.surface_id].append(row.incident)
    return {pk: incidents for pk, incidents in found.items() if incidents}


def _write(rows: Sequence[Entry], open_on: Mapping[int, list[Incident]], mentioned: Mapping[int, set[str]] | None = None) -> int:
    mentioned = mentioned if mentioned is not None else _mentioned(rows)
    people = {user.ref: user for user in User.objects.filter(ref__in={row.actor_ref for row in rows})}
    written = 0
    for row in rows:
        about = {incident.pk: incident for pk in mentioned[row.seq] for incident in open_on.get(int(pk), ())}
        for incident in about.values():
            if row.at < incident.reported_at or incident.timeline.filter(entry_seq=row.seq).exists():
                continue
            note_entry(incident, row, people.get(row.actor_ref), actor=system_actor())
            written += 1
    return written


@action
def note_entry(incident: Incident, entry: Entry, by: User | None, *, actor: User) -> TimelineEntry:
    """Write one ledger entry onto one timeline, in the name of whoever acted. Raises Conflict where it stands already."""
    kind, says = SAYS[entry.kind]
    told = json.loads(entry.body)["payload"]
    with transaction.atomic():
        row = actions.write(
            incident,
            actor=by or actor,
            kind=kind,
            text=says(defaultdict(str, told)),
            at=entry.at,
            data={"of": entry.kind, "subject": entry.subject_key, **{name: told[name] for name in NAMES if told.get(name)}},
            entry_seq=entry.seq,
        )
    about = {"about": row.get_kind_display().lower(), "of": entry.seq, **actions.row_told(row)}
    journal.record("incident.followed", actor=actor, subject=incident, payload=about)
    return row


def _move_tail(seq: int) -> None:
    with transaction.atomic():
        tail = Tail.objects.select_for_update().get(name=TAIL)
        if tail.seq < seq:
            tail.seq = seq
            tail.save(update_fields=["seq"])


contribute(AfterEntries("incidents.timeline", follow_at_once, order=300))
contribute(JobKind(JOB, follow, label="Write onto timelines what the ledger tells"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=1)))

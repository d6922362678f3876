"""A whole import is taken back: what it made and nobody touched is removed, what it changed is changed back.

What somebody touched since is kept and listed: undoing an import never undoes a person's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count

from governance.core import clock, context
from governance.core.errors import PlumblineError
from governance.core.models import Job
from governance.core.verdict import require
from governance.ledger.journal import action, record
from governance.ledger.models import Entry, Mention
from registry.imports import rules
from registry.imports.actions import steps
from registry.imports.actions.checking import session_of
from registry.imports.adapter import target_of
from registry.imports.models import ImportBatch, ImportRow

State, Outcome, Fate = ImportBatch.State, ImportRow.Outcome, ImportRow.Fate
UNDO = "imports.undo"
CHUNK = 500


def ask_undo(batch: ImportBatch, *, actor: Any, expected_version: int | None = None) -> Job:
    """Ask for an import to be taken back."""
    require(rules.may_undo(actor, batch))
    steps.check_version(batch, expected_version)
    label = f"Undo the import of {batch.name}"
    return steps.ask(batch, UNDO, State.UNDOING, frm=(State.COMMITTED,), label=label, actor=actor)


def undo(batch: ImportBatch, *, actor: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Take an import back: the work of a job. Goes on where it was cut off."""
    rows = batch.rows.filter(fate=Fate.APPLIED).order_by("-number")
    ids = list(rows.values_list("pk", flat=True))
    try:
        with context.use(via="import"):
            for start in range(0, len(ids), CHUNK):
                with transaction.atomic():
                    _take_back(batch, actor, ids[start : start + CHUNK])
                progress(min(start + CHUNK, len(ids)), len(ids), "rows taken back")
            _finish(batch, actor=actor)
    except PlumblineError as error:
        steps.move(batch, State.COMMITTED, frm=(State.UNDOING,), problem=str(error))
        raise
    return batch.counts


def _take_back(batch: ImportBatch, actor: Any, ids: Sequence[int]) -> None:
    session = session_of(batch, actor)
    rows = list(ImportRow.objects.select_for_update().filter(pk__in=ids, fate=Fate.APPLIED).order_by("-number"))
    subjects = session.load([row.subject_id for row in rows if row.subject_id])
    new = [row for row in rows if row.outcome == Outcome.NEW]
    touched = _touched(batch, [row.subject_id for row in new if row.subject_id])
    going: list[ImportRow] = []
    for row in rows:
        subject = subjects.get(row.subject_id or 0)
        if subject is None:
            row.fate = Fate.REMOVED
        elif subject.version != row.applied_version:
            _keep(row, "It was changed since.")
        elif row.subject_id in touched:
            _keep(row, touched[row.subject_id])
        elif row.outcome == Outcome.NEW:
            going.append(row)
        else:
            session.restore(subject, row.before, batch.key)
            row.fate = Fate.REVERTED
    session.remove([subjects[row.subject_id] for row in going if row.subject_id], batch.key)
    for row in going:
        row.fate = Fate.REMOVED
    for fate in (Fate.REMOVED, Fate.REVERTED):
        ImportRow.objects.filter(pk__in=[row.pk for row in rows if row.fate == fate]).update(fate=fate)
    for row in rows:
        if row.fate == Fate.KEPT:
            row.save(update_fields=["fate", "problems"])


def _keep(row: ImportRow, why: str) -> None:
    row.fate = Fate.KEPT
    row.problems = [{"level": "note", "message": why, "fix": "Change or remove it by hand."}, *row.problems]


def _touched(batch: ImportBatch, ids: Sequence[int]) -> dict[int, str]:
    """Which objects that the import made have a life of their own since: further entries, or rows that rely on them."""
    model = target_of(batch.target).adapter.model
    type_, texts = model._meta.label_lower, [str(pk) for pk in ids]
    own = Entry.objects.filter(subject_type=type_, subject_id__in=texts).values("subject_id").annotate(n=Count("pk"))
    found = {int(each["subject_id"]): "Something happened to it since." for each in own if each["n"] > 1}
    named = Mention.objects.filter(subject_type=type_, subject_id__in=texts).values_list("subject_id", flat=True)
    found |= {int(pk): "Something happened to it since." for pk in named}
    for relation in model._meta.related_objects:
        if relation.related_model._meta.model_name.startswith("historical"):
            continue
        column = relation.field.attname
        using = relation.related_model._base_manager.filter(**{f"{column}__in": ids}).values_list(column, flat=True)
        name = str(relation.related_model._meta.verbose_name)
        found |= dict.fromkeys(using, f"It is used since: {name}.")
    return found


@action
def _finish(batch: ImportBatch, *, actor: Any) -> None:
    counts = dict(batch.counts)
    for fate in (Fate.REMOVED, Fate.REVERTED, Fate.KEPT):
        counts[str(fate)] = batch.rows.filter(fate=fate).count()
    told = {name: counts[name] for name in ("removed", "reverted", "kept")}
    record("import.undone", actor=actor, subject=batch, payload={"file": batch.name, **told})
    session_of(batch, actor).unmake(batch.settings.get("made", {}))
    steps.move(batch, State.UNDONE, frm=(State.UNDOING,), counts=counts, undone_at=clock.now())

"""The rows go in: in chunks that each are one transaction, or all in one when it is all or nothing.

A worker that is killed loses nothing: the rows of a chunk are marked in the chunk's own transaction, and the job goes
on with those that are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from governance.core import clock, context
from governance.core.errors import Conflict, Invalid, PlumblineError
from governance.core.models import Job
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.problems import Level, Problem
from governance.core.verdict import require
from governance.ledger.journal import action, record
from registry.imports import planning, queries, rules, storedrows
from registry.imports.actions import steps
from registry.imports.actions.checking import session_of
from registry.imports.adapter import Adapter, Origin, Resolved, Session, target_of
from registry.imports.models import ImportBatch, ImportRow

State, Outcome, Fate = ImportBatch.State, ImportRow.Outcome, ImportRow.Fate
COMMIT = "imports.commit"
CHUNK = 500


def ask_commit(batch: ImportBatch, *, actor: Any, all_or_nothing: bool = False, expected_version: int | None = None) -> Job:
    """Ask for the rows to go in. Raises Invalid when it is all or nothing and rows are refused."""
    require(rules.may_commit(actor, batch))
    require(target_of(batch.target).adapter.may(actor))
    steps.check_version(batch, expected_version)
    if all_or_nothing and batch.count("refused"):
        raise Invalid(
            f"{_rows(batch.count('refused'))} refused, and all or nothing was asked for.",
            fix="Correct them and upload the file again, or let the good rows in.",
            code="rows-refused",
        )
    settings = batch.settings | {"all_or_nothing": all_or_nothing}
    label = f"Import {batch.name}"
    return steps.ask(batch, COMMIT, State.COMMITTING, frm=(State.READY,), label=label, actor=actor, settings=settings)


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def commit(batch: ImportBatch, *, actor: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Let the rows in: the work of a job. Goes on where it was cut off."""
    run = _Run(batch, actor)
    try:
        with context.use(via="import"):
            if batch.settings.get("all_or_nothing"):
                run.whole(progress)
            else:
                run.in_chunks(progress)
    except PlumblineError as error:
        # What went in before stays in and can be undone; without any row in, the preview stands as before.
        went_in = batch.rows.filter(fate=Fate.APPLIED).exists()
        if not went_in:
            steps.move(batch, State.READY, frm=(State.COMMITTING,), problem=str(error))
        raise
    return batch.counts


class _Run:
    """One commit of one import by one person."""

    def __init__(self, batch: ImportBatch, actor: Any) -> None:
        self.batch, self.actor = batch, actor
        self.adapter: Adapter = target_of(batch.target).adapter
        self.fields: dict[str, TargetField] = {field.key: field for field in self.adapter.fields()}
        self.all_or_nothing = bool(batch.settings.get("all_or_nothing"))
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The look-ups, fresh after what was missing was made."""
        if self._session is None:
            self._session = session_of(self.batch, self.actor)
        return self._session

    def waiting(self) -> list[int]:
        """Ids of the rows that are still to go in, in the order of the file."""
        outcomes = (Outcome.NEW, Outcome.CHANGED)
        rows = self.batch.rows.filter(fate=Fate.WAITING, outcome__in=outcomes).order_by("number")
        return list(rows.values_list("pk", flat=True))

    def in_chunks(self, progress: Callable[..., None]) -> None:
        """Good rows go in, chunk by chunk."""
        self.make_missing()
        ids = self.waiting()
        done = self.batch.rows.filter(fate=Fate.APPLIED).count()
        total = done + len(ids)
        progress(done, total, "rows in")
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            with transaction.atomic():
                self.apply(chunk)
            progress(done + start + len(chunk), total, "rows in")
        close(self.batch, actor=self.actor)

    def whole(self, progress: Callable[..., None]) -> None:
        """All rows go in by one transaction, or none."""
        progress(0, len(self.waiting()), "rows, all or nothing")
        self.apply_all(actor=self.actor)

    @action
    def apply_all(self, *, actor: Any) -> None:
        """Everything in one transaction."""
        self.make_missing()
        ids = self.waiting()
        for start in range(0, len(ids), CHUNK):
            self.apply(ids[start : start + CHUNK])
        close(self.batch, actor=actor)

    def make_missing(self) -> None:
        """Make the teams and vendors that the file names and that are not there, before the rows need them."""
        if not self.batch.settings.get("create_missing"):
            return
        wanted = self.session.still_missing(self.batch.settings.get("missing", {}))
        if not any(wanted.values()):
            return
        with transaction.atomic():
            made = self.session.make(wanted)
            before = self.batch.settings.get("made", {})
            kept = before | {kind: [*before.get(kind, []), *ids] for kind, ids in made.items()}
            self.batch.settings = self.batch.settings | {"made": kept}
            ImportBatch.objects.filter(pk=self.batch.pk).update(settings=self.batch.settings)
        self._session = None

    def apply(self, ids: Sequence[int]) -> None:
        """Let some rows in: new ones together, changed ones one by one. Rows that moved meanwhile stay out."""
        # Under lock and still waiting: a job whose lease was lost may run beside the one that took over.
        rows = list(ImportRow.objects.select_for_update().filter(pk__in=ids, fate=Fate.WAITING).order_by("number"))
        new = [(row, self.session.resolve(self.mapped(row))) for row in rows if row.outcome == Outcome.NEW]
        self.create([pair for pair in new if self.still_fits(*pair)])
        self.change([row for row in rows if row.outcome == Outcome.CHANGED])
        storedrows.mark(row for row in rows if row.fate == Fate.APPLIED)
        for row in rows:
            if row.outcome == Outcome.REFUSED:
                row.save(update_fields=["outcome", "problems", "cells"])

    def still_fits(self, row: ImportRow, resolved: Resolved) -> bool:
        """Whether nothing that the row relies on has gone since the preview."""
        refused = [problem for problem in resolved.problems if problem.level == Level.REFUSE]
        if refused:
            self.refuse(row, refused)
        return not refused

    def create(self, pairs: Sequence[tuple[ImportRow, Resolved]]) -> None:
        """Store new objects and note on each row what it became."""
        made = [(self.session.build(resolved), self.origin(row)) for row, resolved in pairs]
        self.session.create(made)
        for (row, _), (obj, _) in zip(pairs, made, strict=True):
            row.fate, row.subject_id, row.subject_key = Fate.APPLIED, obj.pk, str(getattr(obj, "key", ""))
            row.applied_version = obj.version

    def change(self, rows: Sequence[ImportRow]) -> None:
        """Change existing objects, each against the version that the preview saw."""
        subjects = self.session.load([row.subject_id for row in rows if row.subject_id])
        for row in rows:
            subject = subjects.get(row.subject_id or 0)
            if subject is None or subject.version != row.seen_version:
                self.refuse(row, [Problem(Level.REFUSE, *_MOVED)])
                continue
            resolved = self.session.resolve(self.mapped(row))
            changes = self.session.changes(subject, resolved)
            verdict = self.session.verdict(subject)
            if not verdict:
                self.refuse(row, [Problem(Level.REFUSE, verdict.reason, verdict.fix)])
                continue
            row.before = {name: planning.stored(getattr(subject, name)) for name in changes}
            self.session.change(subject, changes, self.origin(row))
            row.fate, row.applied_version = Fate.APPLIED, subject.version

    def refuse(self, row: ImportRow, problems: Sequence[Problem]) -> None:
        """Keep a row out after all; with all or nothing, keep everything out."""
        if self.all_or_nothing:
            raise Conflict(f"Row {row.number:,}: {problems[0].message} Nothing went in.", fix=problems[0].fix)
        row.outcome = Outcome.REFUSED
        row.problems = [*(problem.to_json() for problem in problems), *row.problems]
        row.cells = storedrows.cells_of(row, queries.headers_of(self.batch), self.batch.mapping)

    def mapped(self, row: ImportRow) -> MappedRow:
        """A stored row as it was converted."""
        return storedrows.mapped(row, self.fields)

    def origin(self, row: ImportRow) -> Origin:
        """Where a row comes from."""
        return Origin(self.batch.key, self.batch.name, row.number)


@action
def close(batch: ImportBatch, *, actor: Any, problem: str = "") -> None:
    """Tell the ledger of the import as a whole, and close it."""
    counts = {name: batch.rows.filter(outcome=name).count() for name in Outcome.values}
    counts["warned"] = batch.count("warned")
    counts["applied"] = batch.rows.filter(fate=Fate.APPLIED).count()
    told = {name: counts[name] for name in ("new", "changed", "same", "refused")}
    whole = bool(batch.settings.get("all_or_nothing"))
    about = {"file": batch.name, "sha256": batch.sha256, "target": batch.target, "all_or_nothing": whole}
    record("import.committed", actor=actor, subject=batch, payload=told | about)
    at = clock.now()
    steps.move(batch, State.COMMITTED, frm=(State.COMMITTING,), counts=counts, committed_at=at, problem=problem)


_MOVED = (
    "It was changed or removed by somebody else since the preview.",
    "Import the row again, look at the new preview, and decide anew.",
)

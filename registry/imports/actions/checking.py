"""The preview: every row is converted, matched with what exists, and compared. Nothing governed is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction

from governance.core.errors import PlumblineError
from governance.core.models import Job
from governance.core.tabular import mapping as mappings
from governance.core.tabular.conversion import Converter
from governance.core.tabular.problems import Level
from governance.core.verdict import require
from registry.imports import planning, queries, rules
from registry.imports.actions import steps
from registry.imports.adapter import Session, target_of
from registry.imports.models import ImportBatch, ImportRow

State = ImportBatch.State
CHECK = "imports.check"
CHUNK = 500


def ask_check(batch: ImportBatch, *, actor: Any, expected_version: int | None = None) -> Job:
    """Ask for the preview. Raises Invalid when a needed field has no column."""
    require(rules.may_map(actor, batch))
    steps.check_version(batch, expected_version)
    mapping = mappings.from_json(batch.mapping)
    mappings.check(mapping, queries.headers_of(batch), queries.fields_of(batch))
    label = f"Check {batch.name}"
    return steps.ask(batch, CHECK, State.CHECKING, frm=(State.MAPPING, State.READY), label=label, actor=actor)


def check(batch: ImportBatch, *, actor: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Make the preview: the work of a job. Begins anew when it was cut off, since it changes nothing but its own rows."""
    try:
        counts, notes, missing = _check(batch, actor, progress)
    except PlumblineError as error:
        steps.move(batch, State.MAPPING, frm=(State.CHECKING,), problem=str(error))
        raise
    settings = batch.settings | {"missing": missing}
    steps.move(batch, State.READY, frm=(State.CHECKING,), counts=counts, notes=notes, settings=settings)
    return counts


def session_of(batch: ImportBatch, actor: Any) -> Session:
    """Begin a run over an import's file for a person."""
    mapping = mappings.from_json(batch.mapping)

    def column(key: str) -> str:
        chosen = mapping.fields.get(key)
        return chosen.columns[0] if chosen and chosen.columns else ""

    session: Session = target_of(batch.target).adapter.session(actor, column, batch.settings)
    return session


def _check(
    batch: ImportBatch, actor: Any, progress: Callable[..., None]
) -> tuple[dict[str, int], list[str], dict[str, list[str]]]:
    batch.rows.all().delete()
    target = target_of(batch.target)
    source = queries.open_file(batch)
    total = source.scan.rows
    converter = Converter(source, mappings.from_json(batch.mapping), target.adapter.fields())
    session = session_of(batch, actor)
    planner = planning.Planner(target.adapter, session)
    counts: Counter[str] = Counter()
    chunk: list[ImportRow] = []
    for row in source.rows():
        plan = planner.one(converter.convert(row))
        counts[plan.outcome] += 1
        counts["warned"] += any(problem.level == Level.WARN for problem in plan.problems)
        chunk.append(_row(batch, plan, row.cells))
        if len(chunk) >= CHUNK:
            _store(chunk)
            progress(sum(counts[each] for each in ImportRow.Outcome.values), total, "rows checked")
    _store(chunk)
    notes = [*source.warnings, *source.scan.warnings, *converter.warnings, *_said(session, planner)]
    missing = {kind: sorted(names.values()) for kind, names in session.missing.items() if names}
    return dict(counts), notes, missing


def _store(chunk: list[ImportRow]) -> None:
    with transaction.atomic():
        ImportRow.objects.bulk_create(chunk, batch_size=CHUNK)
    chunk.clear()


def _row(batch: ImportBatch, plan: planning.Plan, cells: list[str]) -> ImportRow:
    told = plan.row.to_json()
    subject = plan.subject
    return ImportRow(
        batch=batch,
        number=plan.row.number,
        label=plan.label[:400],
        outcome=plan.outcome,
        # As pairs: PostgreSQL keeps no order of keys, and the order of the file's columns says something.
        values={"values": told["values"], "extra": list(told["extra"].items())},
        cells=cells if plan.outcome == planning.Outcome.REFUSED else [],
        problems=[problem.to_json() for problem in plan.problems],
        has_warnings=any(problem.level == Level.WARN for problem in plan.problems),
        differences=plan.differences,
        subject_id=subject.pk if subject is not None else None,
        subject_key=str(getattr(subject, "key", "")) if subject is not None else "",
        seen_version=subject.version if subject is not None else None,
    )


def _said(session: Session, planner: planning.Planner) -> list[str]:
    """What holds for many rows is said once, with their number."""
    said = [f"{note} ({number:,} {'row' if number == 1 else 'rows'})" for note, number in session.notes.items()]
    for kind, names in session.missing.items():
        if not names:
            continue
        listed = ", ".join(sorted(names.values())[:5])
        more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
        said.append(f"{len(names):,} new {kind}{'' if len(names) == 1 else 's'} will be made: {listed}{more}.")
    twice = {name: number for name, number in planner.repeated_names.items() if name and number > 1}
    if twice:
        rows = sum(twice.values())
        shared = "a name" if len(twice) == 1 else f"{len(twice):,} names"
        said.append(f"{rows:,} new rows share {shared} with each other; each becomes a row of its own.")
    return said

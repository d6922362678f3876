"""Moving an import from one state to the next: by compare-and-set, so that two clicks do not start the work twice."""

from typing import Any

from django.db import transaction

from governance.core import clock, jobs
from governance.core.errors import StaleState
from governance.core.models import Job
from registry.imports.models import ImportBatch

State = ImportBatch.State


def move(batch: ImportBatch, to: str, *, frm: tuple[str, ...], **values: Any) -> ImportBatch:
    """Move an import to a state and set more of its columns. Raises StaleState when it is not where it should be."""
    values |= {"state": to, "updated_at": clock.now(), "version": batch.version + 1}
    moved = ImportBatch.objects.filter(pk=batch.pk, state__in=frm, version=batch.version).update(**values)
    if not moved:
        raise StaleState(
            "This import went on in the meantime, by you in another tab or by somebody else.",
            fix="Look at it as it stands now, and go on from there.",
        )
    for name, value in values.items():
        setattr(batch, name, value)
    return batch


def ask(batch: ImportBatch, kind: str, to: str, *, frm: tuple[str, ...], label: str, actor: Any, **values: Any) -> Job:
    """Move an import into the hands of a job, in one transaction with the job."""
    with transaction.atomic():
        key = f"{batch.key}:{batch.version + 1}"
        job = jobs.enqueue(kind, key=key, args={"batch": batch.pk, "actor": actor.pk}, owner=actor, label=label)
        move(batch, to, frm=frm, job=job, problem="", **values)
    return job


def check_version(batch: ImportBatch, expected: int | None) -> None:
    """Raise StaleState when the person saw an older state."""
    if expected is not None and batch.version != expected:
        raise StaleState(
            "This import went on in the meantime, by you in another tab or by somebody else.",
            fix="Look at it as it stands now, and go on from there.",
        )

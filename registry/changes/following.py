"""Moves open changes on: by schedule, and at once when something happens that they rest on or wait for."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.core.jobs import enqueue
from governance.core.models import Job
from governance.ledger.journal import Pending
from governance.people.system import system_actor
from registry.changes import actions, queries
from registry.changes.models import Change

JOB = "changes.start_planned"
SURFACE = "registry.surface"
OWN = ("change.", "approval.", "surface.in_force", "surface.reviewing", "comment.", "document.", "draft.")
"""What changes and approvals tell of themselves moves no change on."""
BY_JOB = "quarantine."
"""One quarantine may touch thousands of surfaces, so their changes are looked at in a job and never in the request."""
FOR_ALL = (
    "endpoint.",
    "tool.",
    "vendor.",
    "data_rule.",
    "policy.applied",
    "person.deactivated",
    "person.reassigned",
    "position.",
    "evidence.",
    "exception.",
    "suite.",
    "freeze.ended",
    BY_JOB,
)
"""What may concern any open change: all are looked at, in a job."""


def move_on(job: Any, progress: Any) -> dict[str, Any]:
    """Take every open change on as far as it may go: into force, voided or expired; what waits is reported by key."""
    return take_on(list(queries.to_move_on().values_list("pk", flat=True)), progress)


def take_on(due: Sequence[int], progress: Any = None) -> dict[str, list[str]]:
    """Take changes on by id; return their keys by the state that they are in then."""
    moved: dict[str, list[str]] = {}
    for done, pk in enumerate(due, start=1):
        try:
            change = actions.proceed(Change(pk=pk), actor=system_actor())
        except (Denied, StaleState, Conflict, Invalid) as error:  # decided meanwhile, or not to be judged: looked at again
            moved.setdefault("again", []).append(f"C-{pk}: {error.message}")
            continue
        moved.setdefault(change.state, []).append(change.key)
        if progress is not None:
            progress(done, len(due), change.key)
    return moved


def follow(entries: Sequence[Pending]) -> None:
    """Look again at the open change of each surface that was told of, and at all where anything may concern them."""
    told = [entry for entry in entries if not entry.kind.startswith(OWN)]
    surfaces = set(_surfaces(entry for entry in told if not entry.kind.startswith(BY_JOB)))
    still_open = Change.objects.filter(state__in=Change.OPEN_STATES)
    if surfaces:
        take_on(list(still_open.filter(surface__in=surfaces).values_list("pk", flat=True)))
    if any(entry.kind.startswith(FOR_ALL) for entry in told):
        waits = Job.objects.filter(kind=JOB, state=Job.State.QUEUED, run_after__lte=clock.now())
        if still_open.exists() and not waits.exists():
            enqueue(JOB, label="Take approved changes on")


def _surfaces(entries: Iterable[Pending]) -> Iterable[int]:
    for entry in entries:
        for type_, id_ in ((entry.subject_type, entry.subject_id), *entry.touches):
            if type_ == SURFACE:
                yield int(id_)


contribute(JobKind(JOB, move_on, label="Take approved changes on: into force, voided or expired"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=5)))
contribute(AfterEntries("changes", follow, order=200))

"""When stored calls are matched again: soon after what they rest on changed, by the ledger's tail, and nightly for late ones."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from governance.core import clock, jobs
from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.models import Job
from governance.ledger.journal import Pending, action, record
from governance.ledger.models import Entry, Mention
from governance.notifications.models import Tail
from governance.people.models import User
from governance.people.system import system_actor
from registry.surfaces.models import Surface
from registry.usage import following
from registry.usage.models import UsagePath
from registry.usage.rematching import again

JOB, TAIL = "usage.rematch", "usage.rematch"
SURFACE = "registry.surface"
BATCH = 2_000
OF_ALL = (
    "registry.endpoint",
    "registry.vendor",
    "registry.datarule",
    "registry.quarantine",
    "registry.usagealias",
    "governance.policyversion",
)
"""What may concern any path, by what an entry is about."""
OF_SURFACES = (
    "surface.registered", "surface.changed", "surface.in_force", "surface.moved", "surface.tier_set", "asset.noted",
    "mode.", "import",
)  # fmt: skip
RECENT = timedelta(days=2)


def concerns(kind: str, subject_type: str) -> bool:
    """Say whether stored calls may belong elsewhere after an entry."""
    return subject_type in OF_ALL or kind.startswith(OF_SURFACES)


def after(entries: Sequence[Pending]) -> None:
    """Ask for the job where something was told that calls rest on, unless one waits already."""
    if any(concerns(entry.kind, entry.subject_type) for entry in entries):
        waits = Job.objects.filter(kind=JOB, state=Job.State.QUEUED, args={}, run_after__lte=clock.now())
        if not waits.exists():
            jobs.enqueue(JOB, label="Match observed calls again")


def run(job: Any, progress: Any) -> dict[str, Any]:
    """Match again what the ledger's new entries concern, or (`recent`) whatever was observed of late. Harmless twice."""
    if job.args.get("recent"):
        rows = UsagePath.objects.filter(days__last_at__gte=clock.now() - RECENT).distinct()
        return match_again(rows, "late deliveries", progress)
    tail, _ = Tail.objects.get_or_create(name=TAIL)
    last, everything, surfaces, because = _read_on(tail.seq)
    concerned = Q() if everything else Q(surface__in=surfaces) | Q(surface__isnull=True)
    rows = UsagePath.objects.filter(concerned)
    done = match_again(rows, because, progress) if everything or surfaces else {"calls": 0}
    Tail.objects.filter(name=TAIL, seq__lt=last).update(seq=last)
    return done


def _read_on(after_seq: int) -> tuple[int, bool, set[int], str]:
    """Read the ledger on: how far, whether anything may be concerned, else which surfaces, and what told so last."""
    everything, surfaces, because = False, set[int](), ""
    while True:
        columns = ("seq", "kind", "subject_type", "subject_id")
        rows = list(Entry.objects.filter(seq__gt=after_seq).order_by("seq").values_list(*columns)[:BATCH])
        if not rows:
            return after_seq, everything, surfaces, because
        after_seq = rows[-1][0]
        told = [row for row in rows if concerns(row[1], row[2])]
        everything |= any(row[2] in OF_ALL for row in told)
        surfaces |= {int(row[3]) for row in told if row[2] == SURFACE}
        mentioned = Mention.objects.filter(entry__in=[row[0] for row in told], subject_type=SURFACE)
        surfaces |= {int(pk) for pk in mentioned.values_list("subject_id", flat=True)}
        because = told[-1][1] if told else because


def match_again(rows: QuerySet[UsagePath], because: str, progress: Any = None) -> dict[str, Any]:
    """Match paths again, have what is new or emptied looked at, and tell the ledger of each surface that got calls."""
    done = again.match_again(rows, progress)
    if done.total:
        touched = done.sources | done.targets
        UsagePath.objects.filter(pk__in=touched).update(looked_at=None)
        _tell(done, because, actor=system_actor())
        following.after_paths(sorted(touched))
    return {"calls": done.total, "paths": len(done.sources), "whole_hours": done.whole_hours, "looked_at": done.looked_at}


@action
def _tell(done: again.Done, because: str, *, actor: User) -> None:
    told = {"since": done.first_at, "until": done.last_at, "whole_hours": done.whole_hours, "because": because}
    for surface, calls in _surfaces(done):
        record("usage.rematched", actor=actor, subject=surface, payload={"calls": calls, **told})


def _surfaces(done: again.Done) -> Iterable[tuple[Surface, int]]:
    """The surfaces that got calls, with how many; those that only lost some to no known surface, with theirs."""
    went = {pk: calls for pk, calls in done.calls.items() if pk is not None}
    lost = done.calls.get(None, 0)
    if lost:
        of_sources = UsagePath.objects.filter(pk__in=done.sources, surface__isnull=False)
        for pk in set(of_sources.values_list("surface_id", flat=True)) - went.keys():
            if pk is not None:
                went[pk] = lost
    for surface in Surface.objects.filter(pk__in=went).order_by("pk"):
        yield surface, went[surface.pk]


contribute(AfterEntries("usage.rematch", after, order=160))
contribute(JobKind(JOB, run, label="Match observed calls again", lease=timedelta(minutes=5)))
contribute(Schedule(JOB, JOB, timedelta(minutes=10)))
contribute(Schedule("usage.rematch_late", JOB, timedelta(hours=6), args={"recent": True}))

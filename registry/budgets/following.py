"""Keeps budgets in step: eval runs are counted after their commit, recovery and burns by the clock, days are sealed.

The ledger is the outbox: what is lost right after a commit is found again behind a tail.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.ledger.journal import Pending
from governance.ledger.models import Entry
from governance.notifications.models import Tail
from registry.budgets import actions, queries
from registry.evals.models import EvalRun

JOB, SEAL, TAIL = "budgets.follow", "budgets.seal", "budgets"
RECORDED = "run.recorded"
BATCH = 500
SEALED_BACK = 3
"""Days that are looked at for a missing seal: a scheduler that was away for a night catches up."""


def after(entries: Sequence[Pending]) -> None:
    """Count the eval runs of a committed transaction."""
    _count_runs(int(entry.subject_id) for entry in entries if entry.kind == RECORDED)


def _count_runs(pks: Iterable[int]) -> int:
    wanted = list(pks)
    if not wanted:
        return 0
    return sum(actions.count_run(run) for run in EvalRun.objects.filter(pk__in=wanted).select_related("surface"))


def follow(job: Any, progress: Any) -> dict[str, int]:
    """Count the runs that nobody counted, and turn what time alone turned. Running it twice is harmless."""
    counted = 0
    tail, _ = Tail.objects.get_or_create(name=TAIL)
    while True:
        found = Entry.objects.filter(kind=RECORDED, seq__gt=tail.seq).order_by("seq")
        rows = list(found.values_list("seq", "subject_id")[:BATCH])
        if not rows:
            break
        counted += _count_runs(int(pk) for _, pk in rows)
        tail.seq = rows[-1][0]
        Tail.objects.filter(name=TAIL, seq__lt=tail.seq).update(seq=tail.seq)
        progress(counted, 0, f"entry {tail.seq}")
    return {"counted": counted, "turned": actions.settle_due(queries.to_look_at())}


def seal(job: Any, progress: Any) -> dict[str, int]:
    """Seal what was counted on the last days that are over."""
    today = clock.now().date()
    return {"sealed": sum(actions.seal(today - timedelta(days=ago)) for ago in range(SEALED_BACK, 0, -1))}


contribute(AfterEntries("budgets", after, order=150))
contribute(JobKind(JOB, follow, label="Count eval runs against budgets, and see which have recovered"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=1)))
contribute(JobKind(SEAL, seal, label="Seal what was counted against budgets"))
contribute(Schedule(SEAL, SEAL, every=timedelta(hours=6)))

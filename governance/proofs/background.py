"""Sealing in the background: asked for right after a commit, at most every few seconds, and by the clock in any case.

The nudge writes nothing: it only asks a worker over the broker, so that a writing request does not pay for a job's row. A
nudge that is lost, or a worker that dies, costs until the schedule's next turn.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import AfterEntries, HealthCheck, JobKind, Metric, Schedule, contribute
from governance.core.errors import PlumblineError
from governance.ledger.models import Entry
from governance.proofs import queries, reading, rotation, sealing

log = logging.getLogger("plumbline.proofs")
JOB = "ledger.seal"
PAUSE = 3.0  # seconds: how far sealing is behind at most, and how often one process asks for it
OVERDUE = timedelta(minutes=10)
_asked = 0.0


def ask(entries: Sequence[Any]) -> None:
    """Ask a worker to seal in a moment, unless this process has just asked: the one asked for finds these entries, too."""
    from governance.proofs.tasks import seal

    global _asked
    now = time.monotonic()
    if now - _asked < PAUSE:
        return
    _asked = now
    try:
        seal.apply_async(countdown=PAUSE, ignore_result=True, retry=False)
    except Exception as error:
        log.warning("sealing waits for its next turn: the broker is out of reach (%s)", error)


def keep_up() -> int:
    """Seal what there is and return how many entries are sealed; what must not be sealed is logged, and health names it."""
    if not reading.last():
        return 0
    try:
        return rotation.keep_up().size
    except PlumblineError as error:
        log.error("the ledger is not sealed: %s", error)
        return queries.sealed_size()


def _run(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"sealed": keep_up()}


def unsealed() -> str:
    """Say what keeps entries from being sealed; nothing when all is well."""
    if said := sealing.obstacle():
        return said
    waiting = Entry.objects.filter(seq__gt=queries.sealed_size()).order_by("seq").first()
    if waiting is not None and clock.now() - waiting.at > OVERDUE:
        return f"Entry {waiting.seq:,} and those after it are not sealed yet. Is a worker running?"
    return ""


def figures() -> list[str]:
    """Say how far the ledger reaches and how far it is sealed."""
    last, sealed = queries.reach()
    return [
        "# HELP plumbline_ledger_entries Entries in the ledger, all and those sealed under a checkpoint.",
        "# TYPE plumbline_ledger_entries gauge",
        f'plumbline_ledger_entries{{of="all"}} {last}',
        f'plumbline_ledger_entries{{of="sealed"}} {sealed}',
    ]


contribute(JobKind(JOB, _run, label="Seal the ledger"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=1)))
contribute(AfterEntries("proofs", ask, order=400))
contribute(HealthCheck("sealed", unsealed))
contribute(Metric("ledger", figures))

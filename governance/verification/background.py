"""The jobs: verify everything when asked and every night, and bind once what older versions left unbound."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core.contributions import JobKind, Schedule, contribute
from governance.core.errors import Invalid
from governance.core.models import Job
from governance.people.system import system_actor
from governance.proofs import notes
from governance.verification import actions, binding
from governance.verification.verifying import verify

TOLD_EVERY = 0.5  # seconds


def run(job: Job, progress: Callable[..., None]) -> dict[str, Any]:
    """Verify and keep the result. Run twice it gives two results, each true."""
    told_at = [0.0]

    def tell(done: int, total: int, label: str) -> None:
        if time.monotonic() - told_at[0] >= TOLD_EVERY:
            told_at[0] = time.monotonic()
            progress(done, total, label)

    try:
        report = verify(tell, older=job.args.get("older") or None)
    except notes.BadNote as error:
        raise Invalid(f"The checkpoint that was given is none of this ledger's: {error}.") from error
    result = actions.keep(report, actor=job.owner or system_actor())
    return {
        "verification": result.key,
        "problems": result.problems,
        "url": reverse("verification", args=[result.key]),
        "label": "Everything holds" if result.holds else f"See the {result.problems:,} findings",
    }


def bind(job: Job, progress: Callable[..., None]) -> dict[str, int]:
    """Bind what older versions wrote unbound; does nothing once that is done, and on an installation that began with it."""
    return {"bound": binding.bind_older(lambda done, label: progress(done, 0, label))}


contribute(JobKind(actions.JOB, run, label="Verify the ledger", lease=timedelta(minutes=15), attempts=2))
contribute(Schedule("ledger.verify", actions.JOB, every=timedelta(days=1)))
contribute(JobKind("ledger.bind_older", bind, label="Bind what older versions left unbound", lease=timedelta(minutes=15)))
contribute(Schedule("ledger.bind_older", "ledger.bind_older", every=timedelta(hours=1)))

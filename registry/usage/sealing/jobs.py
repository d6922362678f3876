"""Seals by the clock, and computes a sealed hour again when somebody asks."""

from datetime import timedelta
from typing import Any

from governance.core import jobs
from governance.core.contributions import JobKind, Schedule, contribute
from governance.core.models import Job
from registry.usage.models import SealedHour
from registry.usage.sealing import hours

SEAL, VERIFY = "usage.seal", "usage.verify"


def seal(job: Any, progress: Any) -> dict[str, int]:
    """Seal the hours that are over. Running it twice is harmless."""
    return {"sealed": len(hours.seal_due())}


def ask(sealed: SealedHour, *, owner: Any) -> Job:
    """Have a sealed hour computed again from its single observations."""
    return jobs.enqueue(VERIFY, args={"hour": sealed.pk}, owner=owner, label=f"Verify what was {sealed}")


def verify(job: Any, progress: Any) -> dict[str, Any]:
    """Compute a sealed hour again; the result says whether it holds (None: observations were let go) and which batches do not."""
    sealed = SealedHour.objects.get(pk=job.args["hour"])
    checked, wrong = hours.check_hour(sealed, progress)
    return {
        "holds": checked.holds,
        "observations": checked.observations,
        "found": checked.found,
        "digest": checked.digest,
        "computed": checked.computed,
        "batches_that_differ": wrong,
        "url": sealed.get_absolute_url(),
        "label": "The sealed hour",
    }


contribute(JobKind(SEAL, seal, label="Seal the hours of observations"))
contribute(Schedule(SEAL, SEAL, timedelta(minutes=10)))
contribute(JobKind(VERIFY, verify, label="Verify an hour of observations", lease=timedelta(minutes=5)))

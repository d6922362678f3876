"""What controls contribute to the kernel: how they follow the ledger, jobs, navigation, briefing, inbox, panel, tab, API."""

from datetime import timedelta
from typing import Any

from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from registry.controls import following


def follow(job: Any, progress: Any) -> dict[str, int]:
    """Read the ledger on, and look at what it or time touched."""
    return following.follow(progress)


def look_at_all(job: Any, progress: Any) -> dict[str, int]:
    """Look at the controls of every surface."""
    return following.look_at_all(progress)


contribute(AfterEntries("controls", following.after))
contribute(JobKind(following.JOB, follow, label="Look at the controls that something touched"))
contribute(JobKind("controls.evaluate", look_at_all, label="Look at all controls", lease=timedelta(minutes=5)))
contribute(Schedule(following.JOB, following.JOB, every=timedelta(minutes=1)))
contribute(Schedule("controls.evaluate", "controls.evaluate", every=timedelta(days=1)))

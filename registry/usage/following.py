"""What follows from a way of use that was never seen before: contributed work on new paths, safe against any crash.

`NewPaths` is what features above contribute (findings). A path that nobody looked at yet says so itself (`looked_at`), so a
job that is lost is found again by the schedule.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from governance.core import clock, jobs
from governance.core.contributions import JobKind, Schedule, contribute, contributed
from registry.usage.models import UsagePath

JOB = "usage.new_paths"
AT_ONCE = 200
log = logging.getLogger("plumbline.usage")


@dataclass(frozen=True)
class NewPaths:
    """Work on paths that are new: `run(path_ids)` is called in a job, within seconds; calling it twice must be harmless."""

    key: str
    run: Callable[[Sequence[int]], None]
    order: int = 100


def after_paths(pks: Sequence[int]) -> None:
    """Have new paths looked at, right after the commit of the transaction that is open, if one is."""
    followers = contributed(NewPaths)
    if pks and followers:
        first = min(pks)
        transaction.on_commit(lambda: jobs.enqueue(JOB, key=str(first), label="Look at new ways of use"))


def look(job: Any, progress: Any) -> dict[str, int]:
    """Hand every path that nobody looked at to those who follow them, oldest first."""
    done = 0
    while pks := list(UsagePath.objects.filter(looked_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        for each in contributed(NewPaths):
            each.run(pks)
        UsagePath.objects.filter(pk__in=pks).update(looked_at=clock.now())
        done += len(pks)
        progress(done, done, "paths")
    return {"paths": done}


contribute(JobKind(JOB, look, label="Look at new ways of use"))
contribute(Schedule(JOB, JOB, timedelta(minutes=1)))

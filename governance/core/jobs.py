"""The outbox: work is a row written in the business transaction, and the broker only nudges.

A worker claims a row by compare-and-swap and holds it by a lease that progress renews. Whatever dies in between is
found by the sweeper when the lease has run out, so a killed worker or a lost message loses nothing. Jobs must be
written so that running one twice is harmless.
"""

import logging
import traceback
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from governance.core import clock, context
from governance.core.contributions import JobKind, Schedule, contributed, contribution
from governance.core.errors import PlumblineError
from governance.core.models import Job

log = logging.getLogger("plumbline.jobs")
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


class LeaseLost(RuntimeError):
    """Another worker took the job over; this one must stop without writing its result."""


def enqueue(kind: str, *, args: Mapping[str, Any] | None = None, key: str = "", owner: Any = None, label: str = "") -> Job:
    """Write a job into the outbox and nudge a worker after commit. The same key returns the same job."""
    contribution(JobKind, kind)
    unique = f"{kind}:{key or uuid.uuid4().hex}"
    job, new = Job.objects.get_or_create(
        key=unique, defaults={"kind": kind, "args": dict(args or {}), "owner": owner, "label": label}
    )
    if new:
        transaction.on_commit(lambda: nudge(job.pk))
    return job


def nudge(pk: int) -> None:
    """Ask a worker to run a job now. A broker that is out of reach only delays it until the next sweep."""
    from governance.core.tasks import run_job

    try:
        run_job.apply_async((pk,), ignore_result=True, retry=False)
    except Exception as error:
        log.warning("job %s waits for the next sweep: the broker is out of reach (%s)", pk, error)


def claim(pk: int) -> tuple[Job, str] | None:
    """Take a job that is due, or return None when another worker has it. Returns the job and the claim's token."""
    now = clock.now()
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        return None
    if _must_wait(job, now):
        return None
    token = uuid.uuid4().hex
    free = Q(state=Job.State.QUEUED, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    lease = contribution(JobKind, job.kind).lease
    taken = (
        Job.objects.filter(pk=pk)
        .filter(free)
        .update(
            state=Job.State.RUNNING,
            lease_until=now + lease,
            claim=token,
            attempts=F("attempts") + 1,
            started_at=now,
            error="",
        )
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job, token


def _must_wait(job: Job, now: datetime) -> bool:
    """Whether a job that runs alone is at work: the others are found again by the next sweep."""
    alone = [kind.key for kind in contributed(JobKind) if kind.alone]
    if not alone:
        return False
    return Job.objects.filter(kind__in=alone, state=Job.State.RUNNING, lease_until__gte=now).exclude(pk=job.pk).exists()


def run(pk: int) -> bool:
    """Claim and run one job; return whether it was ours to run. Errors are kept on the row, never lost."""
    claimed = claim(pk)
    if claimed is None:
        return False
    job, token = claimed
    kind = contribution(JobKind, job.kind)

    def progress(done: int, total: int, label: str = "") -> None:
        """Say how far it is; renews the lease, and raises LeaseLost when the job was taken over or cancelled."""
        alive = Job.objects.filter(pk=pk, claim=token, state=Job.State.RUNNING).update(
            done=done, total=total, progress_label=label, lease_until=clock.now() + kind.lease
        )
        if not alive:
            raise LeaseLost(f"job {pk} was taken over or cancelled")

    try:
        with context.use(via="job", request_id=f"job-{pk}"):
            result = kind.run(job, progress)
    except LeaseLost:
        log.warning("job %s stopped: its lease was lost", pk)
    except PlumblineError as error:
        _finish(job, token, Job.State.FAILED, error=str(error))
    except Exception as error:
        log.exception("job %s (%s) failed on attempt %s", pk, job.kind, job.attempts)
        _retry_or_fail(job, token, kind, error)
    else:
        _finish(job, token, Job.State.DONE, result=result)
    return True


def _retry_or_fail(job: Job, token: str, kind: JobKind, error: Exception) -> None:
    text = "".join(traceback.format_exception_only(error)).strip()
    if job.attempts >= kind.attempts:
        _finish(job, token, Job.State.FAILED, error=text)
        return
    wait = BACKOFF[min(job.attempts, len(BACKOFF)) - 1]
    Job.objects.filter(pk=job.pk, claim=token).update(state=Job.State.QUEUED, run_after=clock.now() + wait, claim="", error=text)


def _finish(job: Job, token: str, state: str, *, result: Any = None, error: str = "") -> None:
    Job.objects.filter(pk=job.pk, claim=token).update(
        state=state, result=result, error=error, finished_at=clock.now(), lease_until=None, claim=""
    )


def retry(job: Job) -> None:
    """Queue a failed or cancelled job again from the start of its attempts."""
    changed = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
        state=Job.State.QUEUED, run_after=clock.now(), attempts=0, error="", finished_at=None
    )
    if changed:
        transaction.on_commit(lambda: nudge(job.pk))


def cancel(job: Job) -> None:
    """Stop a job that is not over; a worker that runs it finds out at its next progress and leaves nothing behind."""
    open_states = [Job.State.QUEUED, Job.State.RUNNING]
    Job.objects.filter(pk=job.pk, state__in=open_states).update(
        state=Job.State.CANCELLED, claim="", lease_until=None, finished_at=clock.now()
    )


def due(limit: int = 200) -> list[int]:
    """Return ids of jobs that wait or whose worker died."""
    now = clock.now()
    waiting = Q(state=Job.State.QUEUED, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    return list(Job.objects.filter(waiting).order_by("run_after", "pk").values_list("pk", flat=True)[:limit])


def sweep() -> int:
    """Queue what the schedule asks for, then run all that is due; return how many were run."""
    ask_for_scheduled(clock.now())
    return sum(1 for pk in due() if run(pk))


def ask_for_scheduled(at: datetime) -> None:
    """Write one job for each schedule and period; the key makes a second asking harmless."""
    for schedule in contributed(Schedule):
        period = int(at.timestamp() // schedule.every.total_seconds())
        enqueue(schedule.job, key=f"{schedule.key}:{period}", args=schedule.args)


def run_pending(limit: int = 1000) -> int:
    """Run what is due in this process, without the broker (commands and tests); return how many ran."""
    total = 0
    while total < limit:
        ran = sum(1 for pk in due() if run(pk))
        if not ran:
            break
        total += ran
    return total

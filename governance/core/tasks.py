"""Celery shells of the job queue: primitives in, one call, nothing else."""

from celery import shared_task

from governance.core import jobs


@shared_task(name="plumbline.run_job", acks_late=True)
def run_job(pk: int) -> bool:
    """Run one job by id."""
    return jobs.run(pk)


@shared_task(name="plumbline.sweep")
def sweep() -> int:
    """Find work that waits or was dropped by a dead worker, and run it."""
    return jobs.sweep()

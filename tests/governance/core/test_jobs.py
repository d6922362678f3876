"""The outbox: nothing lost when a worker dies, nothing done twice at once, errors kept."""

from datetime import timedelta
from typing import Any

import pytest

from governance.core import clock, jobs
from governance.core.contributions import JobKind, Schedule, contribute
from governance.core.errors import Invalid
from governance.core.models import Job

DONE: list[int] = []


def _work(job: Any, progress: Any) -> dict[str, int]:
    for turn in range(3):
        progress(turn + 1, 3, f"turn {turn + 1}")
    DONE.append(job.pk)
    return {"turns": 3}


def _refuse(job: Any, progress: Any) -> None:
    raise Invalid("The file is empty.", fix="Choose another one.")


def _break(job: Any, progress: Any) -> None:
    raise RuntimeError("the disk is full")


contribute(JobKind("test.work", _work, lease=timedelta(seconds=30)))
contribute(JobKind("test.refuse", _refuse))
contribute(JobKind("test.break", _break, attempts=2))
pytestmark = pytest.mark.django_db


def test_a_job_runs_and_says_how_far_it_came() -> None:
    job = jobs.enqueue("test.work", key="one")
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.percent, job.result, job.progress_label) == ("done", 100, {"turns": 3}, "turn 3")


def test_the_same_key_is_one_job() -> None:
    assert jobs.enqueue("test.work", key="same").pk == jobs.enqueue("test.work", key="same").pk


def test_a_running_job_is_nobody_elses() -> None:
    job = jobs.enqueue("test.work", key="mine")
    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None
    assert job.pk not in jobs.due()


def test_a_dead_workers_job_is_taken_over_when_its_lease_ends(time_machine: Any) -> None:
    job = jobs.enqueue("test.work", key="killed")
    time_machine.move_to(clock.now(), tick=False)
    jobs.claim(job.pk)
    time_machine.shift(timedelta(seconds=31))
    assert job.pk in jobs.due()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_the_worker_that_was_taken_over_stops_without_a_trace(time_machine: Any) -> None:
    job = jobs.enqueue("test.work", key="slow")
    time_machine.move_to(clock.now(), tick=False)
    claimed = jobs.claim(job.pk)
    assert claimed is not None
    time_machine.shift(timedelta(seconds=31))
    jobs.run(job.pk)
    jobs._finish(claimed[0], claimed[1], Job.State.FAILED, error="too late")
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_a_refusal_is_final_and_kept_in_words() -> None:
    job = jobs.enqueue("test.refuse", key="empty")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file is empty. Choose another one.")


def test_an_accident_is_tried_again_later_and_then_kept(time_machine: Any) -> None:
    time_machine.move_to(clock.now(), tick=False)
    job = jobs.enqueue("test.break", key="disk")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, jobs.due()) == ("queued", [])
    time_machine.shift(timedelta(minutes=1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed" and "the disk is full" in job.error
    jobs.retry(job)
    assert job.pk in jobs.due()


def test_a_schedule_asks_once_for_each_period(time_machine: Any) -> None:
    contribute(Schedule("test.hourly", "test.work", every=timedelta(hours=1)))
    now = clock.now().replace(minute=5)
    jobs.ask_for_scheduled(now)
    jobs.ask_for_scheduled(now + timedelta(minutes=10))
    assert Job.objects.filter(key__startswith="test.work:test.hourly").count() == 1
    jobs.ask_for_scheduled(now + timedelta(hours=1))
    assert Job.objects.filter(key__startswith="test.work:test.hourly").count() == 2


def test_an_unreachable_broker_loses_nothing(monkeypatch: Any, django_capture_on_commit_callbacks: Any) -> None:
    from governance.core.tasks import run_job

    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(run_job, "apply_async", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("test.work", key="alone")
    assert job.pk in jobs.due()


def test_while_a_job_runs_alone_no_other_begins(time_machine: Any) -> None:
    contribute(JobKind("test.alone", _work, alone=True, lease=timedelta(seconds=30)))
    time_machine.move_to(clock.now(), tick=False)
    alone, other = jobs.enqueue("test.alone", key="a"), jobs.enqueue("test.work", key="b")
    assert jobs.claim(alone.pk) is not None
    assert jobs.claim(other.pk) is None
    time_machine.shift(timedelta(seconds=31))
    assert jobs.claim(other.pk) is not None

"""A company file brought in as a job: first what it would do, then, when somebody says so, for good."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from governance.core import jobs
from governance.core.errors import NotVisible
from governance.core.models import Job
from governance.core.verdict import require
from registry.company import actions, rules
from registry.company.actions import Outcome

CHECK, APPLY = "company.check", "company.import"
LEASE = timedelta(minutes=30)
"""The work is one transaction, so that nobody sees its progress from outside before it ends."""
MOST_KEPT = 1000


def check(text: str, user: Any, name: str) -> Job:
    """Ask what a file would do."""
    require(rules.may_import(user))
    with transaction.atomic():
        return jobs.enqueue(CHECK, args={"text": text, "name": name[:200]}, owner=user, label=f"What {name[:200]} would change")


def apply(checked: Job, user: Any) -> Job:
    """Ask to bring a checked file in; asking twice is asking once."""
    require(rules.may_import(user))
    with transaction.atomic():
        made = jobs.enqueue(APPLY, args={"of": checked.pk}, key=str(checked.pk), owner=user, label="Bring a company file in")
        if made.state == Job.State.FAILED:
            jobs.retry(made)
    return made


def run_check(job: Job, progress: Any) -> dict[str, Any]:
    """Work out what a file would do; nothing is kept of it."""
    owner: Any = job.owner
    return _told(job, actions.import_company(job.args["text"], actor=owner))


def run_apply(job: Job, progress: Any) -> dict[str, Any]:
    """Bring the file in. A second run after a crash finds that nothing differs any more."""
    checked = Job.objects.get(pk=job.args["of"])
    owner: Any = job.owner
    return _told(job, actions.import_company(checked.args["text"], actor=owner, dry_run=False))


def _told(job: Job, outcome: Outcome) -> dict[str, Any]:
    plain = {
        "steps": [asdict(step) for step in outcome.steps[:MOST_KEPT]],
        "problems": [asdict(problem) for problem in outcome.problems],
        "notes": outcome.notes,
        "counts": outcome.counts,
        "applied": outcome.applied,
    }
    return {"url": reverse("company-file-outcome", args=[job.pk]), "label": "Look at it", "outcome": plain}


def finished(user: Any, pk: int) -> Job:
    """Return a finished job of a person's own. Raises NotVisible."""
    job = Job.objects.filter(pk=pk, owner=user, kind__in=(CHECK, APPLY), state=Job.State.DONE).first()
    if job is None or job.result is None:
        raise NotVisible("There is no such file, or somebody else brought it.", fix="Upload it again.")
    return job

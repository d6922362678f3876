"""Opens incidents from findings as policy says: right after a finding is opened, and by the clock for what was lost."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.jobs import enqueue
from governance.core.models import Job
from governance.ledger.journal import Pending
from governance.policy import queries as policy
from incidents.observed import opening

JOB = "incidents.of_findings"
OPENED = ("finding.opened", "finding.reopened", "finding.woken")


def after(entries: Sequence[Pending]) -> None:
    """Have incidents opened where a finding was opened."""
    if not any(entry.kind in OPENED for entry in entries):
        return
    wanted = any(rule.opens_incident for rule in policy.usage_rules().findings.values())
    if wanted and not Job.objects.filter(kind=JOB, state=Job.State.QUEUED).exists():
        enqueue(JOB, label="Open incidents of findings")


def run(job: Any, progress: Any) -> dict[str, list[str]]:
    """Open what is due."""
    return {"opened": [incident.key for incident in opening.open_due()]}


contribute(AfterEntries("incidents.of_findings", after, order=310))
contribute(JobKind(JOB, run, label="Open incidents of findings"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=1)))

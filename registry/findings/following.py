"""Keeps findings in step: new paths within seconds, all of it every minute, and at once when something is allowed by now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from governance.core import clock
from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.jobs import enqueue
from governance.core.models import Job
from governance.ledger.journal import Pending
from governance.people.system import system_actor
from registry.findings import actions, drawing, registering, settling
from registry.findings.models import Finding
from registry.findings.rules import NOTICE
from registry.usage.following import NewPaths
from registry.usage.models import Standing, UsagePath
from registry.usage.seen import OTHER

JOB = "findings.follow"
AT_ONCE = 500
LOOKED_BACK = timedelta(days=2)
"""Ways of use with a call in so many days are looked at again: what passed a threshold of policy, or came back."""
ALLOWING = (
    "surface.in_force", "surface.registered", "endpoint.", "vendor.", "tool.", "data_rule.", "quarantine.", "mode.", "usage.",
    "policy.applied",
)  # fmt: skip
"""Entries after which something that was found may be allowed."""


def look(pks: Sequence[int]) -> None:
    """Draw findings from paths that are new."""
    drawing.draw(pks)


def follow(job: Any, progress: Any) -> dict[str, int]:
    """Wake what is due, draw again from what goes on, finish registrations, settle what stands no more. Harmless twice."""
    woken = [actions.wake(finding, actor=system_actor()).key for finding in _due()]
    registered = registering.catch_up()
    drawn, pks = 0, list(_active().values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        drawn += drawing.draw(pks[start : start + AT_ONCE])
        progress(start, len(pks), "paths")
    settled = settling.settle_all()
    return {"woken": len(woken), "registered": registered, "drawn": drawn, "settled": len(settled)}


def _due() -> list[Finding]:
    return list(Finding.objects.filter(state=Finding.State.SNOOZED, snoozed_until__lte=clock.today()))


def _active() -> Any:
    """Return the paths with a call in the last days that may show a finding."""
    today = clock.today()
    other = Q()
    for name in ("claim", "service", "agent", "feature", "model", "prompt", "tool"):
        other |= Q(**{name: OTHER})
    shows = ~Q(standing=Standing.APPROVED) | ~Q(missing="") | Q(endpoint__deprecates_on__lte=today + NOTICE) | other
    lately = Q(days__day__gte=today - LOOKED_BACK)
    return UsagePath.objects.filter(lately).filter(shows).distinct().order_by("pk")


def after(entries: Sequence[Pending]) -> None:
    """Have findings looked at where something was told that may allow one."""
    kinds = {entry.kind for entry in entries}
    registering.after(entries)
    if not any(kind.startswith(ALLOWING) for kind in kinds):
        return
    waits = Job.objects.filter(kind=JOB, state=Job.State.QUEUED, run_after__lte=clock.now())
    if Finding.objects.filter(state__in=Finding.UNSETTLED).exists() and not waits.exists():
        enqueue(JOB, label="See which findings are allowed by now")


contribute(NewPaths("findings", look))
contribute(AfterEntries("findings", after, order=170))
contribute(JobKind(JOB, follow, label="Look at findings again"))
contribute(Schedule(JOB, JOB, every=timedelta(minutes=1)))

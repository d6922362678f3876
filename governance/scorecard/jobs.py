"""Work of the schedule: sealing the month that has settled, and keeping the briefing's figures at hand."""

from collections.abc import Callable
from typing import Any

from governance.core import clock
from governance.people.system import system_actor
from governance.policy import queries as policy
from governance.policy.models import PolicyVersion
from governance.scorecard import actions, rules, strip
from governance.scorecard.models import ScoreSnapshot

SEAL, STRIP = "scorecard.seal", "scorecard.strip"


def seal(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Seal the newest month that has settled, where it is not and the company had a policy by then. Returns its key."""
    if policy.latest() is None:
        return {}
    today = clock.today()
    first = rules.falls_due(today)
    began = PolicyVersion.objects.order_by("effective_at").values_list("effective_at", flat=True)[0].date()
    sealed = ScoreSnapshot.objects.filter(year=first.year, month=first.month).exists()
    if sealed or rules.wrong_month(first, today, began):
        return {}
    return {"snapshot": actions.seal(first, actor=system_actor()).key}


def keep_strip(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Work the briefing's figures out anew, so that no page has to."""
    if policy.latest() is None:
        return {}
    return {"metrics": len(strip.keep().figures)}

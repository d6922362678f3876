"""The schedule: a review is opened so many days after the last one, as policy says."""

from collections.abc import Callable
from typing import Any

from governance.accessreviews import actions, queries, rules
from governance.core import clock, company
from governance.people.system import system_actor
from governance.policy import queries as policy

JOB = "accessreviews.open"


def run(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Open a review where one is due, somebody can answer for it, and none is open. Returns its key."""
    founded, last = company.current().founded_at, queries.newest()
    if policy.latest() is None or founded is None or (last is not None and last.state == queries.OPEN):
        return {}
    every, today = policy.proof_rules().access_review.every_days, clock.today()
    reviewer = actions.chosen_reviewer()
    if reviewer is None or not rules.is_due(last.opened_on if last else None, founded.date(), every, today):
        return {}
    return {"review": actions.open_review(actor=system_actor(), reviewer=reviewer, scheduled=True).key}

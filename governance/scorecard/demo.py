"""What the scorecard adds to the demo company: each month that is over is sealed two days after its end, as by the schedule."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from governance.core import clock
from governance.people.system import system_actor
from governance.policy.models import PolicyVersion
from governance.scorecard import actions, rules, windows

MOST = 7
WEEK = 7 * 24 * 3600


def tell(story: Any) -> None:
    """Put the sealing of the last months on the story's calendar."""
    first = clock.today().replace(day=1)
    for _ in range(MOST):
        due = datetime(first.year, first.month, first.day, 3, tzinfo=UTC) + rules.SETTLES
        if due < story.today:
            story.at((story.today - due).total_seconds() / WEEK, partial(_seal, windows.before(first)))
        first = windows.before(first)


def _seal(first: Any) -> None:
    began = PolicyVersion.objects.order_by("effective_at").values_list("effective_at", flat=True)[0].date()
    if not rules.wrong_month(first, clock.today(), began):
        actions.seal(first, actor=system_actor())

"""Who may seal a month, and which months can be sealed: pure decisions."""

from datetime import date, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import User
from governance.scorecard import windows

SETTLES = timedelta(days=2)
"""So long after a month's end the schedule waits, for what is told late."""


def may_seal(user: Any) -> Verdict:
    """Say whether somebody may seal a month: those who govern, and Plumbline itself by its schedule."""
    if roles.governs(user) or getattr(user, "kind", "") == User.Kind.SYSTEM:
        return ALLOW
    return deny("Only risk officers and administrators seal the scorecard.", grantors=("Risk officers",))


def wrong_month(first: date, today: date, began: date) -> str:
    """Say what keeps a month, by its first day, from being sealed; nothing where it can be."""
    if windows.after(first) > today:
        return "This month is not over: what it says can still change."
    if windows.after(first) <= began:
        return "There was no policy yet in this month, so there is nothing to hold its figures against."
    return ""


def falls_due(today: date) -> date:
    """Return the first day of the newest month that has settled."""
    return windows.before((today - SETTLES).replace(day=1))

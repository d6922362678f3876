"""Asking for approval along a route of the policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from governance.approvals.actions import Asked, ask
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.people.models import User
from governance.policy import queries
from governance.policy.routes import Route

LONGEST_TITLE = 400


def ask_along(
    route: Route,
    *,
    actor: User,
    kind: str,
    subject: Any,
    digest: str,
    title: str,
    tier: int | None = None,
    team: Any = None,
    change_kinds: Sequence[str] = (),
    until: datetime | None = None,
) -> ApprovalRequest:
    """Ask the people of a route to approve a subject under its digest, within the times that the route gives.

    `until` is the moment after which neither an answer nor the request makes sense. Raises what `approvals.ask` raises.
    """
    now = clock.now()
    ends, due = now + timedelta(days=route.approval_days), now + timedelta(hours=route.decide_hours)
    asked = Asked(
        kind=kind,
        subject=subject,
        digest=digest,
        title=title[:LONGEST_TITLE],
        steps=route.steps,
        policy_version=queries.in_force(),
        expires_at=min(ends, until) if until else ends,
        due_at=min(due, until) if until else due,
        tier=tier,
        change_kinds=change_kinds,
        lane=route.lane,
        in_order=route.in_order,
        team=team,
    )
    return ask(asked, actor=actor)

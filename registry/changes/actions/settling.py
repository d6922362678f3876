"""Follows what was decided: into force, closed, withdrawn; and ends a surface."""

from typing import Any

from dateutil.relativedelta import relativedelta

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.changes import queries, rules
from registry.changes.actions.moving import locked, move, move_surface
from registry.changes.models import Change, Clearance, InForce
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Surface, SurfaceState


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: bring the revision into force, or close the change."""
    change = Change.objects.select_related("surface", "revision", "request", "base").get(pk=int(request.subject_id))
    change.request = request
    if request.state == ApprovalRequest.State.APPROVED:
        told = {"number": change.revision.number, "digest": change.revision.digest}
        move(change, actor, "change.approved", Change.State.APPROVED, told)
        if rules.may_come_into_force(change, clock.today()):
            bring_into_force(change, actor=actor)
        return
    told = {"state": ApprovalRequest.State(request.state).label.lower(), "number": change.revision.number}
    move(change, actor, "change.ended", request.state, told, ended_at=clock.now())
    surface = change.surface
    if surface.in_force_id is None and surface.state == SurfaceState.IN_REVIEW:
        move_surface(surface, actor, "surface.reviewing", SurfaceState.BUILDING)


@action
def bring_into_force(change: Change, *, actor: User) -> Change:
    """Let an approved revision hold from now on (R6); the one before it is followed, in the same transaction."""
    surface = locked(change.surface, None)
    change.surface = surface
    require(rules.may_come_into_force(change, clock.today()))
    revision, now = change.revision, clock.now()
    Clearance.objects.create(change=change, surface=surface, revision=revision, at=now, unmet=0, standing=[])
    for before in surface.changes.filter(state=Change.State.IN_FORCE).select_related("revision"):
        followed = {"number": before.revision.number}
        move(before, actor, "change.superseded", Change.State.SUPERSEDED, followed, ended_at=now)
    told: dict[str, Any] = {
        "number": revision.number,
        "digest": revision.digest,
        "surface": surface.key,
        "before": change.base.number if change.base else 0,
    }
    move(change, actor, "change.in_force", Change.State.IN_FORCE, told, in_force_at=now)
    tier = policy.tier(revision.tier)
    transitions.change(
        surface,
        actor=actor,
        kind="surface.in_force",
        changes={
            "in_force": revision,
            "in_force_since": now,
            "state": SurfaceState.LIVE,
            "review_on": clock.today() + relativedelta(months=tier.review_months),
            "started_on": surface.started_on or clock.today(),
        },
        payload={"number": revision.number, "digest": revision.digest, "change": change.key},
    )
    InForce.objects.create(surface=surface, revision=revision, change=change, since=now)
    return change


@action
def withdraw(change: Change, *, actor: User, reason: str = "") -> Change:
    """Take an open change back. Raises StaleState when it was decided in the meantime."""
    if change.request is None or change.state != Change.State.PROPOSED:
        raise StaleState(f"{change} is {change.get_state_display().lower()}.", fix="Only a waiting change can be withdrawn.")
    approvals.withdraw(change.request, actor=actor, reason=reason)
    change.refresh_from_db()
    return change


@action
def retire(surface: Surface, *, actor: User, reason: str, expected_version: int | None = None) -> Surface:
    """End a surface: nothing is in force any more, and its record is closed. Raises Conflict while a change is open."""
    surface = locked(surface, expected_version)
    require(surface_rules.may_own_decisions(actor, surface))
    if queries.open_change(surface) is not None:
        raise Conflict("A change of this surface is still open.", fix="Decide or withdraw it first.")
    now = clock.now()
    for before in surface.changes.filter(state=Change.State.IN_FORCE).select_related("revision"):
        followed = {"number": before.revision.number}
        move(before, actor, "change.superseded", Change.State.SUPERSEDED, followed, ended_at=now)
    if surface.in_force_id is not None:
        InForce.objects.create(surface=surface, revision=None, change=None, since=now)
    return transitions.change(
        surface,
        actor=actor,
        kind="surface.retired",
        changes={
            "state": SurfaceState.RETIRED,
            "in_force": None,
            "in_force_since": None,
            "retired_on": clock.today(),
            "review_on": None,
        },
        payload={"before": surface.state},
        reason=reason,
    )

"""Ends what nobody wants any more: an open change, a surface."""

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import Conflict, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.changes import queries, rules
from registry.changes.actions.moving import locked, move
from registry.changes.actions.settling import follow
from registry.changes.models import Change, InForce
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Surface, SurfaceState


@action
def withdraw(change: Change, *, actor: User, reason: str = "") -> Change:
    """Take an open change back, whether it waits for approval or is approved and held.

    Raises StaleState when it ended in the meantime, Denied for whoever neither asked for it nor answers for the surface.
    """
    change = queries.whole(Change.objects.filter(pk=change.pk)).get()
    if change.request is not None and change.state == Change.State.PROPOSED:
        approvals.withdraw(change.request, actor=actor, reason=reason)
        change.refresh_from_db()
        return change
    if change.state != Change.State.APPROVED:
        raise StaleState(f"{change} is {change.get_state_display().lower()}.", fix="Only an open change can be withdrawn.")
    require(rules.may_take_back(actor, change, surface_rules.may_own_decisions(actor, change.surface)))
    told = {"state": Change.State.WITHDRAWN.label.lower(), "number": change.revision.number}
    move(change, actor, "change.ended", Change.State.WITHDRAWN, told, ended_at=clock.now(), ended_why=reason)
    if change.surface.in_force_id is None and change.surface.state == SurfaceState.IN_REVIEW:
        transitions.change(
            change.surface,
            actor=actor,
            kind="surface.reviewing",
            changes={"state": SurfaceState.BUILDING},
            payload={"state": SurfaceState.BUILDING},
        )
    return change


@action
def retire(surface: Surface, *, actor: User, reason: str, expected_version: int | None = None) -> Surface:
    """End a surface: nothing is in force any more, and its record is closed. Raises Conflict while a change is open."""
    surface = locked(surface, expected_version)
    require(surface_rules.may_own_decisions(actor, surface))
    if queries.open_change(surface) is not None:
        raise Conflict("A change of this surface is still open.", fix="Decide or withdraw it first.")
    now = clock.now()
    follow(surface, actor, now)
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

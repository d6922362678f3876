"""Raises the mode of a surface again: asked for by one, approved by those whom the tier names."""

from typing import Any

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import digest
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from registry.modes import queries, rules
from registry.modes.actions.moving import locked, move, moved, require_reason
from registry.modes.models import ModeRaise
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Mode, Surface, SurfaceState

State = ModeRaise.State
CLOSED = {
    ApprovalRequest.State.REJECTED: State.REJECTED,
    ApprovalRequest.State.WITHDRAWN: State.WITHDRAWN,
    ApprovalRequest.State.EXPIRED: State.EXPIRED,
    ApprovalRequest.State.VOIDED: State.VOIDED,
}


@action
def ask_to_raise(surface: Surface, *, actor: User, to: str, reason: str, expected_version: int | None = None) -> ModeRaise:
    """Ask that the mode be raised. It is raised the moment the last approver agrees, unless it moved before that.

    Raises Denied for who may not ask, Invalid for a mode that is not above the present one, Conflict while another raise
    waits or where the surface has no tier, StaleState when the mode moved since `expected_version` was seen.
    """
    surface = locked(surface, expected_version)
    may_edit = surfaces.may_edit(actor, surface)
    require(rules.may_ask_to_raise(actor, surface, queries.standing(actor, surface), may_edit))
    verdict = rules.is_raising(surface, to)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"to": [verdict.reason]})
    if queries.open_raise(surface) is not None:
        raise Conflict("Raising it waits for approval already.", fix="Withdraw that request, or wait for its decision.")
    if rules.tier_of(surface) is None:
        raise Conflict("It has no tier, and the tier decides who approves.", fix="Set its tier first.")
    raised = _drawn_up(surface, actor, to, require_reason(reason))
    said = {"before": raised.get_before_display().lower(), "after": raised.get_after_display().lower()}
    said |= {"digest": raised.digest, "surface": surface.key}
    transitions.create(raised, actor=actor, kind="mode.raise_asked", payload=said, touches=(surface,), reason=raised.reason)
    raised.request = _ask(raised, actor)
    raised.save()
    return raised


def _drawn_up(surface: Surface, actor: User, to: str, reason: str) -> ModeRaise:
    base = queries.last_step(surface)
    terms: dict[str, Any] = digest.plain(
        {
            "v": 1,
            "surface": surface.key,
            "before": surface.mode,
            "after": str(to),
            "reason": reason,
            "requester": actor.ref,
            "base": base.key if base else "",
        }
    )
    return ModeRaise(
        surface=surface,
        before=surface.mode,
        after=to,
        reason=reason,
        requester=actor,
        base=base,
        terms=terms,
        digest=digest.digest(terms),
    )


def _ask(raised: ModeRaise, actor: User) -> ApprovalRequest:
    surface = raised.surface
    contract = surface.in_force.contract if surface.in_force else {}
    tier = rules.tier_of(surface)
    route = policy.route_for("mode", tier=tier, regulated=held.is_regulated(contract))
    return ask_along(
        route,
        actor=actor,
        kind="mode",
        subject=raised,
        digest=raised.digest,
        title=f"Raise {surface.name} to {Mode(raised.after).label.lower()}",
        tier=tier,
        team=surface.team,
    )


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: raise the mode, or close the raise."""
    raised = ModeRaise.objects.select_for_update(of=("self",)).select_related("requester").get(pk=int(request.subject_id))
    raised.surface = surface = locked(Surface(pk=raised.surface_id))
    raised.request = request
    if request.state != ApprovalRequest.State.APPROVED:
        _close(raised, actor, CLOSED[ApprovalRequest.State(request.state)])
        return
    if surface.state == SurfaceState.RETIRED:
        raise Conflict(f"{surface} was retired in the meantime; it is off for good.", fix="Reject this, or have it withdrawn.")
    base = queries.last_step(surface)
    if surface.mode != raised.before or (base.pk if base else None) != raised.base_id:
        raise moved(surface)
    standing = f"Approved as {request.key}"
    move(surface, raised.after, actor=actor, reason=raised.reason, standing=standing, request=request)
    _close(raised, actor, State.DONE)


def _close(raised: ModeRaise, actor: User, state: str) -> None:
    said = {"state": State(state).label.lower(), "surface": raised.surface.key}
    said |= {"before": raised.get_before_display().lower(), "after": raised.get_after_display().lower()}
    transitions.change(
        raised,
        actor=actor,
        kind="mode.raise_closed",
        changes={"state": state},
        expected={"state": State.ASKED},
        payload=said,
        touches=(raised.surface,),
    )


@action
def withdraw(raised: ModeRaise, *, actor: User, reason: str = "") -> ModeRaise:
    """Take a raise back before it is decided. Raises StaleState when it was decided in the meantime."""
    if raised.request is None or raised.state != State.ASKED:
        raise StaleState(f"It is {raised.get_state_display().lower()}.", fix="Only a waiting one is withdrawn.")
    approvals.withdraw(raised.request, actor=actor, reason=reason)
    return ModeRaise.objects.select_related("surface", "requester", "request").get(pk=raised.pk)

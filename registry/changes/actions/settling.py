"""Follows what was decided: into force, held, voided by drift, expired unused, or closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.verdict import deny, require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.changes import queries, rules
from registry.changes.actions.moving import locked, move, move_surface
from registry.changes.drift import drift
from registry.changes.holds import Weighing, weigh
from registry.changes.models import Change, Clearance, EmergencyReview, InForce
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

LONGEST_SAID = 400


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: take the change on as far as it may go, or close it."""
    change = queries.whole(Change.objects.filter(pk=int(request.subject_id))).get()
    change.request = request
    if request.state != ApprovalRequest.State.APPROVED:
        why = " ".join(drift(change)) or "Its request was voided." if request.state == ApprovalRequest.State.VOIDED else ""
        _end(change, actor, request.state, why)
        return
    now = clock.now()
    ends = max(now, change.planned_at or now) + (request.expires_at - request.created_at)
    held = weigh(change, now).binding
    told = {"number": change.revision.number, "digest": change.revision.digest, "held": _said(held)}
    move(change, actor, "change.approved", Change.State.APPROVED, told, approval_ends_at=ends)
    proceed(change, actor=actor)


def _said(found: list[Any]) -> str:
    return " ".join(hold.what for hold in found)[:LONGEST_SAID]


def proceed(change: Change, *, actor: User) -> Change:
    """Take an open change on as far as it may go: void it when it drifted, expire it when unused, else into force.

    A change that waits or is held stays as it is. Running it twice is harmless; where somebody else was first it raises
    StaleState. Returns the change as it stands then.
    """
    change = queries.whole(Change.objects.filter(pk=change.pk)).get()
    return change if _next(change, clock.now()) is None else _move_on(change, actor=actor)


@action
def _move_on(change: Change, *, actor: User) -> Change:
    change = queries.whole(Change.objects.filter(pk=change.pk)).get()
    if change.state == Change.State.APPROVED:
        change.surface = locked(change.surface, None)
    step = _next(change, clock.now())
    if step is None:
        raise transitions.stale(change)
    return step(actor=actor)


def _next(change: Change, now: datetime) -> Callable[..., Change] | None:
    """Return what is to be done with a change at a moment, to be called with the actor; None to leave it as it is."""
    if change.state not in Change.OPEN_STATES or change.request is None:
        return None
    if why := drift(change):
        return partial(_void, change, why=" ".join(why))
    if change.state == Change.State.PROPOSED:
        return None
    if change.approval_ends_at is not None and change.approval_ends_at <= now:
        return partial(_expire, change)
    weighing = weigh(change, now)
    if rules.may_come_into_force(change) and not weighing.binding:
        return partial(_let_in, change, weighing=weighing, now=now)
    return None


def _expire(change: Change, actor: User) -> Change:
    _end(change, actor, Change.State.EXPIRED, "It was approved, and not brought into force in time.", "change.unused")
    return change


@action
def bring_into_force(change: Change, *, actor: User) -> Change:
    """Let an approved revision hold from now on (R6), asked for by somebody who may propose for its surface.

    Raises Denied by role, and with everything that holds it back.
    """
    change = queries.whole(Change.objects.filter(pk=change.pk)).get()
    change.surface = locked(change.surface, None)
    require(surfaces.may_edit(actor, change.surface))
    require(rules.may_come_into_force(change))
    if why := drift(change):
        fix = "Its approval is void. Propose it again, for approval as things stand now."
        require(deny(" ".join(why), fix=fix))
    now = clock.now()
    weighing = weigh(change, now)
    if held := weighing.binding:
        require(deny(" ".join(hold.what for hold in held), fix=" ".join(dict.fromkeys(hold.fix for hold in held if hold.fix))))
    return _let_in(change, actor, weighing, now)


def _let_in(change: Change, actor: User, weighing: Weighing, now: datetime) -> Change:
    """Clear the change, and let its revision hold; the one before it is followed, in the same transaction."""
    surface, revision = change.surface, change.revision
    Clearance.objects.create(
        change=change,
        surface=surface,
        revision=revision,
        at=now,
        unmet=weighing.unmet,
        standing=weighing.standing,
        waived_by=weighing.waived_by,
    )
    follow(surface, actor, now)
    told: dict[str, Any] = {
        "number": revision.number,
        "digest": revision.digest,
        "surface": surface.key,
        "before": change.base.number if change.base else 0,
        "unmet": weighing.unmet,
        "waived_by": weighing.waived_by,
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
    if change.is_emergency:
        _owe_review(change, actor, now + timedelta(hours=tier.emergency_review_hours))
    return change


def _owe_review(change: Change, actor: User, due_at: datetime) -> None:
    review = EmergencyReview(change=change, due_at=due_at)
    told = {"change": change.key, "due_at": due_at, "number": change.revision.number}
    transitions.create(review, actor=actor, kind="emergency.review_owed", payload=told, touches=review.ledger_touches)


def follow(surface: Surface, actor: User, now: datetime) -> None:
    """Close what is in force on a surface, because something follows it or nothing does."""
    for before in surface.changes.filter(state=Change.State.IN_FORCE).select_related("revision"):
        followed = {"number": before.revision.number}
        move(before, actor, "change.superseded", Change.State.SUPERSEDED, followed, ended_at=now)


def _void(change: Change, actor: User, why: str) -> Change:
    """End a change whose approval no longer fits; an open request is closed, so that nobody decides on it any more."""
    if change.request is not None and change.request.state == ApprovalRequest.State.OPEN:
        approvals.void(change.request, actor=actor, why=why)  # comes back through `settled`
        return queries.whole(Change.objects.filter(pk=change.pk)).get()
    _end(change, actor, Change.State.VOIDED, why)
    return change


def _end(change: Change, actor: User, state: str, why: str = "", kind: str = "") -> None:
    """Close a change that will not come into force, and let a surface that has nothing in force be built on."""
    number, called = change.revision.number, Change.State(state).label.lower()
    told: dict[str, Any] = {"state": called, "number": number}
    if why:
        told = {"number": number, "why": why[:LONGEST_SAID]}
        kind = kind or "change.voided"
    move(change, actor, kind or "change.ended", state, told, ended_at=clock.now(), ended_why=why)
    surface = Surface.objects.get(pk=change.surface_id)
    if surface.in_force_id is None and surface.state == SurfaceState.IN_REVIEW:
        move_surface(surface, actor, "surface.reviewing", SurfaceState.BUILDING)

"""The only writers of quarantines: place at once, ask to lift, and follow what was decided about that."""

from typing import Any

from django.db import IntegrityError

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock, digest
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from registry.quarantine import held, queries, rules
from registry.quarantine.models import Quarantine, QuarantineLift

State = QuarantineLift.State
CLOSED = {
    ApprovalRequest.State.REJECTED: State.REJECTED,
    ApprovalRequest.State.WITHDRAWN: State.WITHDRAWN,
    ApprovalRequest.State.EXPIRED: State.EXPIRED,
    ApprovalRequest.State.VOIDED: State.VOIDED,
}


@action
def place(*, actor: User, kind: str, thing: Any, reason: str, incident_key: str = "", standing: str = "") -> Quarantine:
    """Take a thing out of use, from this moment on, for every surface. Returns the quarantine.

    `thing` is an endpoint, tool or vendor of the catalogue, or the key of a source. `standing` is the capacity that the
    caller worked out for this person (such as leading the incident), where they have none of `queries.standing`. Raises Denied
    for who may not, Invalid without a reason or for a kind that is none, Conflict while it is quarantined.
    """
    if kind not in Quarantine.Kind.values:
        raise Invalid("Say what is to be quarantined.", fields={"kind": [f"One of {', '.join(Quarantine.Kind.values)}."]})
    standing = queries.standing(actor, kind, thing) or standing
    require(rules.may_place(actor, standing))
    made = Quarantine(
        kind=kind,
        reason=_required(reason),
        by=actor,
        standing=standing,
        since=clock.now(),
        incident_key=incident_key,
        **{"source" if kind == held.SOURCE else kind: thing},
    )
    touched = queries.touching(kind, thing)
    transitions.check(made)
    try:
        made.save()
    except IntegrityError as error:
        raise transitions.explain(error, made) from error
    said = _told(made) | {"standing": standing, "surfaces": len(touched), "stopping": sum(each.left.stops for each in touched)}
    touches = (*made.ledger_touches, *(each.surface for each in touched))
    journal.record("quarantine.placed", actor=actor, subject=made, payload=said, touches=touches, reason=made.reason)
    return made


@action
def ask_to_lift(quarantine: Quarantine, *, actor: User, reason: str) -> QuarantineLift:
    """Ask that a quarantine be lifted. It is lifted the moment the last approver agrees.

    The tier's approvers decide: those of the highest tier among the live surfaces that name it, of the lowest tier where
    none does, and other people where policy has a route for quarantines. Raises Denied for who may not ask, Invalid
    without a reason, Conflict while a request waits.
    """
    quarantine = _locked(quarantine.pk)
    require(rules.may_lift(actor, quarantine, queries.standing(actor, quarantine.kind, quarantine.thing)))
    if queries.open_lift(quarantine) is not None:
        raise Conflict("Lifting it waits for approval already.", fix="Withdraw that request, or wait for its decision.")
    terms = digest.plain({"v": 1, "quarantine": quarantine.key, "reason": _required(reason), "requester": actor.ref})
    lift = QuarantineLift(
        quarantine=quarantine, reason=_required(reason), requester=actor, terms=terms, digest=digest.digest(terms)
    )
    said = _told(quarantine) | {"digest": lift.digest}
    touches = (quarantine, *quarantine.ledger_touches)
    transitions.create(lift, actor=actor, kind="quarantine.lift_asked", payload=said, touches=touches, reason=lift.reason)
    lift.request = _ask(lift, actor)
    lift.save()
    return lift


@action
def withdraw(lift: QuarantineLift, *, actor: User, reason: str = "") -> QuarantineLift:
    """Take a request to lift back before it is decided. Raises StaleState when it was decided in the meantime."""
    if lift.request is None or lift.state != State.ASKED:
        raise StaleState(f"It is {lift.get_state_display().lower()}.", fix="Only a waiting one is withdrawn.")
    approvals.withdraw(lift.request, actor=actor, reason=reason)
    return QuarantineLift.objects.select_related("quarantine", "requester", "request").get(pk=lift.pk)


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: lift the quarantine, or close the request to lift it."""
    lift = QuarantineLift.objects.select_for_update(of=("self",)).select_related("requester").get(pk=int(request.subject_id))
    lift.quarantine = quarantine = _locked(lift.quarantine_id)
    lift.request = request
    if request.state != ApprovalRequest.State.APPROVED:
        _close(lift, actor, CLOSED[ApprovalRequest.State(request.state)])
        return
    if not quarantine.is_active:
        raise StaleState(f"{quarantine} is lifted already.", fix="Nothing is left to decide.")
    touched = [each.surface for each in queries.touching(quarantine.kind, quarantine.thing)]
    said = _told(quarantine) | {"approval": request.key, "surfaces": len(touched)}
    transitions.change(
        quarantine,
        actor=actor,
        kind="quarantine.lifted",
        changes={"lifted_at": clock.now(), "lifted_by": actor, "lifted_reason": lift.reason},
        payload=said,
        touches=(*quarantine.ledger_touches, *touched),
        reason=lift.reason,
    )
    _close(lift, actor, State.DONE)


def _locked(pk: int) -> Quarantine:
    rows = Quarantine.objects.select_for_update(of=("self",))
    return rows.select_related("endpoint__vendor", "tool__vendor", "vendor", "by").get(pk=pk)


def _required(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Needed: whoever is stopped by it reads this first."]})
    return reason.strip()


def _told(quarantine: Quarantine) -> dict[str, Any]:
    return {
        "what": quarantine.get_kind_display().lower(),
        "thing": quarantine.thing_key,
        "quarantine": quarantine.key,
        "incident": quarantine.incident_key,
    }


def _ask(lift: QuarantineLift, actor: User) -> ApprovalRequest:
    quarantine = lift.quarantine
    tier, surface = queries.tier_of(quarantine.kind, quarantine.thing)
    route = policy.route_for("quarantine", tier=min(policy.tiers()) if tier is None else tier)
    return ask_along(
        route,
        actor=actor,
        kind="quarantine",
        subject=lift,
        digest=lift.digest,
        title=f"Lift the quarantine of {quarantine.name}",
        tier=tier,
        team=surface.team if surface is not None else None,
    )


def _close(lift: QuarantineLift, actor: User, state: str) -> None:
    transitions.change(
        lift,
        actor=actor,
        kind="quarantine.lift_closed",
        changes={"state": state},
        expected={"state": State.ASKED},
        payload=_told(lift.quarantine) | {"state": State(state).label.lower()},
        touches=(lift.quarantine, *lift.quarantine.ledger_touches),
    )

"""Proposes a revision, new or earlier, and asks the people whom policy names."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Max

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.changes import queries, rules
from registry.changes.actions.moving import locked, move_surface
from registry.changes.actions.readiness import check_ready, sound
from registry.changes.models import Change
from registry.contracts import canonical, diff
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Draft, Revision, Surface, SurfaceState

RECORD_FIELDS = (
    "worst_case",
    "blast_radius",
    "data_touched",
    "drift_signs",
    "rollback_trigger",
    "rollback_to",
    "eval_evidence",
    "disclosure",
    "planned_on",
)


@action
def propose(
    surface: Surface,
    *,
    actor: User,
    title: str,
    why: str,
    contract: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Change:
    """Fix a contract as a new immutable revision and ask the people whom policy names to approve its hash.

    `contract` is the open draft's when not given; `record` holds the decision record's further fields. Raises Invalid
    with all that is missing, Denied by role or R4, Conflict while another change is open or nothing differs.
    """
    surface = locked(surface, expected_version)
    require(surface_rules.may_edit(actor, surface, surfaces.grants_of(actor, surface)))
    check_ready(surface)
    draft = surface.drafts.filter(kind=Draft.Kind.CONTRACT).first()
    whole = sound(surface, contract if contract is not None else (draft.content if draft else None))
    base = surface.in_force
    difference = diff.diff(base.contract if base else {}, whole, held.names())
    if base is not None and not difference:
        raise Conflict("This contract says what is already in force.", fix="Change something, or leave it as it is.")
    revision = _fix_revision(surface, whole, base, actor)
    change = _open(surface, revision, base, actor, title, why, record or {}, difference.kinds, is_rollback=False)
    if draft is not None:
        draft.delete()
    return change


@action
def roll_back(surface: Surface, *, actor: User, to: Revision, why: str, expected_version: int | None = None) -> Change:
    """Re-propose an earlier revision that once held, through the lane that policy gives to rollbacks."""
    surface = locked(surface, expected_version)
    require(surface_rules.may_edit(actor, surface, surfaces.grants_of(actor, surface)))
    require(rules.may_roll_back_to(surface, to, queries.was_in_force(to)))
    base = surface.in_force
    kinds = diff.diff(base.contract if base else {}, to.contract).kinds
    title = f"Roll back to revision {to.number}"
    return _open(surface, to, base, actor, title, why, {}, kinds, is_rollback=True)


def _fix_revision(surface: Surface, contract: dict[str, Any], base: Revision | None, actor: User) -> Revision:
    last = surface.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision(
        surface=surface,
        number=last + 1,
        contract=contract,
        digest=canonical.fingerprint(contract),
        tier=surface.tier or 0,
        base=base,
        author=actor,
        policy_version=policy.in_force(),
        made_at=clock.now(),
    )
    revision.save(force_insert=True)
    return revision


def _open(
    surface: Surface,
    revision: Revision,
    base: Revision | None,
    actor: User,
    title: str,
    why: str,
    record: Mapping[str, Any],
    kinds: tuple[str, ...],
    *,
    is_rollback: bool,
) -> Change:
    if stray := set(record) - set(RECORD_FIELDS):
        raise Invalid("Some fields are not part of a decision record.", fields={name: ["Unknown."] for name in stray})
    if queries.open_change(surface) is not None:
        raise Conflict("Another change of this surface is still open.", fix="Decide or withdraw that one first.")
    change = Change(
        surface=surface,
        revision=revision,
        base=base,
        title=title,
        why=why,
        kinds=rules.lane_kinds(kinds, is_new=base is None, is_rollback=is_rollback),
        is_rollback=is_rollback,
        requester=actor,
        **record,
    )
    told = {
        "number": revision.number,
        "title": title,
        "digest": revision.digest,
        "kinds": change.kinds,
        "surface": surface.key,
        "base": base.number if base else 0,
        "rollback": is_rollback,
    }
    transitions.create(change, actor=actor, kind="change.proposed", payload=told, touches=(surface,))
    change.request = _ask(change, actor)
    change.save()
    if surface.in_force_id is None and surface.state in {SurfaceState.IDEA, SurfaceState.BUILDING}:
        move_surface(surface, actor, "surface.reviewing", SurfaceState.IN_REVIEW)
    return change


def _ask(change: Change, actor: User) -> ApprovalRequest:
    surface, now = change.surface, clock.now()
    regulated = held.is_regulated(change.revision.contract)
    route = policy.route_for("change", tier=change.revision.tier, change_kinds=change.kinds, regulated=regulated)
    return approvals.ask(
        approvals.Asked(
            kind="change",
            subject=change,
            digest=change.revision.digest,
            title=f"{surface.name[:300]}: {change.title}"[:400],
            steps=route.steps,
            policy_version=policy.in_force(),
            expires_at=now + timedelta(days=route.approval_days),
            due_at=now + timedelta(hours=route.decide_hours),
            tier=change.revision.tier,
            change_kinds=change.kinds,
            lane=route.lane,
            in_order=route.in_order,
            team=surface.team,
        ),
        actor=actor,
    )

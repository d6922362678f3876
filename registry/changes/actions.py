"""The only writers of changes: propose, roll back, withdraw, come into force, retire."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Max

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.changes import queries, rules
from registry.changes.models import Change, InForce
from registry.contracts import canonical, completeness, diff, facts, tiers, validate
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Draft, Revision, Surface, SurfaceState

MOST_TOLD = 5  # problems named in the sentence itself; all of them stand beside their fields
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
    surface = _locked(surface, expected_version)
    require(surface_rules.may_edit(actor, surface, surfaces.grants_of(actor, surface)))
    _check_ready(surface)
    draft = surface.drafts.filter(kind=Draft.Kind.CONTRACT).first()
    whole = _sound(surface, contract if contract is not None else (draft.content if draft else None))
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
    surface = _locked(surface, expected_version)
    require(surface_rules.may_edit(actor, surface, surfaces.grants_of(actor, surface)))
    require(rules.may_roll_back_to(surface, to, queries.was_in_force(to)))
    base = surface.in_force
    kinds = diff.diff(base.contract if base else {}, to.contract).kinds
    title = f"Roll back to revision {to.number}"
    return _open(surface, to, base, actor, title, why, {}, kinds, is_rollback=True)


def _locked(surface: Surface, expected_version: int | None) -> Surface:
    locked = Surface.objects.select_for_update(of=("self",)).select_related("owner", "team__lead", "in_force").get(pk=surface.pk)
    if expected_version is not None and locked.version != expected_version:
        raise transitions.stale(locked)
    return locked


def _check_ready(surface: Surface) -> None:
    if lacks := rules.is_ready(surface):
        fields = {"surface": [f"{what} {why}" for what, why in lacks]}
        raise Invalid(" ".join(what for what, _ in lacks), code="not-ready", fields=fields)


def _sound(surface: Surface, contract: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the canonical contract. Raises Invalid with everything that is wrong or missing, Denied by R4."""
    if contract is None:
        raise Invalid("There is no draft to propose.", fix="Write the contract first, under Contract.")
    whole, problems = validate.accept(contract, known=held.known())
    if problems:
        raise Invalid(
            f"The contract has {len(problems)} problem{'s'[: len(problems) > 1]}.",
            fix=" ".join(each.message for each in problems[:MOST_TOLD]),
            code="contract-invalid",
            fields=_by_pointer((each.pointer, f"{each.message} {each.fix}".strip()) for each in problems),
        )
    tier = facts.tier_of(surface.tier or 0, held.tier_facts())
    if missing := completeness.completeness(whole, tier):
        raise Invalid(
            f"The contract lacks {len(missing)} thing{'s'[: len(missing) > 1]} that tier {surface.tier} asks for.",
            fix=" ".join(each.what for each in missing[:MOST_TOLD]),
            code="contract-incomplete",
            fields=_by_pointer((each.pointer, f"{each.what} {each.why}") for each in missing),
        )
    implied = list(tiers.implications(whole, held.data_class_facts()))
    minimum = max((number for number, _ in implied), default=0)
    require(rules.tier_is_enough(surface.tier or 0, minimum, [why for number, why in implied if number == minimum]))
    return whole


def _by_pointer(pairs: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pointer, words in pairs:
        found.setdefault(f"contract{pointer}", []).append(words)
    return found


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
        _move_surface(surface, actor, "surface.reviewing", SurfaceState.IN_REVIEW)
    return change


def _ask(change: Change, actor: User) -> ApprovalRequest:
    surface, now = change.surface, clock.now()
    regulated = _is_regulated(change.revision.contract)
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


def _is_regulated(contract: Mapping[str, Any]) -> bool:
    """Whether regulated data, or a decision about people with sensitive data, is touched: policy then adds approvers."""
    classes = [row["key"] for row in contract.get("inputs", {}).get("data_classes", [])]
    return policy.is_regulated(classes, decides=contract.get("outputs", {}).get("decision") in {"supports", "makes"})


def _move_surface(surface: Surface, actor: User, kind: str, state: str) -> None:
    transitions.change(surface, actor=actor, kind=kind, changes={"state": state}, payload={"state": state})


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: bring the revision into force, or close the change."""
    change = Change.objects.select_related("surface", "revision", "request", "base").get(pk=int(request.subject_id))
    change.request = request
    if request.state == ApprovalRequest.State.APPROVED:
        told = {"number": change.revision.number, "digest": change.revision.digest}
        _move(change, actor, "change.approved", Change.State.APPROVED, told)
        if rules.may_come_into_force(change, clock.today()):
            bring_into_force(change, actor=actor)
        return
    told = {"state": ApprovalRequest.State(request.state).label.lower(), "number": change.revision.number}
    _move(change, actor, "change.ended", request.state, told, ended_at=clock.now())
    surface = change.surface
    if surface.in_force_id is None and surface.state == SurfaceState.IN_REVIEW:
        _move_surface(surface, actor, "surface.reviewing", SurfaceState.BUILDING)


def _move(change: Change, actor: User, kind: str, state: str, told: Mapping[str, Any], **fields: Any) -> None:
    transitions.change(
        change,
        actor=actor,
        kind=kind,
        changes={"state": state, **fields},
        payload=told,
        touches=change.ledger_touches,
    )


@action
def bring_into_force(change: Change, *, actor: User) -> Change:
    """Let an approved revision hold from now on (R6); the one before it is followed, in the same transaction."""
    surface = _locked(change.surface, None)
    change.surface = surface
    require(rules.may_come_into_force(change, clock.today()))
    revision, now = change.revision, clock.now()
    for before in surface.changes.filter(state=Change.State.IN_FORCE).select_related("revision"):
        told = {"number": before.revision.number}
        _move(before, actor, "change.superseded", Change.State.SUPERSEDED, told, ended_at=now)
    told = {
        "number": revision.number,
        "digest": revision.digest,
        "surface": surface.key,
        "before": change.base.number if change.base else 0,
    }
    _move(change, actor, "change.in_force", Change.State.IN_FORCE, told, in_force_at=now)
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
    surface = _locked(surface, expected_version)
    require(surface_rules.may_own_decisions(actor, surface))
    if queries.open_change(surface) is not None:
        raise Conflict("A change of this surface is still open.", fix="Decide or withdraw it first.")
    now = clock.now()
    for before in surface.changes.filter(state=Change.State.IN_FORCE).select_related("revision"):
        told = {"number": before.revision.number}
        _move(before, actor, "change.superseded", Change.State.SUPERSEDED, told, ended_at=now)
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

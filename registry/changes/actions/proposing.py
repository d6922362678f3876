"""Proposes a revision: a new contract, an earlier one, one that cannot wait, or one whose approval was voided."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.changes import queries, rules
from registry.changes.actions.moving import locked
from registry.changes.actions.opening import RECORD_FIELDS, SOURCE_FIELDS, Opening, open_change
from registry.changes.actions.readiness import check_ready, sound
from registry.changes.models import Change
from registry.contracts import canonical, diff
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Draft, Revision, Surface


@action
def propose(
    surface: Surface,
    *,
    actor: User,
    title: str,
    why: str,
    contract: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    source: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> Change:
    """Fix a contract as a new immutable revision and ask the people whom policy names to approve its hash.

    `contract` is the open draft's when not given; a draft that is not what is proposed stays. `record` holds the decision
    record's further fields, `source` who wrote it where (source_author, source_commit, source_link). Raises Invalid with
    all that is missing, Denied by role or R4, Conflict while another change is open or nothing differs.
    """
    words: dict[str, Any] = {"title": title, "why": why, "record": record or {}, "source": source or {}}
    return _propose(surface, actor, contract, expected_version, keeps_draft=contract is not None, **words)


@action
def propose_emergency(
    surface: Surface,
    *,
    actor: User,
    title: str,
    incident: str,
    why: str,
    contract: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Change:
    """Propose a contract that cannot wait: fewest approvers, past freezes and open controls, reviewed afterwards.

    `incident` says what happened. Raises as `propose`, and Invalid where it is empty or a day is planned: what can be
    planned is no emergency.
    """
    if not incident.strip():
        raise Invalid("Say what happened.", fields={"incident": ["An emergency says what happened that cannot wait."]})
    if record and (record.get("planned_on") or record.get("planned_at")):
        raise Invalid("An emergency takes effect at once.", fields={"planned_on": ["Propose it as a change to plan it."]})
    words: dict[str, Any] = {"title": title, "why": why, "record": record or {}, "incident": incident.strip()}
    return _propose(surface, actor, contract, expected_version, is_emergency=True, **words)


@action
def repropose(change: Change, *, actor: User, expected_version: int | None = None) -> Change:
    """Propose the contract of a voided or expired change again, with its record, for approval as things stand now.

    Raises StaleState for a change that ended otherwise or is still open, and as `propose`.
    """
    if change.state not in {Change.State.VOIDED, Change.State.EXPIRED}:
        raise Conflict(
            f"{change} is {change.get_state_display().lower()}.", fix="Only a voided or expired one is proposed again."
        )
    record = {name: getattr(change, name) for name in RECORD_FIELDS if name not in {"planned_on", "planned_at"}}
    if change.planned_at is not None and change.planned_at > clock.now():
        record["planned_at"] = change.planned_at
    surface = change.surface
    if change.is_rollback:
        return roll_back(surface, actor=actor, to=change.revision, why=change.why, expected_version=expected_version)
    same = {name: getattr(change, name) for name in ("title", "why", "is_emergency", "incident")}
    source = {name: getattr(change, name) for name in SOURCE_FIELDS}
    contract = change.revision.contract
    return _propose(surface, actor, contract, expected_version, keeps_draft=True, record=record, source=source, **same)


def _propose(
    surface: Surface,
    actor: User,
    contract: Mapping[str, Any] | None,
    expected_version: int | None,
    *,
    keeps_draft: bool = False,
    **words: Any,
) -> Change:
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
    change = open_change(Opening(surface, revision, base, kinds=difference.kinds, **words), actor=actor)
    if draft is not None and not keeps_draft:
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
    return open_change(Opening(surface, to, base, kinds, title, why, is_rollback=True), actor=actor)


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

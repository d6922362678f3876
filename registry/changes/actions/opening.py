"""Opens a change: checks its decision record, stores it with what it rests on, and asks the people whom policy names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from governance.approvals.models import ApprovalRequest
from governance.core import clock, company
from governance.core.errors import Conflict, Invalid
from governance.ledger import transitions
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from registry.budgets import rules as budget_rules
from registry.changes import queries, rules
from registry.changes.actions.moving import move_surface
from registry.changes.foundation import foundation
from registry.changes.models import Change
from registry.surfaces import facts as held
from registry.surfaces.models import Revision, Surface, SurfaceState

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
    "planned_at",
)
SOURCE_FIELDS = ("source_author", "source_commit", "source_link")


@dataclass(frozen=True)
class Opening:
    """What is to be opened: a revision on a base, its title and reason, its record, and what sort of change it is."""

    surface: Surface
    revision: Revision
    base: Revision | None
    kinds: tuple[str, ...]
    title: str
    why: str
    record: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    is_rollback: bool = False
    is_emergency: bool = False
    incident: str = ""


def open_change(opening: Opening, *, actor: User) -> Change:
    """Store a change and ask for its approval. Raises Invalid for its record, Conflict while another is open."""
    surface, revision, base = opening.surface, opening.revision, opening.base
    record = _checked(opening)
    if queries.open_change(surface) is not None:
        raise Conflict("Another change of this surface is still open.", fix="Decide or withdraw that one first.")
    change = Change(
        surface=surface,
        revision=revision,
        base=base,
        title=opening.title,
        why=opening.why,
        kinds=rules.lane_kinds(
            opening.kinds, is_new=base is None, is_rollback=opening.is_rollback, is_emergency=opening.is_emergency
        ),
        is_rollback=opening.is_rollback,
        is_emergency=opening.is_emergency,
        incident=opening.incident,
        widens=_widens(opening),
        rests_on=foundation(revision.contract, surface.tier or 0),
        requester=actor,
        **record,
        **opening.source,
    )
    told = {
        "number": revision.number,
        "title": opening.title,
        "digest": revision.digest,
        "kinds": change.kinds,
        "surface": surface.key,
        "base": base.number if base else 0,
        "rollback": opening.is_rollback,
    }
    transitions.create(change, actor=actor, kind="change.proposed", payload=told, touches=(surface,))
    change.request = _ask(change, actor)
    change.save()
    if surface.in_force_id is None and surface.state in {SurfaceState.IDEA, SurfaceState.BUILDING}:
        move_surface(surface, actor, "surface.reviewing", SurfaceState.IN_REVIEW)
    return change


def _widens(opening: Opening) -> bool:
    before, after = opening.base, opening.revision
    tiers = (before.tier if before else None, after.tier)
    return bool(budget_rules.expansions(before.contract if before else {}, after.contract, tiers=tiers))


def _checked(opening: Opening) -> dict[str, Any]:
    """Return the decision record as it is stored; raises Invalid with every field that is unknown, missing or wrong."""
    record = {name: value for name, value in opening.record.items() if value is not None}
    stray = (set(record) - set(RECORD_FIELDS)) | (set(opening.source) - set(SOURCE_FIELDS))
    if stray:
        raise Invalid("Some fields are not part of a decision record.", fields={name: ["Unknown."] for name in stray})
    lacks = {} if opening.is_rollback else rules.record_lacks(record, opening.revision.tier)
    if lacks:
        raise Invalid(
            f"The decision record lacks {len(lacks)} thing{'s'[: len(lacks) > 1]} that tier {opening.revision.tier} demands.",
            code="record-incomplete",
            fields=lacks,
        )
    return record | _planned(record)


def _planned(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return day and moment of coming into force; a day alone means its first moment in the company's zone."""
    zone, at = company.zone(), record.get("planned_at")
    if at is None and record.get("planned_on") is not None:
        at = timezone.make_aware(datetime.combine(record["planned_on"], time.min), zone)
        if record["planned_on"] == clock.now().astimezone(zone).date():
            return {"planned_on": record["planned_on"], "planned_at": None}  # today: as soon as it is approved
    if at is None:
        return {}
    if wrong := rules.may_be_planned(at, clock.now()):
        fields = {("planned_at" if record.get("planned_at") else "planned_on"): next(iter(wrong.values()))}
        raise Invalid("It cannot be planned for then.", fields=fields)
    return {"planned_on": at.astimezone(zone).date(), "planned_at": at}


def _ask(change: Change, actor: User) -> ApprovalRequest:
    surface = change.surface
    regulated = held.is_regulated(change.revision.contract)
    route = policy.route_for("change", tier=change.revision.tier, change_kinds=change.kinds, regulated=regulated)
    return ask_along(
        route,
        actor=actor,
        kind="change",
        subject=change,
        digest=change.revision.digest,
        title=f"{surface.name[:300]}: {change.title}",
        tier=change.revision.tier,
        team=surface.team,
        change_kinds=change.kinds,
    )

"""Registering surfaces: one by one, many at once, and step by step over a draft that survives a closed tab."""

from collections.abc import Iterable, Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people import rules as people_rules
from governance.people.models import User
from registry.surfaces import rules
from registry.surfaces.actions.common import FACTS, require_owner, require_tier
from registry.surfaces.actions.transferring import open_transfer
from registry.surfaces.models import Draft, Surface, SurfaceState

STARTS = (SurfaceState.IDEA, SurfaceState.BUILDING)


@action
def register(
    *,
    actor: User,
    name: str,
    owner: User | None = None,
    tier: int | None = None,
    tier_reasons: Iterable[str] = (),
    answers: Mapping[str, Any] | None = None,
    state: str = SurfaceState.IDEA,
    source: str = "",
    reason: str = "",
    **facts: Any,
) -> Surface:
    """Register a surface. Who names somebody else as its owner owns it until that person accepts (R1).

    Risk officers, administrators and service accounts name an owner at once. Raises Denied or Invalid.
    """
    require(rules.may_register(actor))
    _check_facts(facts)
    require_owner(owner)
    require_tier(tier)
    if state not in STARTS:
        raise Invalid("A new surface begins as an idea, or is being built.", fields={"state": ["Idea or building."]})
    holder = owner if owner is not None and _may_name(actor, owner) else actor if people_rules.may_own(actor) else None
    surface = Surface(
        name=name,
        owner=holder,
        tier=tier,
        tier_reasons=list(tier_reasons),
        answers=dict(answers or {}),
        state=state,
        **facts,
    )
    transitions.create(surface, actor=actor, kind="surface.registered", payload=told(surface, source), reason=reason)
    if owner is not None and holder is not None and holder.pk != owner.pk:
        open_transfer(surface, actor=actor, receiver=owner, reason="Named as the owner when it was registered.")
    return surface


@action
def register_many(surfaces: Iterable[Surface], *, actor: User, source: str = "", reason: str = "") -> list[Surface]:
    """Register many new surfaces in few statements; same checks and same results as one by one. Raises Denied, Invalid."""
    require(rules.may_register(actor))
    rows = list(surfaces)
    for owner in {row.owner for row in rows if row.owner is not None}:
        require_owner(owner)
    for number in {row.tier for row in rows}:
        require_tier(number)
    # A register that is taken over also holds what was retired before it came here.
    known = (*STARTS, SurfaceState.RETIRED)
    kept = [row for row in rows if row.state in known and row.in_force_id is None]
    if len(kept) != len(rows):
        raise Invalid("A new surface begins as an idea, or is being built.", fields={"state": ["Idea or building."]})
    return transitions.create_many(
        rows, actor=actor, kind="surface.registered", payload=lambda row: told(row, source), reason=reason
    )


def told(surface: Surface, source: str) -> dict[str, Any]:
    """Return what the ledger says of a new surface."""
    return {
        "name": surface.name,
        "tier": surface.tier,
        "team": surface.team.key if surface.team else "",
        "owner": surface.owner.ref if surface.owner else "",
        "source": source,
    }


def _may_name(actor: User, owner: User) -> bool:
    """Whether the owner named at registration is the owner at once."""
    return owner.pk == actor.pk or roles.governs(actor) or not people_rules.may_own(actor)


def _check_facts(facts: Mapping[str, Any]) -> None:
    if stray := sorted(set(facts) - set(FACTS)):
        raise Invalid("A surface has no such field.", fields={name: ["Unknown."] for name in stray})


@action
def begin_registration(*, actor: User) -> Draft:
    """Open a registration whose answers are kept one by one."""
    require(rules.may_register(actor))
    draft = Draft(kind=Draft.Kind.REGISTRATION, author=actor, content={})
    return transitions.create(draft, actor=actor, kind="registration.begun")


@action
def keep_answers(draft: Draft, *, actor: User, step: str, given: Mapping[str, Any]) -> Draft:
    """Keep the answers of one step. Raises Denied for somebody else's draft."""
    require(rules.may_keep_registration(actor, draft))
    content = {**draft.content, **given}
    return transitions.change(draft, actor=actor, kind="registration.kept", changes={"content": content}, payload={"step": step})


@action
def discard_registration(draft: Draft, *, actor: User) -> None:
    """Throw a registration away that is not finished."""
    require(rules.may_keep_registration(actor, draft))
    transitions.remove(draft, actor=actor, kind="registration.discarded")


@action
def finish_registration(draft: Draft, *, actor: User, **given: Any) -> Surface:
    """Register the surface that a draft's answers describe, and drop the draft. Raises what `register` raises.

    What the draft came from (`source` among its answers) is told with it.
    """
    require(rules.may_keep_registration(actor, draft))
    surface = register(actor=actor, source=str(draft.content.get("source") or "guided"), **given)
    journal.require_open(draft)
    draft.delete()
    return surface

"""Registers assets, changes what is said of them, shares and retires them."""

from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people.models import Team, User
from registry.assets import queries, rules
from registry.assets.actions.common import locked, require_may
from registry.assets.models import Asset

BY_HAND = (Asset.Kind.PROMPT, Asset.Kind.RETRIEVAL)


@action
def register_asset(
    *,
    actor: User,
    kind: str,
    contract_key: str,
    name: str = "",
    description: str = "",
    owner: User | None = None,
    team: Team | None = None,
) -> Asset:
    """Register a prompt or retrieval source that several surfaces share. Raises Invalid, Denied, or Conflict for a key taken.

    Routes come with a surface's revisions and tools from the catalogue, so neither is registered here.
    """
    require(rules.may_register(actor))
    if kind not in BY_HAND:
        raise Invalid(
            "Only prompts and retrieval sources are registered here.",
            fix="Routes come with a surface's revisions, tools from the catalogue.",
            fields={"kind": ["Choose a prompt or a retrieval source."]},
        )
    answers = _answers(owner or actor)
    asset = Asset(
        kind=kind,
        contract_key=contract_key.strip(),
        name=name.strip() or contract_key.strip(),
        description=description,
        owner=answers,
        team=team or answers.team,
    )
    told = {"name": asset.name, "kind": kind, "contract_key": asset.contract_key, "surface": "", "owner": answers.ref}
    return transitions.create(asset, actor=actor, kind="asset.registered", payload=told)


@action
def change_asset(asset: Asset, *, actor: User, expected_version: int | None = None, **facts: Any) -> Asset:
    """Change name, description or team; what is not given stays. Raises Denied, Invalid or StaleState."""
    asset = locked(asset, expected_version)
    require_may(rules.may_keep, actor, asset)
    if stray := set(facts) - {"name", "description", "team"}:
        raise Invalid("Some fields cannot be changed here.", fields={field: ["Unknown."] for field in stray})
    return transitions.change(asset, actor=actor, kind="asset.changed", changes=facts, touches=asset.ledger_touches)


@action
def set_owner(asset: Asset, *, actor: User, owner: User, reason: str = "", expected_version: int | None = None) -> Asset:
    """Give a shared asset to another active person; a surface's own belongs to the surface's owner."""
    asset = locked(asset, expected_version)
    require_may(rules.may_keep, actor, asset)
    if asset.surface is not None:
        raise Invalid(
            "Whoever owns its surface answers for it.",
            fix="Hand the surface over, or let every surface name it first.",
            fields={"owner": ["The surface's owner answers for it."]},
        )
    told = {"to": owner.ref, "before": asset.owner.ref if asset.owner else ""}
    changes = {"owner": _answers(owner)}
    return transitions.change(asset, actor=actor, kind="asset.owner_set", changes=changes, payload=told, reason=reason)


@action
def share_asset(asset: Asset, *, actor: User, owner: User | None = None, expected_version: int | None = None) -> Asset:
    """Let every surface's contract name a surface's own prompt or source; from then on somebody answers for it by name.

    Raises Conflict where a shared one has that key already.
    """
    asset = locked(asset, expected_version)
    require_may(rules.may_share, actor, asset)
    surface = asset.surface
    answers = _answers(owner or (surface.owner if surface is not None and surface.owner is not None else actor))
    return transitions.change(
        asset,
        actor=actor,
        kind="asset.shared",
        changes={"surface": None, "owner": answers, "team": surface.team if surface is not None else asset.team},
        payload={"surface": surface.key if surface is not None else ""},
        touches=(surface,) if surface is not None else (),
    )


@action
def retire_asset(asset: Asset, *, actor: User, reason: str, expected_version: int | None = None) -> Asset:
    """Close an asset that no revision in force names; its versions stay readable. Raises Denied or StaleState."""
    asset = locked(asset, expected_version)
    require_may(rules.may_retire, actor, asset, queries.in_force_count(asset))
    return transitions.change(
        asset,
        actor=actor,
        kind="asset.retired",
        changes={"state": Asset.State.RETIRED},
        expected={"state": Asset.State.ACTIVE},
        payload={"before": asset.state},
        touches=asset.ledger_touches,
        reason=reason,
    )


def _answers(person: User) -> User:
    """Return who is to answer for an asset (R1). Raises Invalid for somebody who cannot."""
    if not person.is_active or not roles.may_write(person):
        raise Invalid(f"{person} cannot answer for it.", fix="Name an active person.", fields={"owner": ["Name somebody else."]})
    return person

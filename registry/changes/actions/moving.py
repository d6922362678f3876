"""What every writer of changes does: lock the surface, and move change and surface on."""

from collections.abc import Mapping
from typing import Any

from governance.ledger import transitions
from governance.people.models import User
from registry.changes.models import Change
from registry.surfaces.models import Surface


def locked(surface: Surface, expected_version: int | None) -> Surface:
    locked = Surface.objects.select_for_update(of=("self",)).select_related("owner", "team__lead", "in_force").get(pk=surface.pk)
    if expected_version is not None and locked.version != expected_version:
        raise transitions.stale(locked)
    return locked


def move_surface(surface: Surface, actor: User, kind: str, state: str) -> None:
    transitions.change(surface, actor=actor, kind=kind, changes={"state": state}, payload={"state": state})


def move(change: Change, actor: User, kind: str, state: str, told: Mapping[str, Any], **fields: Any) -> None:
    transitions.change(
        change,
        actor=actor,
        kind=kind,
        changes={"state": state, **fields},
        payload=told,
        touches=change.ledger_touches,
    )

"""Rooms are made, changed and closed."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from governance.rooms import queries, rules
from governance.rooms.models import Room

CHANGEABLE = {"title", "audience", "welcome", "owner"}


@action
def make(
    *, actor: User, title: str, audience: str = "", welcome: str = "", kind: str = Room.Kind.INVITED, owner: User | None = None
) -> Room:
    """Make a room; nothing lies in it and no link opens it yet.

    Raises Denied, Invalid by field, Conflict when there is a public room already.
    """
    require(rules.may_make(actor))
    keeper = owner or actor
    _check(title, keeper)
    if kind not in Room.Kind.values:
        raise Invalid("Choose who comes in.", fields={"kind": [f"One of {', '.join(Room.Kind.values)}."]})
    room = Room(title=title.strip(), audience=audience.strip(), welcome=welcome.strip(), kind=kind, owner=keeper)
    told = {"name": room.title, "for": room.audience, "room_kind": room.kind, "owner": keeper.ref}
    return transitions.create(room, actor=actor, kind="room.made", payload=told)


@action
def edit(room: Room, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None) -> Room:
    """Change title, audience, welcome or owner. Raises Denied, Invalid, StaleState."""
    room = locked(room, actor, expected_version)
    if unknown := set(changes) - CHANGEABLE:
        raise Invalid("A room has no such field.", fields={name: ["Unknown."] for name in sorted(unknown)})
    wanted: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    _check(wanted.get("title", room.title), wanted.get("owner", room.owner))
    told = {"name": wanted.get("title", room.title)}
    return transitions.change(room, actor=actor, kind="room.edited", changes=wanted, payload=told)


@action
def close(room: Room, *, actor: User, reason: str, expected_version: int | None = None) -> Room:
    """Close a room for good: no link opens it any more, at once. Raises Denied, Invalid without a reason, StaleState."""
    room = locked(room, actor, expected_version)
    if not reason.strip():
        raise Invalid("Say why it is closed.", fields={"reason": ["This is needed."]})
    changes = {"state": Room.State.CLOSED, "ended_because": reason.strip()}
    return transitions.change(
        room, actor=actor, kind="room.closed", changes=changes, payload={"name": room.title}, reason=reason.strip()
    )


def locked(room: Room, actor: User, expected_version: int | None) -> Room:
    """Return a room as it stands now, for whoever may keep it. Raises NotVisible, Denied, StaleState."""
    now = Room.objects.select_for_update(of=("self",)).select_related("owner").get(pk=room.pk)
    queries.get(actor, now.key)
    require(rules.may_keep(actor, now))
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def _check(title: str, owner: User) -> None:
    wrong: dict[str, list[str]] = {}
    if not title.strip():
        wrong["title"] = ["Give it a name that its viewers will read."]
    if not (verdict := people.may_own(owner)):
        wrong["owner"] = [verdict.reason]
    if wrong:
        raise Invalid("This room cannot be kept like this.", fields=wrong)

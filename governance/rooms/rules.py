"""Who may keep rooms, what may lie in them, and whether a link opens: pure decisions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.packs.models import Pack
from governance.people import roles
from governance.people.models import Role
from governance.policy.proofrules import RoomRules
from governance.rooms.models import Room, RoomItem, RoomLink

SHORTEST_PASSWORD = 10
KEEPERS = ("A leader", "A risk officer")
_AUDITORS = "Auditors read everything and change nothing."


def may_make(user: Any) -> Verdict:
    """Say whether a person may make rooms: what leaves the house is for leaders and those who govern."""
    if not roles.may_write(user):
        return deny(_AUDITORS)
    if roles.governs(user) or user.role == Role.LEADER:
        return ALLOW
    return deny("Rooms are made by leaders and risk officers, and given to somebody to keep.", grantors=KEEPERS)


def may_keep(user: Any, room: Room) -> Verdict:
    """Say whether a person may change a room, what lies in it and its links: its owner, and those who may make rooms."""
    if room.state == Room.State.CLOSED:
        return deny("This room is closed.", fix="Make a new one.")
    if roles.may_write(user) and user.pk == room.owner_id:
        return ALLOW
    return may_make(user)


def may_link(user: Any, room: Room) -> Verdict:
    """Say whether a person may hand out links of a room."""
    if room.kind == Room.Kind.PUBLIC:
        return deny("The public page needs no link: everybody comes in.", fix="Make a room for those who are invited.")
    return may_keep(user, room)


def may_revoke(user: Any, link: RoomLink) -> Verdict:
    """Say whether a person may revoke a link: who made it, the room's owner, and those who may make rooms."""
    if link.state == RoomLink.State.REVOKED:
        return deny("This link is revoked already.")
    if roles.may_write(user) and user.pk in (link.made_by_id, link.room.owner_id):
        return ALLOW
    return may_make(user)


def may_hold(user: Any, room: Room, pack: Pack) -> Verdict:
    """Say whether a pack may lie in a room: frozen, and in another edition than the buyer's only by those who govern."""
    if not pack.is_ready:
        return deny("Only a frozen pack can be shown.", fix="Wait until it is built.")
    if pack.edition == Pack.Edition.BUYER or roles.governs(user):
        return ALLOW
    return deny(
        f"{pack.key} is the {pack.get_edition_display().lower()} edition, which policy redacts nothing of.",
        fix="Have the buyer's edition built, or ask a risk officer to put this one in.",
        grantors=("A risk officer",),
    )


def may_answer(policy: RoomRules, key: str) -> Verdict:
    """Say whether policy lets answers of a kind be shown outside."""
    if key in policy.public:
        return ALLOW
    return deny(
        "Policy does not make these answers public.",
        fix="A risk officer can add them under buyer's rooms in the policy.",
        grantors=("A risk officer",),
    )


def faults_of_link(
    policy: RoomRules, *, name: str, email: str, password: str, expires_at: datetime, now: datetime
) -> dict[str, list[str]]:
    """Return what a new link lacks, by field; nothing when it can be made."""
    found: dict[str, list[str]] = {}
    if not name.strip():
        found["viewer_name"] = ["Say who will open it: every page is marked for them."]
    if "@" not in email:
        found["viewer_email"] = ["Give their e-mail address: every page is marked for it."]
    if expires_at <= now:
        found["expires_at"] = ["This moment has passed."]
    elif expires_at > now + timedelta(days=policy.longest_days):
        found["expires_at"] = [f"Policy lets a link last for at most {policy.longest_days} days."]
    if password and len(password) < SHORTEST_PASSWORD:
        found["password"] = [f"At least {SHORTEST_PASSWORD} characters."]
    if policy.password_required and not password:
        found["password"] = ["Policy asks for a password. Send it by another way than the link."]
    return found


def is_open(link: RoomLink, now: datetime) -> bool:
    """Whether a link opens its room now."""
    return link.state == RoomLink.State.ACTIVE and link.expires_at > now and link.room.state == Room.State.OPEN


def shown(policy: RoomRules, item: RoomItem, discarded: Collection[str] = ()) -> bool:
    """Whether an item of an open room is shown: answers while policy makes them public, a pack while its files are kept."""
    if item.kind == RoomItem.Kind.ANSWER:
        return item.source in policy.public
    return not (item.kind == RoomItem.Kind.PACK and item.subject_id in discarded)

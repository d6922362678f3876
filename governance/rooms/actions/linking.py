"""Links are handed out, each to one viewer, and revoked."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import keys
from governance.people.models import User
from governance.rooms import queries, rules
from governance.rooms.actions.keeping import locked
from governance.rooms.models import Room, RoomLink


@dataclass(frozen=True)
class IssuedLink:
    """A link with the secret part of its address: the only moment at which it can be shown."""

    link: RoomLink
    secret: str


@action
def make_link(
    room: Room, *, actor: User, viewer_name: str, viewer_email: str, expires_at: datetime, password: str = "", reason: str = ""
) -> IssuedLink:
    """Let one viewer into a room until a moment. Raises Denied, Invalid by field (policy says how long, and the password)."""
    room = locked(room, actor, None)
    require(rules.may_link(actor, room))
    wrong = rules.faults_of_link(
        queries.room_rules(), name=viewer_name, email=viewer_email, password=password, expires_at=expires_at, now=clock.now()
    )
    if wrong:
        raise Invalid("This link cannot be made yet.", fields=wrong)
    born = keys.new_link()
    link = RoomLink(
        room=room,
        viewer_name=viewer_name.strip(),
        viewer_email=viewer_email.strip().lower(),
        token_digest=born.digest,
        password=make_password(password) if password else "",
        expires_at=expires_at,
        made_by=actor,
    )
    transitions.create(
        link,
        actor=actor,
        kind="room.link_made",
        payload={"room": room.key, "expires_at": expires_at, "password": bool(password)},
        personal={"viewer": link.viewer_name, "email": link.viewer_email},
        touches=(room,),
        reason=reason,
    )
    return IssuedLink(link, born.secret)


@action
def revoke_link(link: RoomLink, *, actor: User, reason: str, expected_version: int | None = None) -> RoomLink:
    """Close a link for good, at once. Raises Denied, Invalid without a reason, StaleState when it moved meanwhile."""
    now = RoomLink.objects.select_for_update(of=("self",)).select_related("room__owner").get(pk=link.pk)
    queries.get(actor, now.room.key)
    require(rules.may_revoke(actor, now))
    if not reason.strip():
        raise Invalid("Say why it is revoked.", fields={"reason": ["This is needed."]})
    return transitions.change(
        now,
        actor=actor,
        kind="room.link_revoked",
        changes={"state": RoomLink.State.REVOKED, "ended_because": reason.strip()},
        expected_version=expected_version,
        payload={"room": now.room.key},
        touches=(now.room,),
        reason=reason.strip(),
    )

"""Who viewers were is forgotten, and their links with them: inside the action that decides an erasure."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.ledger import letgo, transitions
from governance.ledger.journal import action
from governance.ledger.models import Mention, PersonalPayload
from governance.people.models import User
from governance.rooms.models import RoomLink

NAME, ADDRESS = "Former viewer", "erased@viewer.invalid"  # RFC 2606: no mail can ever reach it
LINK = "governance.roomlink"


def of_address(address: str) -> QuerySet[RoomLink]:
    """Return the links that were made for an address."""
    return RoomLink.objects.filter(viewer_email__iexact=address.strip()) if address.strip() else RoomLink.objects.none()


@action
def forget_viewer(links: QuerySet[RoomLink], *, actor: User, cause: str) -> int:
    """Forget who the viewers of some links were, in the rows and in the ledger, and revoke what is open; return how many."""
    found = list(links.select_for_update(of=("self",)).select_related("room"))
    for link in found:
        letgo.forget_parts(_parts(link), cause=cause)
        changes: dict[str, Any] = {"viewer_name": NAME, "viewer_email": ADDRESS}
        if link.state == RoomLink.State.ACTIVE:
            changes |= {"state": RoomLink.State.REVOKED, "ended_because": f"Its viewer was erased ({cause})."}
        told = {"room": link.room.key, "cause": cause}
        transitions.change(link, actor=actor, kind="room.viewer_erased", changes=changes, payload=told, touches=(link.room,))
    return len(found)


def _parts(link: RoomLink) -> QuerySet[Any]:
    """Return the personal parts of entries that tell of a link: of its making, and of each visit by it."""
    visits = Mention.objects.filter(entry=OuterRef("entry"), subject_type=LINK, subject_id=str(link.pk))
    own = Q(entry__subject_type=LINK, entry__subject_id=str(link.pk))
    return PersonalPayload.objects.filter(own | Q(Exists(visits)), entry__kind__startswith="room.")

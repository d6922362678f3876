"""Access that links into rooms give to viewers without an account, for reviews of who may do what."""

from collections.abc import Iterable

from governance.accessreviews.sources import AccessSource, Held, numbers
from governance.core import clock
from governance.core.contributions import contribute
from governance.people.models import User
from governance.rooms import actions
from governance.rooms.models import RoomLink


def held(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every link that still opens a room; its viewer is named by its number only."""
    found = RoomLink.objects.filter(state=RoomLink.State.ACTIVE, expires_at__gt=clock.now()).filter(**numbers(ids))
    for each in found.select_related("room").order_by("pk"):
        what = f"Link {each.key} into {each.room.key} {each.room}"
        yield Held(str(each.pk), what, None, each.get_absolute_url(), since=each.created_at.date(), until=each.expires_at.date())


def revoke(pk: str, actor: User, reason: str) -> RoomLink:
    """Close a link for good."""
    return actions.revoke_link(RoomLink.objects.get(pk=int(pk)), actor=actor, reason=reason)


contribute(AccessSource("room_links", "Links into buyer's rooms", "The link opens nothing any more.", held, revoke, order=90))

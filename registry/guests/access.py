"""Access that guest auditors have, for reviews of who may do what."""

from collections.abc import Iterable

from governance.accessreviews.sources import AccessSource, Held, numbers
from governance.core.contributions import contribute
from governance.people.models import User
from registry.guests import actions
from registry.guests.models import GuestAccess


def held(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every guest's access that did not end, and every one that waits for its guest."""
    found = GuestAccess.objects.exclude(state=GuestAccess.State.ENDED).filter(**numbers(ids)).select_related("person")
    for each in found.order_by("pk"):
        what = f"Guest {each.key}: {each.scope}"
        since, until = each.created_at.date(), each.ends_at.date()
        yield Held(str(each.pk), what, each.person, each.get_absolute_url(), since=since, until=until)


def revoke(pk: str, actor: User, reason: str) -> GuestAccess:
    """End a guest's access at once."""
    return actions.end(GuestAccess.objects.get(pk=int(pk)), actor=actor, reason=reason)


contribute(AccessSource("guests", "Guest auditors", "Their access ends, and their account with it.", held, revoke, order=80))

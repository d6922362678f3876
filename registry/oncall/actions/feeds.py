"""Calendar feeds: a secret address, shown once, and revoked at will."""

import hashlib
import secrets
from dataclasses import dataclass

from governance.core import clock
from governance.core.errors import NotVisible, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.oncall import queries, rules
from registry.oncall.models import CalendarFeed, Rota


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A new feed, and the secret of its address, which nobody can read again."""

    feed: CalendarFeed
    secret: str


def digest_of(secret: str) -> str:
    """Return the hash under which a feed's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action
def make_feed(*, actor: User, rota: Rota | None = None, shows: str = CalendarFeed.Shows.SHIFTS) -> MadeFeed:
    """Make a calendar address for one's own shifts, for a rota's, or for all of one's calendar. Raises Denied."""
    require(rules.may_have_feed(actor))
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(shows=shows, rota=rota, person=None if rota else actor, owner=actor, digest=digest_of(secret))
    told = {"shows": rota.key if rota else actor.ref}
    transitions.create(feed, actor=actor, kind="calendar_feed.made", payload=told)
    return MadeFeed(feed, secret)


@action
def revoke_feed(feed: CalendarFeed, *, actor: User) -> CalendarFeed:
    """Make an address dead at once. Raises NotVisible for somebody else's, StaleState when it is revoked already."""
    held = queries.feeds(actor).select_for_update(of=("self",)).filter(pk=feed.pk).first()
    if held is None and CalendarFeed.objects.filter(pk=feed.pk, owner=actor).exists():
        raise StaleState("This address is revoked already.", fix="Make a new one if you need it.")
    if held is None:
        raise NotVisible("There is no such calendar feed of yours.", fix="Look at the list of your feeds.")
    shows = held.rota.key if held.rota else held.person.ref if held.person else ""
    changes = {"revoked_at": clock.now()}
    return transitions.change(held, actor=actor, kind="calendar_feed.revoked", changes=changes, payload={"shows": shows})

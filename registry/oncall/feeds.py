"""Shifts as a calendar that other programs read (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from governance.channels.message import whole
from governance.core import clock
from governance.core.errors import NotVisible
from governance.people.rules import is_working
from registry.oncall import queries
from registry.oncall.actions.feeds import digest_of
from registry.oncall.models import CalendarFeed
from registry.oncall.reading import Shift

BACK, AHEAD = timedelta(weeks=2), timedelta(weeks=13)
REFRESH = timedelta(hours=1)


def opened(secret: str, shows: str = CalendarFeed.Shows.SHIFTS) -> CalendarFeed:
    """Return the feed behind a secret. Raises NotVisible for an unknown or revoked one, and when its owner has left.

    One that shows something else is unknown here.
    """
    rows = CalendarFeed.objects.select_related("rota", "person", "owner").filter(revoked_at=None, shows=shows)
    feed = rows.filter(digest=digest_of(secret)).first()
    if feed is None or not is_working(feed.owner, clock.now()):
        raise NotVisible(
            "There is no calendar at this address.",
            fix="Make a new address where you look at it, and give it to your calendar program.",
        )
    return feed


def written(feed: CalendarFeed) -> bytes:
    """Return a feed's shifts from two weeks ago to thirteen weeks ahead as an iCalendar file."""
    now = clock.now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    starts, ends = monday - BACK, monday + AHEAD
    if feed.rota is not None:
        name, found = feed.rota.name, queries.shifts(feed.rota, starts, ends)
    else:
        person = feed.person or feed.owner
        name, found = f"On call: {person.name}", queries.shifts_of(person, starts, ends)
    return _calendar(name, found, now, by_person=feed.rota is not None).to_ical()


def _calendar(name: str, found: Iterable[Shift], now: datetime, *, by_person: bool) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Plumbline//On call//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for shift in found:
        made.add_component(_event(shift, now, by_person=by_person))
    return made


def _event(shift: Shift, now: datetime, *, by_person: bool) -> Event:
    event = Event()
    event.add("uid", f"{shift.rota.pk}-{shift.starts_at:%Y%m%dT%H%M%SZ}-{shift.person.ref}@on-call.plumbline")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", f"{shift.person.name} on call" if by_person else f"On call: {shift.rota.name}")
    event.add("description", "An override." if shift.is_override else f"{shift.rota.name}, {shift.layer}")
    if url := whole(shift.rota.get_absolute_url()):
        event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event

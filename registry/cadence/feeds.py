"""A person's calendar as other programs read it (RFC 5545), at a secret address of their own."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from governance.channels.message import whole
from governance.core import calendar, clock
from registry.oncall import feeds
from registry.oncall.models import CalendarFeed

BACK, AHEAD = timedelta(weeks=2), timedelta(weeks=26)
REFRESH = timedelta(hours=1)
NAME = "Plumbline"


def opened(secret: str) -> CalendarFeed:
    """Return the feed of a calendar behind a secret. Raises NotVisible for another, a revoked one, and when its owner left."""
    return feeds.opened(secret, CalendarFeed.Shows.CALENDAR)


def written(feed: CalendarFeed) -> bytes:
    """Return what its owner may see, from two weeks ago to half a year ahead, as an iCalendar file."""
    today = clock.today()
    made = Calendar()
    made.add("prodid", "-//Plumbline//Calendar//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", NAME)
    made.add("x-wr-calname", NAME)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for held in calendar.gather(feed.owner, today - BACK, today + AHEAD):
        made.add_component(_event(held, clock.now()))
    return bytes(made.to_ical())


def _event(held: calendar.Held, now: datetime) -> Event:
    given, event = held.event, Event()
    event.add("uid", f"{held.source.key}-{given.key}@calendar.plumbline")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", given.starts)
    event.add("dtend", _end(given.starts, given.ends))
    event.add("summary", given.title)
    event.add("categories", [held.source.label])
    if given.detail:
        event.add("description", given.detail)
    if url := whole(given.url):
        event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event


def _end(starts: date, ends: date | None) -> date:
    """Return the end as the standard counts it: a day after the last one, or a moment; what has none lasts half an hour."""
    if isinstance(starts, datetime):
        return ends if ends is not None else starts + timedelta(minutes=30)
    return (ends or starts) + timedelta(days=1)

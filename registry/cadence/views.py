"""The calendar: a month or a list of what falls due, of what kind one likes, and its secret address."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from governance.core import calendar, clock
from governance.core.contributions import CalendarSource, contributed
from governance.core.errors import Denied
from governance.people.rows import is_insider
from governance.ui.pages import Page
from registry.cadence import feeds
from registry.oncall import actions, rules
from registry.oncall import queries as oncall
from registry.oncall.models import CalendarFeed
from registry.oncall.views.feeds import MakeFeed

FAMILY = NAV = "reviews"
SHOWN = 4
"""Events in one day of the month; the rest stand in the list."""
LISTED = 400
FURTHEST = timedelta(days=3660)


def admit(user: Any) -> None:
    """Raise Denied for guests: the calendar tells how the company works."""
    if not is_insider(user):
        raise Denied("The calendar is for people in the company.", fix="Ask whoever invited you.", grantors=("An administrator",))


def asked_day(given: str, today: date) -> date:
    """Return the day that an address names (2026-11-21 or 2026-11), today where it names none within ten years."""
    try:
        day = parse_date(given if len(given) > 7 else f"{given}-01")
    except ValueError:  # well formed, and no day
        day = None
    return day if day is not None and abs(day - today) < FURTHEST else today


class CalendarPage(Page):
    """A month, and below it the same as a list."""

    title, nav, family, template = "Calendar", NAV, FAMILY, "registry/cadence/calendar.html"

    def context(self, **more: Any) -> dict[str, Any]:
        """Add the weeks of the month, the list, and what can be left out."""
        admit(self.user)
        today, given = clock.today(), self.request.GET
        known = contributed(CalendarSource)
        only = [key for key in given.getlist("kind") if key in {source.key for source in known}]
        mine, day = given.get("mine") == "1", asked_day(given.get("month", ""), today)
        start, end = calendar.months(day)
        found = calendar.gather(self.user, start, end, only, mine)
        days = [self._day(each, held, day, today) for each, held in calendar.by_day(found, start, end).items()]
        first = day.replace(day=1)
        inside = [held for held in found if held.last >= first and held.first < _after(first)]
        return super().context(
            weeks=[days[place : place + 7] for place in range(0, len(days), 7)],
            listed=inside[:LISTED],
            left_out=max(0, len(inside) - LISTED),
            month=first,
            before=self._to(first - timedelta(days=1), only, mine),
            after=self._to(_after(first), only, mine),
            now=self._to(today, only, mine),
            sources=[(source, source.key in only) for source in known],
            mine=mine,
            filtered=bool(only) or mine,
            feeds=[
                each for each in oncall.feeds(self.user) if each.shows == CalendarFeed.Shows.CALENDAR and each.owner == self.user
            ],
            may=bool(rules.may_have_feed(self.user)),
            **more,
        )

    def _day(self, day: date, held: list[calendar.Held], shown: date, today: date) -> dict[str, Any]:
        rest = len(held) - SHOWN
        cut = held if rest <= 1 else held[:SHOWN]
        told = {"day": day, "held": cut, "more": len(held) - len(cut), "is_today": day == today}
        return told | {"is_outside": day.month != shown.month}

    def _to(self, day: date, only: list[str], mine: bool) -> str:
        asked = [("month", f"{day:%Y-%m}"), *(("kind", key) for key in only), *([("mine", "1")] if mine else [])]
        return f"?{urlencode(asked)}"


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


class MakeCalendarFeed(MakeFeed):
    """Make a secret address of one's own calendar; it is shown once."""

    title, submit, nav = "A calendar address", "Make the address", NAV
    lead = "Whoever knows the address reads your calendar without signing in: what you may see, and no more. You can revoke it."
    door, done = "calendar-feed", "calendar"

    def load(self) -> Any:
        """Nothing is acted on."""
        return None

    def back_url(self, obj: Any) -> str:
        """Return to the calendar."""
        return reverse("calendar")

    def perform(self, obj: Any, given: Any) -> CalendarFeed:
        """Make it."""
        made = actions.make_feed(actor=self.user, shows=CalendarFeed.Shows.CALENDAR)
        self.secret = made.secret
        return made.feed


@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the calendar behind a secret; an unknown, revoked or orphaned one is not found."""
    answer = HttpResponse(feeds.written(feeds.opened(secret)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="plumbline.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer

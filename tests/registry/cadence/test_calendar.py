"""The calendar: every source's days in one statement, as a page, over REST, and as a file behind a secret address."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from governance.core import calendar, clock
from governance.people import actions as people
from governance.reviews import actions as reviews
from governance.reviews import rollout
from registry.changes import actions as changes
from registry.oncall import actions as oncall
from registry.oncall.models import CalendarFeed
from registry.surfaces.models import Surface
from registry.switches import actions as switches
from tests.registry.building import make_catalog, make_surface

DAY = timedelta(days=1)
API = "/api/v1/calendar/events"


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)
    switches.plan(made, actor=world.noor, kind="kill_switch", planned_on=clock.today() + DAY)
    reviews.plan("eval", actor=world.rosa, planned_on=clock.today() + 2 * DAY, asked=(world.noor,))
    now = clock.now()
    over = now + 5 * DAY
    changes.freeze(name="Year's end", actor=world.rosa, reason="Nobody is here.", starts_at=now + 3 * DAY, ends_at=over)
    return made


def titles(user: Any) -> list[str]:
    return [held.event.title for held in calendar.gather(user, clock.today(), clock.today() + 20 * DAY)]


def test_each_reader_sees_what_falls_on_what_they_see(world: Any, surface: Surface) -> None:
    assert titles(world.rosa) == [f"Kill switch drill: {surface.name}", "Weekly eval review", "Freeze: Year's end"]
    assert titles(world.noor) == titles(world.rosa)
    assert titles(world.jun) == ["Freeze: Year's end"] and titles(world.gus) == []
    mine = calendar.gather(world.noor, clock.today(), clock.today() + 20 * DAY, mine=True)
    assert [held.source.key for held in mine] == ["drills"]
    freeze_days = calendar.by_day(
        calendar.gather(world.jun, clock.today(), clock.today() + 9 * DAY), clock.today(), clock.today() + 9 * DAY
    )
    assert [len(held) for held in freeze_days.values()] == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0]
    with CaptureQueriesContext(connection) as seen:
        titles(world.rosa)
    assert len(seen) == 1


def test_the_page_shows_a_month_and_can_be_narrowed(world: Any, surface: Surface, client_as: Any) -> None:
    rosa, here = client_as(world.rosa), reverse("calendar")
    rosa.get(here)
    with CaptureQueriesContext(connection) as seen:
        page = rosa.get(f"{here}?month={clock.today() + DAY:%Y-%m}").content.decode()
    assert "Kill switch drill" in page and len(seen) <= 15
    only = rosa.get(f"{here}?month={clock.today() + DAY:%Y-%m}&kind=reviews").content.decode()
    assert "Kill switch drill" not in only and "Show all" in only
    for odd in ("?month=9999-99", "?month=2026-13", "?month=%00", "?kind=nothing", "?month=0001-01"):
        assert rosa.get(here + odd).status_code == 200, odd
    assert client_as(world.gus).get(here).status_code == 403


def test_a_secret_address_gives_it_to_calendar_programs(world: Any, surface: Surface, client: Any, client_as: Any) -> None:
    noor = client_as(world.noor)
    shown = noor.post(reverse("calendar-feed-new")).content.decode()
    address = shown[shown.index("http://") : shown.index(".ics")] + ".ics"
    path = address.removeprefix("http://testserver")
    answer = client.get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    events = {str(each["summary"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == set(titles(world.noor))
    drill, freeze = events[f"Kill switch drill: {surface.name}"], events["Freeze: Year's end"]
    assert drill.decoded("dtstart") == clock.today() + DAY and drill.decoded("dtend") == clock.today() + 2 * DAY
    assert freeze.decoded("dtend") - freeze.decoded("dtstart") == 2 * DAY
    again = {str(each["uid"]) for each in Calendar.from_ical(client.get(path).content).walk("VEVENT")}
    assert again == {str(each["uid"]) for each in events.values()} and len(again) == 3
    feed = CalendarFeed.objects.get()
    assert feed.key in noor.get(reverse("calendar")).content.decode()
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert client.get(reverse("on-call-calendar", args=[secret])).status_code == 404  # it opens nothing else
    shifts = oncall.make_feed(actor=world.noor)
    assert client.get(reverse("calendar-feed", args=[shifts.secret])).status_code == 404
    oncall.revoke_feed(feed, actor=world.noor)
    assert client.get(path).status_code == 404


def test_it_dies_with_whoever_made_it(world: Any, surface: Surface, client: Any) -> None:
    made = oncall.make_feed(actor=world.noor, shows=CalendarFeed.Shows.CALENDAR)
    path = reverse("calendar-feed", args=[made.secret])
    assert client.get(path).status_code == 200
    people.deactivate(world.noor, actor=world.ada)
    assert client.get(path).status_code == 404


def test_by_rest(world: Any, surface: Surface, api_as: Any) -> None:
    found = api_as(world.noor).get(API).json()
    assert [each["source"] for each in found] == ["drills", "reviews", "freezes"] and found[0]["mine"] is True
    assert found[0]["at"] is None and found[2]["at"] is not None
    asked = {"start": str(clock.today() + 2 * DAY), "end": str(clock.today() + 2 * DAY)}
    assert [each["source"] for each in api_as(world.rosa).get(API, asked).json()] == ["reviews"]
    assert api_as(world.rosa).get(API, {"end": "1999-01-01"}).status_code == 400
    assert api_as(world.gus).get(API).status_code == 403


def test_steps_of_the_rollout_are_asked_in_one_statement(world: Any, surface: Surface) -> None:
    reviews.start_rollout(actor=world.rosa, starts_on=clock.today())
    with CaptureQueriesContext(connection) as seen:
        found = {step.key: step.done for step in rollout.steps()}
    assert len(seen) <= 5 and len(found) == 15
    assert found["owners"] and found["tiers_set"] and found["surfaces_mapped"] and not found["kill_switch"]
    assert not found["charter"] and not found["audit_pack"] and not found["incident_drill"] and not found["scorecard"]

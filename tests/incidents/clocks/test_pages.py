"""The page of clocks, the strip of an incident, REST, notices, inbox and briefing."""

from datetime import timedelta
from typing import Any

from django.test import RequestFactory
from django.urls import reverse

from governance.core import clock as time
from governance.core.contributions import BriefingLine, contribution
from governance.notifications.actions import follow as tell
from governance.notifications.models import Notice
from incidents.cases.models import Incident
from incidents.clocks import actions, reading, words
from incidents.clocks.models import Clock
from incidents.clocks.panel import flag_button, panel
from incidents.clocks.shown import pressing, to_do
from tests.incidents.building import make_incident
from tests.incidents.clocks.conftest import at, move, triage

V1 = "/api/v1"


def boxes(incident: Incident, user: Any) -> list[tuple[str, str, str]]:
    incident.refresh_from_db()
    return [(box.title, box.left, box.tone) for box in reading.boxes(incident, user, time.now())]


def test_the_strip_says_what_the_design_says(world: Any, incident: Incident) -> None:
    start = incident.reported_at
    with at(start, minutes=6):
        triage(incident, world.noor)
        move(incident, actor=world.noor, owner=world.noor)
    with at(start, minutes=53):
        shown = boxes(incident, world.noor)
        assert shown == [
            ("Acknowledged", "in 6 min", "ok"), ("Mitigate", "7 min left", "warn"), ("Resolve", "7 h 7 min left", ""),
            ("Regulator, GDPR", "not started", ""),
        ]  # fmt: skip
        (mitigate,) = [box for box in reading.boxes(incident, world.noor, time.now()) if box.title == "Mitigate"]
        assert (mitigate.used, mitigate.small, mitigate.links[0][0]) == (88, "of 1 h, due in 7 min", "Pause")
        actions.flag(incident, "customers", actor=world.noor, reason="A contract.")
    with at(start, minutes=100):
        assert boxes(incident, world.noor)[1:] == [
            ("Mitigate", "40 min over", "stop"), ("Resolve", "6 h 20 min left", ""), ("Tell customers", "3 h 13 min left", ""),
        ]  # fmt: skip
        assert all(not box.links for box in reading.boxes(incident, world.aud, time.now()))


def test_a_pause_shows_what_is_left(world: Any, incident: Incident) -> None:
    triage(incident, world.noor)
    with at(incident.reported_at, minutes=20):
        actions.pause(Clock.objects.get(incident=incident, kind="mitigate"), actor=world.noor, reason="Waits for the vendor.")
    with at(incident.reported_at, hours=9):
        (box,) = [each for each in reading.boxes(incident, world.noor, time.now()) if each.title == "Mitigate"]
    assert (box.left, box.small, box.used) == ("paused", "40 min left when it goes on", 33)


def test_lengths_are_said_as_people_say_them() -> None:
    said = [words.length(seconds) for seconds in (8, 59, 60, 3540, 3600, 11580, 259200, 266400)]
    assert said == ["8 s", "59 s", "1 min", "59 min", "1 h", "3 h 13 min", "72 h", "3 days 2 h"]


def test_the_panel_asks_little_and_an_import_has_none(world: Any, incident: Incident, django_assert_max_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = world.noor
    triage(incident, world.noor)
    with django_assert_max_num_queries(3):
        html = panel(request, incident)
    assert 'aria-label="Clocks"' in html and "per cent of the time is used" in html
    assert flag_button(world.noor, incident) and flag_button(world.aud, incident) is None
    old = make_incident(actor=world.rosa, source="import")
    assert panel(request, old) == "" and flag_button(world.noor, old) is None


def test_the_page_shows_what_runs_worst_first(
    world: Any, incident: Incident, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    triage(incident, world.noor, "SEV1")
    client = client_as(world.noor)
    client.get(reverse("clocks"))
    for _ in range(3):
        more = make_incident(actor=world.noor, surface=incident.surface)
        move(more, actor=world.noor, where="Again.")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("clocks")).content.decode()
    rows = page.index("Mitigate"), page.index("Resolve")
    assert rows[0] < rows[1] and page.count("Acknowledge<") == 3
    every = client.get(reverse("clocks"), {"state": "all"}).content.decode()
    assert "done in time" in every and "done in time" not in page
    for view in ("overdue", "soon", "paused", "missed", "stopped"):
        assert client.get(reverse("clocks"), {"state": view}).status_code == 200
    assert "Mitigate" not in client_as(world.gus).get(reverse("clocks")).content.decode()


def test_a_deadline_is_flagged_and_met_in_the_browser(world: Any, incident: Incident, client_as: Any) -> None:
    triage(incident, world.noor)
    client, flag = client_as(world.noor), reverse("clock-flag", args=[incident.key])
    assert "GDPR Art. 33(1)" in client.get(flag).content.decode()
    assert client.post(flag, {"kind": "gdpr", "reason": ""}).status_code == 422
    assert client.post(flag, {"kind": "gdpr", "reason": "Addresses were shown.", "at": ""}).status_code == 302
    row = Clock.objects.get(kind="gdpr")
    assert client.post(reverse("clock-met", args=[row.key]), {"reason": "By its form."}).status_code == 302
    pause = reverse("clock-pause", args=[Clock.objects.get(kind="mitigate").key])
    assert client.post(pause, {"reason": "Waits."}).status_code == 302
    assert client.post(pause.replace("pause", "resume"), {"reason": ""}).status_code == 302
    assert client_as(world.aud).get(flag).status_code == 403
    assert client_as(world.gus).get(flag).status_code == 404
    assert client.get(reverse("clock-met", args=["CLK-99999"])).status_code == 404


def test_rest_reads_flags_and_settles(world: Any, incident: Incident, api_as: Any) -> None:
    triage(incident, world.noor)
    api = api_as(world.noor, "incidents:read", "incidents:write")
    rows = api.get(f"{V1}/clocks").json()["results"]
    assert [row["kind"] for row in rows] == ["mitigate", "resolve"] and rows[0]["missed"] is False
    made = api.post(f"{V1}/clocks", {"incident": incident.key, "kind": "gdpr", "reason": "Data was shown."}, format="json")
    assert made.status_code == 201 and made.json()["limit_seconds"] == 72 * 3600
    address = f"{V1}/clocks/{made.json()['key']}"
    assert api.post(f"{address}/pause", {"reason": "Holidays."}, format="json").status_code == 403
    assert api.post(f"{address}/meeting", {"reason": "By its form."}, format="json").json()["stopped_as"] == "met"
    assert api.post(f"{address}/calling-off", {"reason": "Too late."}, format="json").status_code == 403
    refused = {"incident": incident.key, "kind": "gdpr", "reason": "x"}
    assert api_as(world.noor, "incidents:read").post(f"{V1}/clocks", refused, format="json").status_code == 403


def test_people_are_told_before_and_leaders_after(world: Any, incident: Incident) -> None:
    triage(incident, world.noor, owner=world.noor)
    with at(incident.reported_at, minutes=50):
        actions.tick()
        tell(lambda *_: None)
        assert {notice.person for notice in Notice.objects.filter(text__contains="due soon")} == {world.noor}
        assert [line.verb for line in to_do(world.noor)] == ["Do"] and pressing(world.sam).count() == 0
    with at(incident.reported_at, minutes=61):
        actions.tick()
        tell(lambda *_: None)
        told = {notice.person for notice in Notice.objects.filter(text__contains="ran out")}
        assert {world.noor, world.rosa, world.ingrid} <= told
        assert contribution(BriefingLine, "clocks.overdue").rows(world.noor).count() == 1
        assert contribution(BriefingLine, "clocks.soon").rows(world.noor).count() == 0
        assert Clock.objects.filter(due_at__lt=time.now() - timedelta(days=1)).count() == 0

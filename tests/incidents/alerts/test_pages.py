"""Who was called is shown on the incident's page, in one list, and over REST, to whoever sees the incident."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock as now
from governance.core import jobs
from governance.core.contributions import InboxSource, contribution
from incidents.alerts import actions
from incidents.alerts.models import Alert
from incidents.alerts.panel import panel
from incidents.cases.models import Incident
from registry.surfaces.models import Surface
from tests.governance.channels.receiver import Receiver
from tests.incidents.building import make_incident

API = "/api/v1/alerts"


def test_the_incidents_page_says_who_was_called(
    alert: Alert, incident: Incident, receiver: Receiver, rf: Any, world: Any
) -> None:
    receiver.answer(404, "no_service")
    jobs.run_pending()
    request = rf.get("/")
    request.user = world.noor

    def draw() -> str:
        return str(panel(request, Incident.objects.get(pk=incident.pk)))

    drawn = draw()
    for words in ("Who was called", "Calling", "Ben Okafor", "delivered", "Claims on call", "not delivered"):
        assert words in drawn, words
    Alert.objects.filter(pk=alert.pk).update(
        state="acknowledged", next_at=None, acknowledged_at=now.now(), acknowledged_by=world.noor
    )
    assert "You answered" in draw()
    for state, words in (("stopped", "Nobody is called any more"), ("exhausted", "Leaders and risk officers")):
        Alert.objects.filter(pk=alert.pk).update(state=state)
        assert words in draw()


def test_an_incident_without_an_alert_shows_nothing_of_it(surface: Surface, rf: Any, world: Any) -> None:
    assert panel(rf.get("/"), make_incident(actor=world.noor, surface=surface, near_miss=True)) == ""


def test_whoever_is_called_finds_it_in_their_inbox(alert: Alert, incident: Incident, world: Any) -> None:
    source = contribution(InboxSource, "alerts")
    (line,) = source.lines(world.ben)
    assert (line.title, line.url) == (f"Answer: {incident.title}", f"/incidents/{incident.key}/")
    assert not list(source.lines(world.sam))
    actions.acknowledge(incident, actor=world.sam, via="api")
    assert not list(source.lines(world.ben))


def test_who_sees_what(alert: Alert, incident: Incident, world: Any, client_as: Any, api_as: Any) -> None:
    for nick, seen in {"ada": True, "noor": True, "ben": True, "aud": True, "marta": False, "gus": False}.items():
        client = client_as(getattr(world, nick))
        page = client.get("/alerts/")
        assert page.status_code == 200 and (incident.title in page.content.decode()) is seen, nick
        door = client.get(f"/alerts/{alert.key}/")
        assert door.status_code == (302 if seen else 404), nick
    assert client_as(world.noor).get(f"/alerts/{alert.key}/")["Location"] == f"/incidents/{incident.key}/#alert"
    noor, marta = api_as(world.noor), api_as(world.marta)
    assert noor.get(f"{API}/{alert.key}").json()["incident"] == incident.key
    told = noor.get(f"{API}/{alert.key}/notices").json()["results"]
    assert [row["channel"] is None for row in told] == [False, True]
    assert noor.get(f"{API}?state=firing").json()["results"][0]["step"] == 1
    assert marta.get(f"{API}/{alert.key}").status_code == 404 and marta.get(API).json()["results"] == []


def test_the_list_takes_as_many_queries_for_three(alert: Alert, surface: Surface, world: Any, client_as: Any) -> None:
    client = client_as(world.ada)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/alerts/").status_code == 200
        return len(seen)

    count()  # what is read once and kept
    one = count()
    for _ in range(2):
        incident = make_incident(actor=world.noor, surface=surface)
        actions.start(incident, actor=world.noor)
        actions.acknowledge(incident, actor=world.noor, via="page")
    assert count() == one <= 15

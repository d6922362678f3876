"""Alertmanager's webhook: one incident for a group, the timeline follows, and what repeats changes nothing."""

from copy import deepcopy
from typing import Any

import pytest

from governance.ledger.models import Entry
from incidents.cases.models import Incident
from incidents.filing.models import Signal
from incidents.running import actions as running
from registry.surfaces.models import Surface

API = "/api/v1/alertmanager"
# As Alertmanager 0.27 sends it, with a field that a later version might add.
FIRING: dict[str, Any] = {
    "receiver": "plumbline",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HarmfulAnswers", "instance": "gw-1", "severity": "page"},
            "annotations": {"summary": "Harmful answers above 1 in 1,000 on gw-1"},
            "startsAt": "2026-03-02T09:58:00.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example/graph?g0.expr=x",
            "fingerprint": "5ef77f1f8a3ecfd2",
        }
    ],
    "groupLabels": {"alertname": "HarmfulAnswers"},
    "commonLabels": {"alertname": "HarmfulAnswers", "category": "unsafe_content"},
    "commonAnnotations": {"summary": "Harmful answers"},
    "externalURL": "http://alertmanager.example",
    "version": "4",
    "groupKey": '{}:{alertname="HarmfulAnswers"}',
    "truncatedAlerts": 0,
    "notYetKnown": {"x": 1},
}


def with_surface(surface: Surface) -> dict[str, Any]:
    body = deepcopy(FIRING)
    body["commonLabels"]["surface"] = surface.key
    return body


def over(body: dict[str, Any]) -> dict[str, Any]:
    done = deepcopy(body)
    done["status"] = "resolved"
    for alert in done["alerts"]:
        alert |= {"status": "resolved", "endsAt": "2026-03-02T10:10:00Z"}
    return done


def test_a_group_is_one_incident_until_it_is_over(world: Any, surface: Surface, api_as: Any, freeze: Any) -> None:
    freeze("2026-03-02 10:00")
    noor = api_as(world.noor, "incidents:write")
    body = with_surface(surface)
    first = noor.post(API, body, format="json")
    assert first.status_code == 200, first.content
    incident = Incident.objects.get()
    assert first.json() == {"incident": incident.key, "opened": True, "fired": 1, "resolved": 0}
    assert (incident.source, incident.surface, incident.category) == ("alertmanager", surface, "unsafe_content")
    assert incident.detected_at is not None and incident.detected_at.minute == 58
    entries, rows = Entry.objects.count(), incident.timeline.count()
    again = noor.post(API, body, format="json").json()
    assert again == {"incident": incident.key, "opened": False, "fired": 0, "resolved": 0}
    assert (Entry.objects.count(), incident.timeline.count()) == (entries, rows)
    second = deepcopy(body["alerts"][0]) | {"fingerprint": "aa", "labels": {"alertname": "HarmfulAnswers", "instance": "gw-2"}}
    body["alerts"].append(second)
    assert noor.post(API, body, format="json").json()["fired"] == 1
    assert incident.timeline.filter(text__startswith="Fires as well.").count() == 1
    assert noor.post(API, over(body), format="json").json() == {
        "incident": incident.key, "opened": False, "fired": 0, "resolved": 2,
    }  # fmt: skip
    assert incident.timeline.filter(text__contains="for people to say").exists()
    assert Incident.objects.get().state == "reported"
    assert noor.post(API, over(body), format="json").json()["resolved"] == 0


def test_what_fires_after_it_was_resolved_is_a_new_incident(world: Any, surface: Surface, api_as: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    noor = api_as(world.noor)
    body = with_surface(surface)
    noor.post(API, body, format="json")
    first = Incident.objects.get()
    first = running.triage(first, actor=world.noor, severity="SEV4", category="unsafe_content", user_harm=1, blast_radius=1)
    first = running.resolve(first, actor=world.noor, reason="It is quiet again.")
    traveller.move_to("2026-03-02 12:00")
    body["alerts"][0]["startsAt"] = "2026-03-02T11:59:00Z"
    answer = noor.post(API, body, format="json").json()
    assert answer["opened"] and answer["incident"] != first.key
    assert Signal.objects.count() == 2


def test_two_senders_never_share_a_group(world: Any, surface: Surface, api_as: Any) -> None:
    for person in (world.noor, world.ben):
        assert api_as(person).post(API, with_surface(surface), format="json").json()["opened"]
    placed, unplaced = Incident.objects.order_by("pk")
    assert placed.surface == surface
    assert unplaced.surface is None  # Ben does not see the surface


@pytest.mark.parametrize("change", [{"version": "3"}, {"alerts": []}, {"alerts": [{"status": "odd"}]}, {"groupKey": 3}])
def test_what_is_no_webhook_of_theirs_is_refused(world: Any, api_as: Any, change: dict[str, Any]) -> None:
    assert api_as(world.noor).post(API, FIRING | change, format="json").status_code == 400
    assert not Incident.objects.exists()


def test_only_with_the_scope_and_who_may_write(world: Any, api_as: Any) -> None:
    assert api_as(world.noor, "incidents:read").post(API, FIRING, format="json").status_code == 403
    assert api_as(world.aud).post(API, FIRING, format="json").status_code == 403
    nothing = api_as(world.noor).post(API, over(FIRING), format="json")
    assert nothing.status_code == 200 and nothing.json()["incident"] is None


def test_a_problem_comes_in_by_rest(world: Any, surface: Surface, api_as: Any) -> None:
    noor = api_as(world.noor)
    made = noor.post("/api/v1/incidents", {"what": "It lied.", "surface": surface.key, "harm": "caught"}, format="json")
    assert made.status_code == 201, made.content
    incident = Incident.objects.get()
    assert (made.json()["key"], incident.source, incident.near_miss, incident.surface) == (incident.key, "api", True, surface)
    ticket = {"what": "It lied again.", "source_ref": "T-1"}
    assert noor.post("/api/v1/incidents", ticket, format="json").status_code == 201
    assert noor.post("/api/v1/incidents", ticket, format="json").status_code == 409
    assert noor.post("/api/v1/incidents", {"what": ""}, format="json").status_code == 400
    assert api_as(world.ben).post("/api/v1/incidents", {"what": "x", "surface": surface.key}, format="json").status_code == 404
    assert api_as(world.aud).post("/api/v1/incidents", {"what": "x"}, format="json").status_code == 403

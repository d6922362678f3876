"""From an incident two clicks: what it touches, a reason, done; each authorised, timed, on the timeline, and reversible."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from governance.approvals import actions as approvals
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from incidents.cases.models import Incident, TimelineEntry
from incidents.levers import actions, queries, reading
from registry.catalog.models import Endpoint, Tool
from registry.changes import actions as changes
from registry.modes.models import ModeChange
from registry.quarantine.models import Quarantine
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_surface
from tests.registry.modes.conftest import TOOLS

Enter = Callable[..., Client]


def pulled(incident: Incident) -> list[TimelineEntry]:
    return list(incident.timeline.filter(kind="lever").order_by("pk"))


def second_revision(world: Any, surface: Surface) -> None:
    contract = contract_for(world.noor, authority={**CONTRACT["authority"], "tools": TOOLS})
    change = changes.propose(surface, actor=world.noor, title="Next", why="Better.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    surface.refresh_from_db()


def test_the_mode_is_lowered_timed_and_on_the_timeline(world: Any, surface: Surface, incident: Incident) -> None:
    done = actions.lower(incident, surface, actor=world.noor, to="no_tools", reason="It books twice.")
    step, (entry,) = ModeChange.objects.get(), pulled(incident)
    assert (done.result, step.standing, step.after) == (step, "Owner", "no_tools")
    assert done.seconds is not None and 0 < done.seconds < 60
    assert entry.author == world.noor and "lowered Claims triage to no tools. Served after" in entry.text
    assert (entry.data["step"], entry.data["lever"], entry.data["seconds"] > 0) == (step.key, "mode", True)
    with pytest.raises(StaleState):
        actions.lower(incident, surface, actor=world.noor, to="no_tools", reason="Again.")
    with pytest.raises(Invalid):
        actions.lower(incident, surface, actor=world.noor, to="off", reason=" ")
    assert len(pulled(incident)) == 1


def test_whoever_leads_the_incident_may_pull_and_nobody_else_for_that(world: Any, surface: Surface, incident: Incident) -> None:
    with pytest.raises(Denied):
        actions.lower(incident, surface, actor=world.ben, to="off", reason="Harm.")
    actions.lower(incident, surface, actor=world.priya, to="human_review", reason="Harm.")
    assert ModeChange.objects.get().standing == f"Commander of {incident.key}"
    tool, unused = Tool.objects.get(key="claims.read"), Tool.objects.get(key="payments.release")
    with pytest.raises(Denied):
        actions.take_out(incident, actor=world.priya, kind="tool", thing=unused, reason="Harm.")
    actions.take_out(incident, actor=world.priya, kind="tool", thing=tool, reason="Harm.")
    assert Quarantine.objects.get().standing == f"Commander of {incident.key}"


def test_a_closed_incident_has_no_levers(world: Any, surface: Surface, incident: Incident, client_as: Enter) -> None:
    incident.state = "closed"
    for pull in (
        lambda: actions.lower(incident, surface, actor=world.noor, to="off", reason="x"),
        lambda: actions.take_out(incident, actor=world.rosa, kind="source", thing="plan-documents", reason="x"),
        lambda: actions.roll_back(incident, surface, actor=world.noor, to=surface.in_force, reason="x"),
    ):
        with pytest.raises(Conflict, match="is closed"):
            pull()
    assert queries.leading(world.priya, incident) == ""


def test_a_thing_is_taken_out_for_every_surface_and_the_incident_named(world: Any, surface: Surface, incident: Incident) -> None:
    thing = Endpoint.objects.select_related("owner", "vendor").get()
    done = actions.take_out(incident, actor=world.rosa, kind="endpoint", thing=thing, reason="It leaks.")
    row, (entry,) = Quarantine.objects.get(), pulled(incident)
    assert (done.result, row.incident_key, entry.url) == (row, incident.key, row.get_absolute_url())
    assert "Served after" in entry.text and entry.data["quarantine"] == row.key


def test_a_rollback_is_proposed_and_waits_for_its_people(world: Any, surface: Surface, incident: Incident) -> None:
    first = surface.in_force
    second_revision(world, surface)
    with pytest.raises(Denied):
        actions.roll_back(incident, surface, actor=world.priya, to=first, reason="Wrong prices.")
    done = actions.roll_back(incident, surface, actor=world.noor, to=first, reason="Wrong prices.")
    (entry,) = pulled(incident)
    assert done.seconds is None and done.result.is_rollback and entry.data["change"] == done.result.key
    surface.refresh_from_db()
    assert surface.in_force.number == 2


def test_the_panel_goes_from_least_to_most_and_says_what_is_in_effect(
    world: Any, surface: Surface, incident: Incident, client_as: Enter, rf: Any
) -> None:
    second_revision(world, surface)
    page = client_as(world.noor).get(incident.get_absolute_url()).content.decode()
    order = ["Human review", "No tools", "Safer model", "Back to revision 1", "Off"]
    places = [page.index(f"<b>{label}</b>", page.index('id="levers"')) for label in order]
    assert places == sorted(places)
    for name, more in (("mode", [surface.key]), ("roll-back", [surface.key]), ("quarantine", ["tool", "claims.read"])):
        assert reverse(f"incident-lever-{name}", args=[incident.key, *more]) in page
    actions.lower(incident, surface, actor=world.noor, to="no_tools", reason="Twice.")
    actions.take_out(incident, actor=world.rosa, kind="tool", thing=Tool.objects.get(key="claims.read"), reason="Twice.")
    request = rf.get("/")
    request.user = world.noor
    with CaptureQueriesContext(connection) as asked:
        panel = reading.panel(request, Incident.objects.get(pk=incident.pk))
    assert len(asked) <= 12  # with the incident itself and its surface, which the page holds already
    assert panel.count("in effect") == 2 and "Ask to lift" in panel and "Ask to raise" in panel
    request.user = world.aud
    assert "Pull" not in reading.panel(request, incident)


def test_two_clicks_with_what_it_touches_in_between(world: Any, surface: Surface, incident: Incident, client_as: Enter) -> None:
    client = client_as(world.noor)
    lever = reverse("incident-lever-mode", args=[incident.key, surface.key]) + "?to=no_tools"
    form = client.get(lever).content.decode()
    assert "Not called: Read claims." in form and incident.get_absolute_url() in form
    answer = client.post(lever, {"to": "no_tools", "reason": "Twice.", "version": surface.version})
    assert (answer.status_code, answer["Location"]) == (302, incident.get_absolute_url())
    place = reverse("incident-lever-quarantine", args=[incident.key, "source", "plan-documents"])
    assert surface.name in client.get(place).content.decode()
    assert client.post(place, {"reason": ""}).status_code == 422
    assert client.post(place, {"reason": "Poisoned."})["Location"] == incident.get_absolute_url()
    assert client.post(place, {"reason": "Poisoned."}).status_code == 409
    back = reverse("incident-lever-roll-back", args=[incident.key, surface.key])
    assert client.get(back).status_code == 200
    assert [each.data["lever"] for each in pulled(incident)] == ["mode", "quarantine"]


def test_doors_stay_shut(world: Any, surface: Surface, incident: Incident, client_as: Enter) -> None:
    lever = reverse("incident-lever-mode", args=[incident.key, surface.key])
    assert [client_as(who).get(lever).status_code for who in (world.aud, world.ben)] == [403, 404]
    other = make_surface(actor=world.noor, owner=world.noor, team=None, name="Another")
    assert client_as(world.noor).get(reverse("incident-lever-mode", args=[incident.key, other.key])).status_code == 404
    with pytest.raises(NotVisible):
        queries.surface_of(world.noor, incident, other.key)


def test_over_rest_each_lever_answers_with_how_long_it_took(
    world: Any, surface: Surface, incident: Incident, api_as: Callable[..., APIClient]
) -> None:
    api, base = api_as(world.noor, "incidents:read", "incidents:write"), f"/api/v1/incidents/{incident.key}/levers"
    sent = {"surface": surface.key, "to": "no_tools", "reason": "It books twice."}
    done = api.post(f"{base}/mode", sent, format="json")
    assert done.status_code == 200 and done.json()["key"].startswith("M-") and done.json()["seconds"] > 0
    taken = {"kind": "source", "thing": "plan-documents", "reason": "Poisoned."}
    assert api.post(f"{base}/quarantine", taken, format="json").json()["key"] == Quarantine.objects.get().key
    assert api.post(f"{base}/rollback", {"surface": surface.key, "reason": "x"}, format="json").status_code == 400
    second_revision_blocked = api.post(f"{base}/rollback", {"surface": "S-9999", "reason": "x"}, format="json")
    assert second_revision_blocked.status_code == 404
    assert api_as(world.noor, "incidents:read").post(f"{base}/mode", sent, format="json").status_code == 403

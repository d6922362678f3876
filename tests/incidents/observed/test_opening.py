"""A finding becomes an incident once: by a button, over REST, or by itself where policy says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.core.errors import Conflict, Denied
from governance.core.models import Job
from governance.ledger.models import Entry
from incidents.cases import following as timelines
from incidents.cases.models import Incident
from incidents.observed import following, opening
from registry.findings import actions as findings
from registry.findings.models import Finding
from registry.surfaces.models import Surface
from tests.registry.findings.test_drawing import follow, seen
from tests.registry.usage.observing import call

Enter = Callable[..., Client]


def open_due() -> list[str]:
    """Run the schedule, as a worker does."""
    return following.run(Job(kind=following.JOB), lambda *told: None)["opened"]


def test_policy_opens_an_incident_once_and_they_name_each_other(world: Any, live: Surface, client_as: Enter) -> None:
    found = seen(call(claim=live.key, tool="payments.release"), call(service="x"))
    tool, unknown = sorted(found, key=lambda each: each.kind)
    [key] = open_due()
    incident = Incident.objects.get()
    assert (incident.key, incident.source_ref, incident.category) == (key, tool.key, "unsafe_tool_use")
    assert incident.surface == live and incident.title == tool.title and "Policy calls it SEV2" in incident.what
    assert incident.timeline.filter(url=tool.get_absolute_url()).exists()
    assert open_due() == [] and opening.of(unknown).count() == 0
    page = client_as(world.noor).get(tool.get_absolute_url()).content.decode()
    assert f"Incident {key}" in page and "Open an incident" not in page


def test_what_comes_back_is_said_while_it_burns_and_opens_another_one_after(world: Any, live: Surface) -> None:
    [finding] = seen(call(claim=live.key, tool="payments.release"))
    open_due()
    findings.settle(finding, resolution="gone")
    timelines.follow(Job(), lambda *told: None)
    assert Incident.objects.get().timeline.filter(text__contains="settled the finding").exists()
    with pytest.raises(Conflict):
        opening.open_incident(Finding.objects.get(), actor=world.noor)
    seen(call(claim=live.key, tool="payments.release"))
    follow()
    assert Finding.objects.get().state == "open"
    assert open_due() == []  # it still burns: what is found again is said there
    timelines.follow(Job(), lambda *told: None)
    incident = Incident.objects.get()
    assert incident.timeline.filter(text__contains="found again").exists()
    Incident.objects.filter(pk=incident.pk).update(state="closed", closed_at=incident.reported_at, severity="SEV2",
                                                   triaged_at=incident.reported_at, resolved_at=incident.reported_at)  # fmt: skip
    assert len(open_due()) == 1


def test_it_is_opened_by_a_button_and_refused_to_auditors(world: Any, live: Surface, client_as: Enter) -> None:
    [finding] = seen(call(service="grammar-helper"))
    url = reverse("report-finding", args=[finding.key])
    assert client_as(world.aud).get(url).status_code == 403
    assert client_as(world.ben).get(url).status_code == 404
    client = client_as(world.rosa)
    assert "grammar-helper" in client.get(url).content.decode()
    assert client.post(url, {"what": "A program sends drafts abroad."}).status_code == 302
    incident = Incident.objects.get()
    assert (incident.source, incident.source_ref, incident.reporter) == ("finding", finding.key, world.rosa)
    assert Entry.objects.filter(subject_type="incidents.incident", kind="incident.reported").count() == 1
    with pytest.raises(Denied):
        opening.open_incident(finding, actor=world.aud)
    with pytest.raises(Conflict, match="is open for it"):
        opening.open_incident(finding, actor=world.rosa)


def test_it_is_opened_over_rest(world: Any, live: Surface, api_as: Any) -> None:
    [finding] = seen(call(service="grammar-helper"))
    answer = api_as(world.rosa).post("/api/v1/incidents/from-finding", {"finding": finding.key}, format="json")
    assert answer.status_code == 201 and answer.json()["key"] == Incident.objects.get().key
    assert api_as(world.rosa).post("/api/v1/incidents/from-finding", {"finding": finding.key}, format="json").status_code == 409
    assert api_as(world.ben).post("/api/v1/incidents/from-finding", {"finding": finding.key}, format="json").status_code == 404

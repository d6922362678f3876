"""A failed run or a closed gate is reported in one step, once while it is open; the surface's owner hears of a closed gate."""

from typing import Any

import pytest

from governance.core.errors import Conflict, Denied
from governance.notifications import actions as notices
from governance.notifications.models import Notice
from incidents.cases.models import Incident
from incidents.filing import actions
from registry.gates.actions import Asked, ask_gate
from registry.surfaces.models import Surface
from tests.registry.building import contract_for, passing_run


def test_a_failed_run_becomes_one_incident(world: Any, surface: Surface, client_as: Any) -> None:
    run = passing_run(surface, contract_for(world.noor), "triage-accuracy", actor=world.noor, failed=3)
    noor = client_as(world.noor)
    assert f"/report/run/{run.key}/" in noor.get(run.get_absolute_url()).content.decode()
    asked = noor.get(f"/report/run/{run.key}/").content.decode()
    assert "3 of" in asked and run.key in asked
    made = noor.post(f"/report/run/{run.key}/", {"what": "It sorts dental claims wrong."})
    incident = Incident.objects.get()
    assert made["Location"] == incident.get_absolute_url()
    assert (incident.source, incident.source_ref, incident.surface) == ("eval", run.key, surface)
    assert (incident.category, incident.near_miss) == ("regression", False)
    assert incident.timeline.filter(kind="eval", data__run=run.key).exists()
    assert actions.report_from_run(run, actor=world.noor) == incident
    assert incident.timeline.filter(text__startswith="Seen again:").exists() and Incident.objects.count() == 1
    assert client_as(world.ben).get(f"/report/run/{run.key}/").status_code == 404
    with pytest.raises(Denied):
        actions.report_from_run(run, actor=world.aud)
    good = passing_run(surface, contract_for(world.noor), "triage-accuracy", actor=world.noor)
    with pytest.raises(Conflict):
        actions.report_from_run(good, actor=world.noor)


def test_a_closed_gate_is_told_to_the_owner_and_can_be_reported(world: Any, surface: Surface, client_as: Any) -> None:
    check = ask_gate(surface, actor=world.rosa, sent=[], asked=Asked(revision="7"))
    notices.follow(lambda *args: None)
    notice = Notice.objects.get(person=world.noor, key__startswith="gate.checked")
    assert surface.key in notice.text and notice.url == check.get_absolute_url()
    noor = client_as(world.noor)
    page = noor.get(check.get_absolute_url()).content.decode()
    assert f"/report/gate/{check.key}/" in page
    incident = actions.report_from_check(check, actor=world.noor)
    assert incident.near_miss and check.key in incident.what
    assert incident.key in noor.get(check.get_absolute_url()).content.decode()

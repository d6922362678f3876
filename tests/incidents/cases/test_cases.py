"""Incidents come in, are seen by those who may, and their timeline is only ever added to."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid
from governance.ledger.models import Entry
from incidents.cases import actions, queries
from incidents.cases.models import TimelineEntry
from registry.surfaces.models import Surface
from tests.incidents.building import WHAT, make_case_surface, make_incident


@pytest.fixture
def surface(world: Any) -> Surface:
    return make_case_surface(world)


def test_a_report_is_kept_titled_owned_and_on_the_timeline(world: Any, surface: Surface) -> None:
    incident = make_incident(actor=world.sam, surface=surface)
    assert incident.key == f"INC-{incident.pk}"
    assert incident.title == "The chat told three callers a copay of 25 euros"
    assert (incident.state, incident.severity, incident.reporter) == ("reported", "", world.sam)
    assert incident.owner == world.lena  # the tier's RACI makes the product manager accountable for incidents
    [first] = incident.timeline.all()
    assert (first.kind, first.text, first.author) == ("report", WHAT, world.sam)
    told = Entry.objects.get(kind="incident.reported")
    assert actions.row_told(first)["digest"] in told.body and WHAT not in told.body


def test_without_a_surface_a_risk_officer_answers_for_it(world: Any) -> None:
    assert make_incident(actor=world.ben).owner == world.rosa


@pytest.mark.parametrize("who", ["aud", "gus"])
def test_auditors_report_nothing(world: Any, who: str) -> None:
    with pytest.raises(Denied):
        make_incident(actor=getattr(world, who))


def test_what_is_wrong_is_said_by_field(world: Any, surface: Surface) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"category": "gremlins"}, "category"),
        ({"what": " ", "title": ""}, "what"),
        ({"state": "closed"}, "state"),
        ({"occurred_at": clock.now() + timedelta(hours=1)}, "occurred_at"),
    ]
    for given, field in cases:
        with pytest.raises(Invalid) as refused:
            make_incident(actor=world.noor, **given)
        assert field in refused.value.fields
    with pytest.raises(Invalid) as refused:
        make_incident(actor=world.ben, surface=surface)  # Ben does not see it, so he cannot name it
    assert "surface" in refused.value.fields


def test_one_source_opens_one_burning_incident(world: Any) -> None:
    make_incident(actor=world.system, source="alertmanager", source_ref="group-1")
    with pytest.raises(Conflict), transaction.atomic():
        make_incident(actor=world.system, source="alertmanager", source_ref="group-1")


def test_an_imported_incident_begins_where_it_ended_and_has_no_timeline(world: Any) -> None:
    past = clock.now() - timedelta(days=900)
    given = {"source": "import", "state": "closed", "category": "", "closed_at": past, "reported_at": past}
    incident = make_incident(actor=world.rosa, parties={"harmed": ["patients"]}, **given)
    assert (incident.state, incident.timeline.count(), incident.parties) == ("closed", 0, {"harmed": ["patients"]})


def test_who_sees_an_incident(world: Any, surface: Surface) -> None:
    on_surface, anywhere = make_incident(actor=world.sam, surface=surface), make_incident(actor=world.ben)
    sees = {
        nick: {each.pk for each in queries.visible_to(getattr(world, nick))}
        for nick in ("ada", "rosa", "ingrid", "aud", "noor", "sam", "lena", "ben", "priya", "gus", "bot")
    }
    both = {on_surface.pk, anywhere.pk}
    assert all(sees[nick] == both for nick in ("ada", "rosa", "ingrid", "aud"))
    assert all(sees[nick] == {on_surface.pk} for nick in ("noor", "sam", "lena"))
    assert sees["ben"] == {anywhere.pk}
    assert sees["priya"] == sees["gus"] == set()


def test_notes_are_added_corrected_and_never_changed(world: Any, surface: Surface) -> None:
    incident = make_incident(actor=world.sam, surface=surface)
    wrong = actions.note(incident, actor=world.noor, text="Read 40 conversations.")
    right = actions.note(incident, actor=world.noor, text="Read 14 conversations.", corrects=wrong)
    assert [each.text for each in queries.timeline(incident)[:2]] == [right.text, wrong.text]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TimelineEntry.objects.filter(pk=wrong.pk).update(text="Read 14 conversations.")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_timelineentry WHERE id = %s", [wrong.pk])
    other = make_incident(actor=world.ben)
    with pytest.raises(Conflict):
        actions.note(other, actor=world.ben, text="Elsewhere.", corrects=wrong)


def test_who_may_note(world: Any, surface: Surface) -> None:
    incident = make_incident(actor=world.sam, surface=surface)
    for nick in ("aud", "gus", "ben"):
        with pytest.raises(Denied):
            actions.note(incident, actor=getattr(world, nick), text="I was there.")
    assert actions.note(incident, actor=world.system, text="Told Member services.").is_automatic
    for given in ({"text": "  "}, {"text": "Later.", "at": clock.now() + timedelta(minutes=5)}):
        with pytest.raises(Invalid):
            actions.note(incident, actor=world.noor, **given)

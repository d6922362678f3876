"""Clocks start, are set anew, stop and go on by an incident's facts; time warns and tells of what was missed, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock as time
from governance.core.errors import OutsideAction
from governance.ledger.models import Entry
from governance.policy import queries
from incidents.cases.models import Incident
from incidents.clocks import actions
from incidents.clocks.models import Clock
from incidents.clocks.rules import Facts, wanted
from tests.incidents.building import make_incident
from tests.incidents.clocks.conftest import at, move, triage


def held(incident: Incident) -> dict[str, Clock]:
    return {row.kind: row for row in Clock.objects.filter(incident=incident)}


def triaged_in_memory(incident: Incident) -> Incident:
    incident.severity, incident.triaged_at = "SEV2", time.now()
    return incident


def events() -> list[str]:
    found = Entry.objects.filter(subject_type="incidents.clock").order_by("seq")
    return [kind.partition(".")[2] for kind in found.values_list("kind", flat=True)]


def test_before_triage_only_acknowledging_is_measured(world: Any, incident: Incident) -> None:
    (row,) = held(incident).values()
    assert (row.kind, row.limit_seconds, row.due_at) == ("acknowledge", 900, incident.reported_at + timedelta(minutes=15))
    assert row.warn_at == incident.reported_at + timedelta(seconds=675)
    move(incident, actor=world.sam, where="On the phone.")
    assert events() == ["started"]
    with pytest.raises(OutsideAction):
        actions.follow(triaged_in_memory(incident), actor=world.sam)


def test_triage_starts_what_policy_sets_for_severity_and_tier(world: Any, incident: Incident) -> None:
    triage(incident, world.noor)
    rows = held(incident)
    assert rows["acknowledge"].stopped_as == "met" and not rows["acknowledge"].breached_at
    limits = {kind: row.limit_seconds // 60 for kind, row in rows.items()}
    assert limits == {"acknowledge": 15, "mitigate": 60, "resolve": 480}
    assert events() == ["started", "met", "started", "started"]


def test_another_severity_sets_running_clocks_anew_and_forgets_what_was_too_early(world: Any, incident: Incident) -> None:
    start = incident.reported_at
    triage(incident, world.noor, "SEV1")
    with at(start, minutes=31):
        assert actions.tick() == {"missed": 1, "warned": 0}
    row = held(incident)["mitigate"]
    assert row.breached_at
    move(incident, actor=world.noor, severity="SEV2")
    row = held(incident)["mitigate"]
    assert row.breached_at is None and row.due_at == start + timedelta(minutes=60)
    move(incident, actor=world.noor, severity="SEV5")
    assert {row.stopped_as for row in held(incident).values()} == {"met", "off"}
    move(incident, actor=world.noor, severity="SEV2")
    assert held(incident)["mitigate"].is_running


def test_business_hours_hold_where_policy_says_so(world: Any, incident: Incident) -> None:
    triage(incident, world.noor, "SEV3")
    row = held(incident)["resolve"]
    assert row.business and row.due_at > incident.reported_at + timedelta(days=6)


def test_what_is_done_stops_and_goes_on_when_taken_up_again(world: Any, incident: Incident) -> None:
    start = incident.reported_at
    triage(incident, world.noor)
    with at(start, minutes=40):
        move(incident, actor=world.noor, mitigated_at=time.now())
    with at(start, minutes=50):
        move(incident, actor=world.noor, state="resolved", resolved_at=time.now(), postmortem_demanded=True)
    rows = held(incident)
    assert [rows[kind].stopped_at for kind in ("mitigate", "resolve")] == [start + timedelta(minutes=m) for m in (40, 50)]
    assert rows["postmortem"].due_at == start + timedelta(minutes=50, days=7)
    with at(start, minutes=90):
        move(incident, actor=world.noor, state="mitigating", resolved_at=None, mitigated_at=None)
        rows = held(incident)
    assert rows["mitigate"].due_at == start + timedelta(minutes=110) and rows["mitigate"].is_running
    assert rows["resolve"].due_at == start + timedelta(minutes=520)
    assert rows["postmortem"].stopped_as == "off"


def test_a_step_that_came_too_late_is_a_miss_even_between_two_ticks(world: Any, incident: Incident) -> None:
    triage(incident, world.noor)
    with at(incident.reported_at, minutes=61):
        move(incident, actor=world.noor, mitigated_at=time.now())
    row = held(incident)["mitigate"]
    assert row.breached_at and row.stopped_as == "met"
    assert events()[-2:] == ["met", "missed"]
    assert incident.timeline.get(kind="clock").text == "The time to mitigate it ran out: 1 h."


def test_a_postmortem_counts_from_the_last_resolution(world: Any, incident: Incident) -> None:
    triage(incident, world.noor)
    move(incident, actor=world.noor, state="resolved", resolved_at=time.now(), postmortem_demanded=True)
    with at(incident.reported_at, days=2):
        move(incident, actor=world.noor, state="resolved", postmortem_demanded=False)
    assert held(incident)["postmortem"].stopped_as == "off"
    with at(incident.reported_at, days=3):
        move(incident, actor=world.noor, postmortem_demanded=True, resolved_at=time.now())
        row = held(incident)["postmortem"]
    assert row.is_running and row.started_at == incident.reported_at + timedelta(days=3)


def test_a_postmortem_is_met_by_its_approval_and_only_by_one_of_this_resolution(world: Any, incident: Incident) -> None:
    resolved, hour = incident.reported_at + timedelta(hours=5), timedelta(hours=1)
    known = dict.fromkeys(("acknowledged_at", "mitigated_at", "closed_at"))
    facts = Facts(severity="SEV2", tier=2, near_miss=True, imported=False, reported_at=incident.reported_at, **known,
                  resolved_at=resolved, postmortem_demanded=True, learned_at=resolved + hour)  # fmt: skip
    policy = queries.incident_rules()
    assert set(wanted(facts, policy)) == {"postmortem"}
    assert wanted(facts, policy)["postmortem"].met_at == resolved + hour
    assert wanted(replace(facts, learned_at=resolved - hour), policy)["postmortem"].met_at is None
    assert wanted(replace(facts, learned_at=None, closed_at=resolved + 2 * hour), policy)["postmortem"].met_at is not None
    assert wanted(replace(facts, postmortem_demanded=False), policy) == {}


def test_near_misses_and_imports_have_no_clocks_to_answer(world: Any) -> None:
    near = make_incident(actor=world.sam, near_miss=True)
    move(near, actor=world.sam, where="In a test.")
    triage(near, world.rosa, "SEV1")
    old = make_incident(actor=world.rosa, source="import", severity="SEV1", state="reported")
    move(old, actor=world.rosa, where="In the papers.")
    assert not Clock.objects.exists()


def test_time_warns_once_and_tells_of_a_miss_once(world: Any, incident: Incident) -> None:
    triage(incident, world.noor)
    start = incident.reported_at
    with at(start, minutes=44):
        assert actions.tick() == {"missed": 0, "warned": 0}
    with at(start, minutes=50):
        assert actions.tick() == {"missed": 0, "warned": 1}
        assert actions.tick() == {"missed": 0, "warned": 0}
    with at(start, minutes=60):
        assert actions.tick() == {"missed": 1, "warned": 0}
        assert actions.tick() == {"missed": 0, "warned": 0}
    said = list(incident.timeline.filter(kind="clock").order_by("pk").values_list("text", flat=True))
    assert said == ["The time to mitigate it is over in 10 min.", "The time to mitigate it ran out: 1 h."]
    assert events()[-2:] == ["warned", "missed"]


def test_the_database_refuses_that_the_law_waits(world: Any, incident: Incident) -> None:
    row = actions.flag(incident, "gdpr", actor=world.noor, reason="Addresses were shown to others.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=row.pk).update(paused_at=time.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=row.pk).update(stopped_at=time.now())

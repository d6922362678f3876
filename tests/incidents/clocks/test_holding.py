"""Deadlines of law are flagged, met and called off; clocks are paused and go on: allowed, denied, stale, recorded."""

from datetime import timedelta
from typing import Any

import pytest

from governance.core import clock as time
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from incidents.cases.models import Incident
from incidents.clocks import actions
from incidents.clocks.models import Clock
from tests.incidents.clocks.conftest import at, move, triage


@pytest.fixture
def mitigate(world: Any, incident: Incident) -> Clock:
    triage(incident, world.noor)
    return Clock.objects.get(incident=incident, kind="mitigate")


def test_a_deadline_runs_from_when_the_company_knows(world: Any, incident: Incident) -> None:
    aware = incident.reported_at - timedelta(hours=5)
    row = actions.flag(incident, "gdpr", actor=world.sam, reason="Addresses of members were shown.", at=aware)
    assert row.due_at == aware + timedelta(hours=72) and row.flagged_by == world.sam and not row.business
    assert "Addresses of members" in incident.timeline.get(kind="clock").text
    entry = Entry.objects.get(kind="clock.flagged")
    assert entry.subject_id == str(row.pk)
    with pytest.raises(Conflict):
        actions.flag(incident, "gdpr", actor=world.noor, reason="Again.")
    days = {each: actions.flag(incident, each, actor=world.noor, reason="It may be.").limit_seconds // 86400
            for each in ("ai_act_serious", "ai_act_death", "ai_act_widespread")}  # fmt: skip
    assert days == {"ai_act_serious": 15, "ai_act_death": 10, "ai_act_widespread": 2}


def test_flagging_is_for_people_who_see_it_and_may_write(world: Any, incident: Incident) -> None:
    for person in (world.aud, world.gus):
        with pytest.raises(Denied):
            actions.flag(incident, "gdpr", actor=person, reason="x")
    with pytest.raises(Invalid) as caught:
        actions.flag(incident, "unknown", actor=world.noor, reason=" ", at=time.now() + timedelta(hours=1))
    assert set(caught.value.fields) == {"kind", "at", "reason"}
    assert not Clock.objects.filter(flagged_by__isnull=False).exists()


def test_a_deadline_is_met_or_called_off_with_a_word_on_it(world: Any, incident: Incident) -> None:
    row = actions.flag(incident, "gdpr", actor=world.noor, reason="Data was shown.")
    with pytest.raises(Invalid):
        actions.meet(row, actor=world.noor, reason="")
    with pytest.raises(Denied):
        actions.meet(row, actor=world.sam, reason="Told them.")
    with pytest.raises(StaleState):
        actions.meet(row, actor=world.rosa, reason="Told them.", expected_version=99)
    with pytest.raises(Invalid):
        actions.meet(row, actor=world.rosa, reason="Told them.", at=row.started_at - timedelta(hours=1))
    done = actions.meet(row, actor=world.rosa, reason="Told the authority by its form.")
    assert done.stopped_as == "met" and done.breached_at is None
    other = actions.flag(incident, "customers", actor=world.noor, reason="A contract.")
    off = actions.call_off(other, actor=world.noor, reason="The contract has ended.")
    assert off.stopped_as == "off"
    again = actions.flag(incident, "customers", actor=world.noor, reason="Another contract.")
    assert again.pk == off.pk and again.is_running
    assert Entry.objects.filter(kind__in=("clock.met", "clock.called_off")).count() == 2


def test_told_too_late_is_a_miss(world: Any, incident: Incident) -> None:
    row = actions.flag(incident, "customers", actor=world.noor, reason="A contract.")
    with at(row.started_at, hours=4, minutes=1):
        done = actions.meet(row, actor=world.noor, reason="Told them by mail.")
    assert done.breached_at is not None


def test_a_pause_gives_back_what_it_took(world: Any, incident: Incident, mitigate: Clock) -> None:
    start, due = incident.reported_at, mitigate.due_at
    with pytest.raises(Invalid):
        actions.pause(mitigate, actor=world.noor, reason=" ")
    with at(start, minutes=20):
        paused = actions.pause(mitigate, actor=world.noor, reason="The vendor looks into it.")
        with pytest.raises(Denied):
            actions.pause(paused, actor=world.noor, reason="Again.")
    with at(start, hours=3):
        assert actions.tick() == {"missed": 0, "warned": 0}
        going = actions.resume(paused, actor=world.noor)
        with pytest.raises(Denied):
            actions.resume(going, actor=world.noor)
    assert going.due_at == due + timedelta(minutes=160) and going.paused_at is None
    assert [row.text for row in incident.timeline.filter(kind="clock").order_by("pk")] == [
        "paused the clock “Mitigate”: The vendor looks into it.", "let the clock “Mitigate” go on.",
    ]  # fmt: skip


def test_what_is_done_during_a_pause_is_measured_up_to_it(world: Any, incident: Incident, mitigate: Clock) -> None:
    with at(incident.reported_at, minutes=20):
        actions.pause(mitigate, actor=world.noor, reason="Waits.")
    with at(incident.reported_at, hours=3):
        move(incident, actor=world.noor, mitigated_at=time.now())
    row = Clock.objects.get(pk=mitigate.pk)
    assert row.stopped_as == "met" and row.breached_at is None and row.due_at > row.stopped_at


def test_the_law_is_never_paused_and_strangers_hold_nothing(world: Any, incident: Incident, mitigate: Clock) -> None:
    row = actions.flag(incident, "gdpr", actor=world.noor, reason="Data was shown.")
    with pytest.raises(Denied, match="law does not wait"):
        actions.pause(row, actor=world.rosa, reason="Holidays.")
    with pytest.raises(Denied):
        actions.meet(mitigate, actor=world.rosa, reason="Done.")
    for person in (world.sam, world.aud):
        with pytest.raises(Denied):
            actions.pause(mitigate, actor=person, reason="x")
    with pytest.raises(StaleState):
        actions.pause(mitigate, actor=world.rosa, reason="x", expected_version=99)

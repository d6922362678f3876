"""The right person is called at once; if they do not answer, the next one is; and nobody is told twice by one step."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Model
from hypothesis import given
from hypothesis import strategies as st

from governance.channels.models import Channel, Delivery
from governance.core import clock as now
from governance.core import jobs
from governance.core.errors import StaleState
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.notifications import actions as notices
from governance.notifications.models import Notice
from incidents.alerts import actions, queries
from incidents.alerts.models import Alert, AlertNotice
from incidents.alerts.rules import Place, Way, following
from incidents.alerts.shown import figures
from incidents.cases.models import Incident, TimelineEntry
from registry.oncall import actions as oncall
from registry.oncall.models import EscalationPath
from registry.surfaces.models import Surface
from tests.governance.channels.receiver import Receiver
from tests.incidents.building import make_incident


def told(alert: Alert) -> list[tuple[str, int, int, str]]:
    """Who was told, in order: path, round, step, whom."""
    rows = AlertNotice.objects.filter(alert=alert).select_related("path", "person", "channel")
    return [(row.path.key, row.round, row.step, str(row.person or row.channel)) for row in rows]


def wait(clock: Any, minutes: int) -> int:
    """Let time pass, then look at what is due."""
    clock.shift(timedelta(minutes=minutes))
    return actions.escalate_due(now.now())


def lines(incident: Incident) -> list[str]:
    return list(TimelineEntry.objects.filter(incident=incident, kind="alert").order_by("pk").values_list("text", flat=True))


def test_the_first_step_is_told_at_once(alert: Alert, incident: Incident, receiver: Receiver, world: Any) -> None:
    jobs.run_pending()
    assert [each.to for each in mail.outbox] == [[world.ben.email]]
    assert "/alerts/answer/" in mail.outbox[0].body and incident.what in mail.outbox[0].body
    assert receiver.taken[0].json["blocks"][0]["text"]["text"] == f"{incident.key} {incident.title}"
    assert lines(incident) == [
        "Called 1 person and the channel Claims on call (step 1 of Claims). Without an answer the next step follows in 5 minutes."
    ]
    assert (alert.state, alert.next_at) == ("firing", now.now() + timedelta(minutes=5))
    kinds = list(Entry.objects.filter(kind__startswith="alert.").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["alert.started", "alert.told"]


def test_starting_again_starts_nothing(alert: Alert, incident: Incident, world: Any) -> None:
    assert actions.follow(incident, actor=world.noor) == alert
    assert len(told(alert)) == 2


def test_nobody_answers_so_everybody_is_called_in_turn(alert: Alert, incident: Incident, clock: Any, world: Any) -> None:
    assert wait(clock, 4) == 0
    for minutes in (1, 10, 10, 5, 10, 10, 15, 15, 15):
        assert wait(clock, minutes) == 1
    alert.refresh_from_db()
    called = [("claims", 1, step) for step in (1, 1, 2, 3)] + [("claims", 2, step) for step in (1, 1, 2, 3)]
    called += [("fallback", round_, 1) for round_ in (3, 4, 5)]
    assert [row[:3] for row in told(alert)] == called
    assert {row[3] for row in told(alert) if row[0] == "fallback"} == {"Ada Holm"}
    assert (alert.state, alert.next_at, wait(clock, 600)) == ("exhausted", None, 0)
    assert list(queries.unanswered(world.ingrid)) == [alert]
    assert 'plumbline_alerts{state="exhausted"} 1' in figures() and 'plumbline_alerts{state="firing"} 0' in figures()
    notices.follow(lambda *args: None)
    heard = Notice.objects.filter(text__startswith="Everybody was called and nobody answered").values_list("person", flat=True)
    assert set(heard) == {world.ada.pk, world.rosa.pk, world.ingrid.pk}
    assert lines(incident)[-1].startswith("Everybody on the path")


def test_a_step_that_could_not_be_delivered_is_not_waited_for(
    incident: Incident, receiver: Receiver, settings: Any, clock: Any, world: Any, path: EscalationPath, chat: Channel
) -> None:
    oncall.set_steps(path, [oncall.StepTerms([chat], 60), oncall.StepTerms([world.sam], 10)], actor=world.ada)
    alert = actions.start(incident, actor=world.noor)
    assert alert is not None and actions.escalate_due(now.now()) == 0
    receiver.answer(404, "no_service")
    jobs.run_pending()
    assert actions.escalate_due(now.now()) == 1
    assert [row[3] for row in told(alert)] == ["Claims on call", "Sam Carter"]


def test_steps_that_reach_nobody_are_passed_over(
    incident: Incident, clock: Any, world: Any, path: EscalationPath, chat: Channel
) -> None:
    Channel.objects.filter(pk=chat.pk).update(state="paused")
    oncall.set_steps(path, [oncall.StepTerms([chat], 60), oncall.StepTerms([world.sam], 10)], actor=world.ada)
    alert = actions.start(incident, actor=world.noor)
    assert alert is not None and told(alert) == [("claims", 1, 2, "Sam Carter")]


def test_without_a_mail_server_people_are_called_in_their_inbox(
    incident: Incident, settings: Any, world: Any, client_as: Any
) -> None:
    settings.MAIL_IS_SET_UP = False
    alert = actions.start(incident, actor=world.noor)
    assert alert is not None and AlertNotice.objects.get(person=world.ben).delivery is None
    assert list(queries.waiting_for(world.ben)) == [alert] and not queries.waiting_for(world.sam).exists()


def test_a_killed_worker_loses_no_step_and_doubles_none(alert: Alert, clock: Any) -> None:
    clock.shift(timedelta(minutes=5))

    @action
    def killed(*, actor: Any) -> None:
        actions.escalate(Alert.objects.get(pk=alert.pk), actor=actor)
        raise SystemExit  # what a kill leaves behind: a transaction that was never committed

    before = told(alert)
    with pytest.raises(SystemExit):
        killed(actor=alert.incident.reporter)
    assert told(alert) == before and Delivery.objects.count() == len(before)
    assert actions.escalate_due(now.now()) == 1 and actions.escalate_due(now.now()) == 0
    assert len(told(alert)) == len(before) + 1


def test_two_workers_tell_a_step_once(alert: Alert, clock: Any, world: Any) -> None:
    clock.shift(timedelta(minutes=5))
    seen = Alert.objects.get(pk=alert.pk)
    actions.escalate(Alert.objects.get(pk=alert.pk), actor=world.system)
    with pytest.raises(StaleState):
        actions.escalate(seen, actor=world.system)
    again = AlertNotice.objects.order_by("pk").last()
    assert again is not None
    again.pk, again.delivery = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        Model.save(again, force_insert=True)


def test_a_near_miss_calls_nobody_but_is_noticed(surface: Surface, path: EscalationPath, world: Any) -> None:
    incident = make_incident(actor=world.noor, surface=surface, near_miss=True)
    assert actions.start(incident, actor=world.noor) is None
    assert not Alert.objects.exists() and not Delivery.objects.exists()
    notices.follow(lambda *args: None)
    notice = Notice.objects.get(text__startswith="A near miss was reported")
    assert notice.person == world.ben and notice.url == f"/incidents/{incident.key}/"


@action
def now_holds(incident: Incident, *, actor: Any, **changes: Any) -> None:
    """Change an incident as those who run it do, and let its alert follow."""
    transitions.change(incident, actor=actor, kind="test.made", changes=changes)
    actions.follow(incident, actor=actor)


def test_an_answer_ends_the_calling_and_is_spread(
    alert: Alert, incident: Incident, receiver: Receiver, clock: Any, world: Any
) -> None:
    wait(clock, 5)
    jobs.run_pending()
    mail.outbox.clear()
    receiver.taken.clear()
    now_holds(incident, actor=world.sam, acknowledged_at=now.now(), owner=world.sam)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.next_at) == ("acknowledged", world.sam, None)
    jobs.run_pending()
    assert [each.to for each in mail.outbox] == [[world.ben.email]], "whoever answered knows"
    assert receiver.taken[0].json["text"].startswith("Acknowledged: ")
    assert wait(clock, 600) == 0
    assert actions.acknowledge(incident, actor=world.ben, via="api") == alert, "it stays with whoever was first"


def test_what_is_over_calls_nobody_and_says_so(alert: Alert, incident: Incident, receiver: Receiver, world: Any) -> None:
    moment = now.now()
    ended = {"state": "resolved", "severity": "SEV3", "triaged_at": moment, "resolved_at": moment}
    now_holds(incident, actor=world.noor, **ended)
    alert.refresh_from_db()
    jobs.run_pending()
    assert alert.state == "stopped" and receiver.taken[-1].json["text"].startswith("Resolved: ")
    now_holds(incident, actor=world.noor, state="mitigating", resolved_at=None)
    alert.refresh_from_db()
    assert (alert.state, alert.round) == ("firing", 2), "it came back, and nobody had it"


def test_it_moves_to_the_path_of_what_it_turns_out_to_be(alert: Alert, incident: Incident, world: Any) -> None:
    other = oncall.make_path(actor=world.ada, name="Privacy", steps=[oncall.StepTerms([world.priya], 5)])
    oncall.make_route(actor=world.ada, path=other, team=world.team("claims"), category="data_exposure")
    now_holds(incident, actor=world.noor, category="data_exposure")
    alert.refresh_from_db()
    assert told(alert)[-1] == ("privacy", 2, 1, "Priya Raman") and alert.routed == other


def test_those_who_were_called_hear_that_it_is_worse(alert: Alert, incident: Incident, receiver: Receiver, world: Any) -> None:
    jobs.run_pending()
    now_holds(incident, actor=world.noor, acknowledged_at=now.now(), owner=world.noor)
    now_holds(incident, actor=world.noor, severity="SEV1", state="triaged", triaged_at=now.now())
    jobs.run_pending()
    assert "Now SEV1" in receiver.taken[-1].json["blocks"][1]["text"]["text"]
    assert "Now SEV1" in mail.outbox[-1].body and mail.outbox[-1].subject.startswith("[critical]")


def test_one_that_was_answered_without_our_being_told_is_not_called_for(alert: Alert, incident: Incident, clock: Any) -> None:
    Incident.objects.filter(pk=incident.pk).update(acknowledged_at=now.now())
    wait(clock, 5)
    alert.refresh_from_db()
    assert alert.state == "acknowledged" and len(told(alert)) == 2


WAYS = st.builds(Way, st.just(1), st.lists(st.integers(1, 9), unique=True, max_size=5).map(sorted), st.integers(0, 3))
LAST = st.builds(Way, st.just(2), st.lists(st.integers(1, 9), unique=True, max_size=3).map(sorted), st.integers(0, 3))


@given(WAYS, LAST)
def test_the_calling_ends_and_never_comes_to_the_same_place(way: Way, fallback: Way) -> None:
    place: Place | None = Place(way.path, 0, 1, way.repeat)
    seen = []
    while place := following(place, way if place.path == way.path else fallback, fallback):
        seen.append((place.round, place.step))
        assert len(seen) <= 60
    assert len(set(seen)) == len(seen)
    assert len(seen) == len(way.steps) * (way.repeat + 1) + len(fallback.steps) * (fallback.repeat + 1)

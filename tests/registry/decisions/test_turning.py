"""Break one thing at a time on a live surface of tier 2: control, briefing, gate and decision turn, with the right reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from governance.approvals import actions as approvals
from governance.core import clock
from governance.people import actions as people
from governance.policy.models import DataClass
from governance.scorecard.queries import questions
from registry.catalog.actions.datarules import RuleChange, set_rules
from registry.catalog.models import Endpoint
from registry.changes import actions as changes
from registry.controls import actions as controls
from registry.controls import following
from registry.controls.models import RED, ControlResult
from registry.decisions import deciding
from registry.decisions.questions import read
from registry.evidence import actions as evidence
from registry.evidence.models import EvidenceUse
from registry.exceptions import actions as exceptions
from registry.gates import actions as gates
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface, paperwork

LOGGED = [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]


@pytest.fixture
def live(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    contract = contract_for(world.sam, auditability={**CONTRACT["auditability"], "fields": LOGGED})
    paperwork(surface, contract, actor=world.rosa)
    change = changes.propose(surface, actor=world.noor, title="First", why="Saves time.", contract=contract, record=RECORD)
    for person in (world.daniel, world.priya):
        approvals.decide(change.request, actor=person, verdict="approve", digest=change.revision.digest)
    surface.refresh_from_db()
    assert surface.in_force_id == change.revision_id
    controls.evaluate([surface])
    return surface


@contextmanager
def undone() -> Iterator[None]:
    """Break something, and have it whole again afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def says(world: Any, live: Surface) -> Callable[[], tuple[set[str], set[str]]]:
    """Return what speaks against a call now: of the decision, and of the gate."""

    def ask() -> tuple[set[str], set[str]]:
        body = {"subject": {"type": "surface", "id": live.key}, "action": {"name": "send"}}
        body |= {"resource": {"type": "endpoint", "id": "meridian-large-eu"}, "context": {"data_classes": ["internal"]}}
        answer = deciding.answer(world.ada, read(body))
        assert answer.decision is not bool(answer.codes)
        check = gates.ask_gate(live, actor=world.rosa, sent=[], asked=gates.Asked())
        assert check.passed is not bool(check.reasons)
        return set(answer.codes), {reason["code"] for reason in check.reasons}

    return ask


def test_what_breaks_turns_both_at_once_with_its_reason(world: Any, live: Surface, says: Any) -> None:
    assert says() == (set(), set())
    with undone():
        people.deactivate(world.noor, actor=world.ada, reason="Left.")
        assert says() == ({"control:owner_active"}, {"control:owner_active"})
    with undone():
        cell = RuleChange(Endpoint.objects.get(), DataClass.objects.get(key="internal"), "never")
        set_rules([cell], actor=world.rosa, reason="Terms changed.")
        assert says() == ({"control:data_rules", "data_rule_never"}, {"control:data_rules"})
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert says() == ({"control:evals_above_threshold"}, {"suite_stale"})
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        decision, gate = says()
        assert {"control:evals_above_threshold", "control:drilled_kill_switch", "control:rate_limits"} <= decision
        assert {"suite_stale", "control:drilled_kill_switch", "control:rate_limits"} <= gate
    assert says() == (set(), set())


@pytest.fixture
def red(world: Any, live: Surface) -> Callable[[], tuple[set[str], int]]:
    """Return which controls are kept as red, and how many the briefing of a leader counts as holding something back."""

    def look() -> tuple[set[str], int]:
        kept = ControlResult.objects.filter(surface=live, status__in=RED, blocking=True).values_list("control", flat=True)
        lines = [line for question in questions(world.ingrid) for line in question.lines]
        return set(kept), sum(line.count for line in lines if line.label.startswith("blocking control"))

    return look


def test_what_breaks_turns_control_and_briefing_at_once(
    world: Any, live: Surface, red: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert red() == (set(), 0)
    with undone():
        with django_capture_on_commit_callbacks(execute=True):
            people.deactivate(world.noor, actor=world.ada, reason="Left.")
        assert red() == ({"owner_active"}, 1)
    with undone():
        piece = EvidenceUse.objects.get(surface=live, control="rate_limits").evidence
        with django_capture_on_commit_callbacks(execute=True):
            evidence.withdraw(piece, actor=world.rosa, reason="It was of another gateway.")
        assert red() == ({"rate_limits"}, 1)
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        following.follow(lambda *said: None)
        assert red() == ({"evals_above_threshold"}, 1)


def test_an_exception_that_ends_turns_everything(
    world: Any, live: Surface, says: Any, red: Any, django_capture_on_commit_callbacks: Any
) -> None:
    piece = EvidenceUse.objects.get(surface=live, control="rate_limits").evidence
    evidence.withdraw(piece, actor=world.rosa, reason="It was of another gateway.")
    exception = exceptions.ask_for(
        actor=world.noor, surfaces=[live], controls=["rate_limits"], reason="The gateway is not live yet.",
        measures="A daily cap.", expires_on=clock.today() + timedelta(days=20),
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        approvals.decide(exception.request, actor=world.priya, verdict="approve", digest=exception.digest)
    assert (says(), red()) == ((set(), set()), (set(), 0))
    with time_machine.travel(clock.now() + timedelta(days=22), tick=False):
        following.follow(lambda *said: None)
        assert (says(), red()) == (({"control:rate_limits"}, {"control:rate_limits"}), ({"rate_limits"}, 1))


def test_a_data_class_that_is_added_is_refused_until_it_holds(world: Any, live: Surface) -> None:
    body = {"subject": {"type": "surface", "id": live.key}, "action": {"name": "send"}}
    body |= {"resource": {"type": "endpoint", "id": "meridian-large-eu"}, "context": {"data_classes": ["secret"]}}
    assert set(deciding.answer(world.ada, read(body)).codes) >= {"data_class_not_in_contract"}
    classes = [*CONTRACT["inputs"]["data_classes"], {"key": "customer", "handling": "plain"}]
    wider = {**live.in_force.contract, "inputs": {**live.in_force.contract["inputs"], "data_classes": classes}}
    changes.propose(live, actor=world.noor, title="Customer data", why="It is asked for.", contract=wider, record=RECORD)
    check = gates.ask_gate(live, actor=world.rosa, sent=[], asked=gates.Asked())
    assert "control:data_rules" in {reason["code"] for reason in check.reasons}

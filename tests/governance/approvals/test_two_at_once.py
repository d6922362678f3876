"""Decisions at the same instant: none is lost, none counts twice, and the last one settles."""

import threading
from typing import Any

import pytest
from django.db import connection

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest, Decision
from governance.core.errors import Denied, StaleState
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface, paperwork

EVERYTHING = ["trace", "retrieval_sources", "safety_signals"]


def at_once(*works: Any) -> list[BaseException]:
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Any) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:  # looked at by the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failures


def proposed(world: Any) -> Change:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)
    contract = contract_for(world.noor)
    logged = [*contract["auditability"]["fields"], *EVERYTHING]
    contract |= {"auditability": {**contract["auditability"], "fields": logged}}
    change = changes.propose(surface, actor=world.noor, title="First", why="Time.", contract=contract, record=RECORD)
    paperwork(surface, change.revision.contract, actor=world.rosa)
    return change


def approve(change: Change, person: Any) -> Any:
    return lambda: approvals.decide(
        ApprovalRequest.objects.get(pk=change.request_id), actor=person, verdict="approve", digest=change.revision.digest
    )


@pytest.mark.django_db(transaction=True)
def test_two_people_complete_a_request_together(world: Any) -> None:
    change = proposed(world)
    assert at_once(approve(change, world.daniel), approve(change, world.priya)) == []
    change.refresh_from_db()
    assert (change.state, Decision.objects.count()) == ("in_force", 2)
    assert Surface.objects.get(pk=change.surface_id).in_force_id == change.revision_id


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_browsers_decides_once(world: Any) -> None:
    change = proposed(world)
    failures = at_once(approve(change, world.priya), approve(change, world.priya))
    assert len(failures) == 1 and isinstance(failures[0], Denied | StaleState)
    assert Decision.objects.count() == 1
    step = ApprovalRequest.objects.get(pk=change.request_id).steps.filter(filled_by=world.priya)
    assert step.count() == 1
    change.refresh_from_db()
    assert change.state == "proposed"


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_leave_one_outcome(world: Any) -> None:
    change = proposed(world)
    approve(change, world.daniel)()

    def reject() -> None:
        request = ApprovalRequest.objects.get(pk=change.request_id)
        approvals.withdraw(request, actor=world.noor, reason="Not yet.")

    failures = at_once(approve(change, world.priya), reject)
    assert len(failures) == 1 and isinstance(failures[0], StaleState)
    change.refresh_from_db()
    assert change.state in {"in_force", "withdrawn"}

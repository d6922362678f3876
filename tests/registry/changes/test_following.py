"""Changes move on by themselves, once and only once; and those concerned are told."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import PlumblineError
from governance.core.models import Job
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from governance.policy import queries as policy
from governance.policy.routes import Route
from registry.changes import actions, following
from registry.changes.drift import demanded_more, differs
from registry.changes.models import Change, FreezeWindow, InForce
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


def proposed(world: Any, **changes: Any) -> Change:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    words = {"title": "First", "why": "Time.", "contract": contract_for(world.noor, **changes), "record": RECORD}
    return actions.propose(surface, actor=world.noor, **words)


def frozen(world: Any) -> FreezeWindow:
    now = clock.now()
    words = {"name": "Quiet", "reason": "Quiet.", "starts_at": now, "ends_at": now + timedelta(days=1)}
    return actions.freeze(actor=world.rosa, **words)


def approve(change: Change, person: Any) -> Change:
    approvals.decide(change.request, actor=person, verdict="approve")
    change.refresh_from_db()
    return change


def test_the_end_of_a_freeze_asks_for_a_look_at_all(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    window = frozen(world)
    change = approve(proposed(world), world.sam)
    assert change.state == "approved"
    with django_capture_on_commit_callbacks(execute=True):
        actions.end_freeze(window, actor=world.rosa, reason="Done.")
    assert Job.objects.filter(kind=following.JOB).exists()


def test_what_happens_to_a_surface_voids_its_open_change_at_once(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    change = proposed(world)
    with django_capture_on_commit_callbacks(execute=True):
        surface = Surface.objects.get(pk=change.surface_id)
        surfaces.set_tier(surface, actor=world.rosa, tier=1, answers={}, reason="Wider use.")
    change.refresh_from_db()
    assert change.state == "voided"
    notifications.follow(lambda *seen: None)
    told = {notice.person for notice in Notice.objects.filter(text__contains="approval is void")}
    assert world.noor in told
    page = Notice.objects.filter(text__contains="approval is void").values_list("url", flat=True)
    assert set(page) == {f"/changes/{change.key}/"}


def test_who_decided_and_who_asked_are_told_of_a_held_and_of_a_voided_change(world: Any) -> None:
    frozen(world)
    change = approve(proposed(world), world.sam)
    surfaces.set_tier(Surface.objects.get(pk=change.surface_id), actor=world.rosa, tier=1, answers={}, reason="Wider.")
    following.move_on(None, lambda *seen: None)
    notifications.follow(lambda *seen: None)
    texts = [(str(notice.person), notice.text) for notice in Notice.objects.all()]
    assert any(who == "Noor Haddad" and "approved, and held" in text and "Quiet" in text for who, text in texts)
    assert any(who == "Sam Carter" and "approval is void" in text for who, text in texts)


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_it_into_force_at_once_do_it_once(world: Any) -> None:
    window = frozen(world)
    change = approve(proposed(world), world.sam)
    actions.end_freeze(window, actor=world.rosa, reason="Done.")
    start, failures = threading.Barrier(2), []

    def bring() -> None:
        try:
            start.wait()
            actions.bring_into_force(Change.objects.get(pk=change.pk), actor=world.noor)
        except PlumblineError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(failures) == 1 and InForce.objects.filter(change=change).count() == 1


@pytest.mark.django_db
def test_a_route_that_asks_for_more_is_seen(world: Any) -> None:
    route = Route((("team-lead", 2), ("security", 1)), False, "gated", "Gated", 72, 14, "")
    assert demanded_more(route, {"team-lead": 1}) == ["Team lead", "Security"]
    assert demanded_more(policy.route_for("change", tier=0), {"team-lead": 1}) == []


ENDPOINT = {"name": "Large", "state": "approved", "vendor": "Meridian", "region": "eu", "model": "m1"}
TOOL = {"name": "Read", "state": "approved", "effect": "read"}
PLAIN = {"inputs": {"data_classes": [{"key": "customer", "handling": "plain"}]}}
REDACTED = {"inputs": {"data_classes": [{"key": "customer", "handling": "redacted"}]}}


def ground(rule: str = "allowed", endpoint: Any = ENDPOINT, tool: Any = TOOL) -> dict[str, Any]:
    return {"tier": 0, "endpoints": {"large": endpoint}, "tools": {"read": tool}, "rules": {"customer at large": rule}}


@pytest.mark.parametrize(
    ("now", "contract", "word"),
    [
        (ground(), PLAIN, ""),
        (ground("redacted"), PLAIN, "needs more"),
        (ground("redacted"), REDACTED, ""),
        (ground("never"), REDACTED, "needs more"),
        (ground(endpoint={**ENDPOINT, "state": "retired"}), PLAIN, "was retired"),
        (ground(endpoint={**ENDPOINT, "state": "suspended"}), PLAIN, ""),
        (ground(endpoint={**ENDPOINT, "vendor": "Other"}), PLAIN, "vendor of the endpoint"),
        (ground(endpoint={**ENDPOINT, "model": "m2"}), PLAIN, "model of the endpoint"),
        (ground(tool={**TOOL, "effect": "irreversible"}), PLAIN, "effect of the tool"),
    ],
)
def test_what_of_the_catalogue_voids(now: Any, contract: Any, word: str) -> None:
    found = list(differs(ground(), now, contract))
    assert word in found[0] if word else not found, found

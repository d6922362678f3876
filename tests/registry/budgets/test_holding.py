"""What a spent budget holds back: what widens, in the rules, on the path of a change, and in the database itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import Denied
from registry.budgets import actions, queries, rules
from registry.budgets.models import Objective
from registry.changes import actions as changes
from registry.changes import following
from registry.changes import queries as changes_
from registry.changes.holds import holds, weigh
from registry.changes.models import Change
from registry.exceptions import actions as exceptions
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for

WIDER = {"inputs": {**CONTRACT["inputs"], "sources": ["claims system", "e-mail"]}}
NARROWER = {"limits": {"steps": 4, "tool_calls": 1}}


@pytest.fixture
def live(world: Any, surface: Surface) -> Surface:
    approve(propose(surface, world.noor), world.sam)
    surface.refresh_from_db()
    return surface


@pytest.fixture
def spent(world: Any, live: Surface, counts: Any) -> Objective:
    """An objective of a live surface, with nothing left."""
    terms = {"name": "Right answers", "bad_means": "A claim in the wrong queue.", "target": "0.99"}
    made = actions.add(live, actor=world.noor, expected_events=1000, window_days=2, **terms)
    counts(made, bad=11)
    return made


def propose(surface: Surface, actor: Any, **parts: Any) -> Change:
    contract = contract_for(surface.owner, **parts)
    return changes.propose(surface, actor=actor, title="Next", why="It saves time.", contract=contract, record=RECORD)


def approve(change: Change, *people: Any) -> Change:
    for person in people:
        approvals.decide(change.request, actor=person, verdict="approve", digest=change.revision.digest)
    return changes_.whole(Change.objects.filter(pk=change.pk)).get()


@pytest.mark.parametrize(
    ("parts", "held"),
    [
        (WIDER, "It reads from a further source."),
        ({"authority": {**CONTRACT["authority"], "tools": [{"key": "claims.read", "effect": "read"}]}}, "may call claims.read"),
        ({"outputs": {**CONTRACT["outputs"], "audience": "customer"}}, "wider audience"),
        ({"human_review": {"when": "sampled", "sample_percent": 5}}, "looks less often"),
        ({"routes": [{"endpoint": "other-eu", "role": "primary"}]}, ""),
        (NARROWER, ""),
        ({"notes": "Said better."}, ""),
    ],
)
def test_only_what_widens_is_an_expansion(parts: Any, held: str) -> None:
    found = rules.expansions(CONTRACT, {**CONTRACT, **parts}, tiers=(1, 1))
    assert held in " ".join(found) and bool(found) is bool(held)


def test_a_first_contract_and_a_higher_tier_are_expansions() -> None:
    assert rules.expansions({}, CONTRACT, tiers=(None, 0))
    assert rules.expansions(CONTRACT, CONTRACT, tiers=(1, 2)) == ("Its tier rises from 1 to 2.",)
    assert not rules.expansions(CONTRACT, CONTRACT, tiers=(2, 1))


def test_an_expansion_waits_until_the_budget_recovers(world: Any, spent: Objective, freeze: Any) -> None:
    change = approve(propose(spent.surface, world.noor, **WIDER), world.sam)
    assert change.state == "approved" and [hold.kind for hold in holds(change)] == ["budget"]
    assert "further source" in holds(change)[0].why and "control=budget" in holds(change)[0].url
    with pytest.raises(Denied, match="error budget"):
        changes.bring_into_force(change, actor=world.noor)
    freeze(clock.now() + timedelta(days=3))
    following.move_on(None, lambda *seen: None)
    assert approve(change).state == "approved"  # nobody looked at the budget yet
    actions.settle_due(queries.to_look_at())
    following.move_on(None, lambda *seen: None)
    assert approve(change).state == "in_force"


def test_the_database_holds_an_expansion_until_an_exception_lets_it_pass(world: Any, spent: Objective) -> None:
    change = approve(propose(spent.surface, world.noor, **WIDER), world.sam)
    clear = (
        "INSERT INTO registry_clearance (change_id, surface_id, revision_id, at, unmet, standing, waived_by)"
        " VALUES (%s, %s, %s, %s, 0, '[]', '')"
    )
    for statement, values in (
        (clear, [change.pk, change.surface_id, change.revision_id, clock.now()]),
        ("UPDATE registry_change SET widens = %s", [False]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    made = exceptions.ask_for(
        actor=world.noor,
        controls=["budget"],
        surfaces=[spent.surface],
        reason="The source mends what went wrong.",
        measures="Every answer is read by a person.",
        expires_on=clock.today() + timedelta(days=7),
    )
    for person in (world.priya, world.sam):
        if made.request.state == "open":
            approvals.decide(made.request, actor=person, verdict="approve", digest=made.digest)
        made.request.refresh_from_db()
    assert made.request.state == "approved" and weigh(change).binding == []
    following.move_on(None, lambda *seen: None)
    assert approve(change).state == "in_force"


def test_what_narrows_emergencies_and_rollbacks_pass_a_spent_budget(world: Any, spent: Objective) -> None:
    first = spent.surface.in_force
    assert approve(propose(spent.surface, world.noor, **NARROWER), world.sam).state == "in_force"
    surface = Surface.objects.get(pk=spent.surface_id)
    urgent = changes.propose_emergency(
        surface,
        actor=world.noor,
        title="At once",
        incident="It answers nonsense.",
        why="The source has the truth.",
        contract=contract_for(surface.owner, **WIDER),
        record=RECORD,
    )
    assert approve(urgent, world.sam).state == "in_force"
    back = changes.roll_back(Surface.objects.get(pk=surface.pk), actor=world.noor, to=first, why="It was better.")
    assert approve(back, world.sam).state == "in_force"

"""Metrics of changes, evals, breaches and escapes against what really happened, each with the list of its records."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.contributions import Cut, Figure
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.scorecard import combining, measuring, windows
from registry.changes import actions as changes
from registry.deliveries import actions as deliveries
from registry.findings.models import Finding
from registry.metrics import evalstanding
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage.models import UsageDay, UsagePath
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface, paperwork, passing_run

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def live(world: Any, freeze: Any) -> Surface:
    """A surface of tier 1 with its contract in force for a day, tested when it was proposed."""
    traveller = freeze(NOW - timedelta(days=1))
    make_catalog(actor=world.rosa, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=1)
    contract = contract_for(world.noor)
    paperwork(surface, contract, actor=world.rosa)
    asked = propose(surface, world, contract)
    traveller.shift(timedelta(hours=6))
    approve(asked, world)
    traveller.shift(timedelta(hours=18))
    return Surface.objects.get(pk=surface.pk)


def propose(surface: Surface, world: Any, contract: dict[str, Any]) -> Any:
    return changes.propose(surface, actor=world.noor, title="Next", why="Time.", contract=contract, record=RECORD)


def approve(change: Any, world: Any) -> Any:
    for step in change.request.steps.filter(state="waiting"):
        holder = {"product-manager": world.lena, "support-operations": world.tomas, "team-lead": world.sam}[step.position.key]
        approvals.decide(change.request, actor=holder, verdict="approve")
    change.refresh_from_db()
    return change


def figure(key: str, user: Any, **cut: int) -> Figure:
    return measuring.metric(key).value(windows.of("weeks")[-1], Cut(user, **cut))


def opened(key: str, user: Any, browser: Any, part: bool = False) -> int:
    metric, window, cut = measuring.metric(key), windows.of("weeks")[-1], Cut(user)
    url = metric.part_url(window, cut) if part and metric.part_url else metric.rows_url(window, cut)
    page = browser.get(url)
    assert page.status_code == 200, url
    return int(page.context["slice"].total)


def test_a_change_that_is_rolled_back_failed_and_was_not_done_well(world: Any, live: Surface, client_as: Any) -> None:
    browser = client_as(world.rosa)
    assert figure("quality_throughput", world.rosa) == Figure(1.0, 1, 1)
    assert figure("review_latency", world.rosa) == Figure(6.0, 1, 1)
    first = live.in_force
    contract = contract_for(world.noor, limits={"steps": 4, "tool_calls": 3})
    paperwork(live, contract, actor=world.rosa)
    approve(propose(live, world, contract), world)
    live.refresh_from_db()
    approve(changes.roll_back(live, actor=world.noor, to=first, why="Re-queued doubled."), world)
    assert figure("change_failure_rate", world.rosa) == Figure(0.5, 1, 2)
    assert figure("quality_throughput", world.rosa) == Figure(1.0, 1, 2)
    for key in ("change_failure_rate", "quality_throughput"):
        assert (opened(key, world.rosa, browser), opened(key, world.rosa, browser, part=True)) == (2, 1)
    assert figure("review_latency", world.rosa).of == opened("review_latency", world.rosa, browser) == 3
    assert figure("change_failure_rate", world.ben).of == 0


def test_coverage_and_its_list_agree_while_a_run_goes_stale(world: Any, live: Surface, client_as: Any, freeze: Any) -> None:
    assert figure("eval_coverage", world.rosa) == Figure(0.0, 0, 1)
    freeze(NOW - timedelta(hours=1))
    passing_run(live, contract_for(world.noor), "triage-accuracy", actor=world.noor)
    freeze(NOW)
    assert figure("eval_coverage", world.rosa) == Figure(1.0, 1, 1)
    freeze(NOW + timedelta(days=200))
    assert figure("eval_coverage", world.rosa) == Figure(0.0, 0, 1)
    rows = evalstanding.demanding(surfaces.visible_to(world.rosa), clock.now(), world.rosa)
    assert [(row.pk, row.held_tier, row.covered) for row in rows] == [(live.pk, 1, False)]
    browser = client_as(world.rosa)
    assert (opened("eval_coverage", world.rosa, browser), opened("eval_coverage", world.rosa, browser, part=True)) == (1, 0)
    past = browser.get(f"/scorecard/eval-coverage/surfaces/?covered=true&at={NOW.isoformat().replace('+', '%2B')}")
    assert past.context["slice"].total == 1


def test_variance_is_how_far_repeated_runs_lie_apart(world: Any, live: Surface, client_as: Any) -> None:
    contract = contract_for(world.noor)
    for failed in (0, 4):
        passing_run(live, contract, "triage-accuracy", actor=world.noor, failed=failed)
    passing_run(live, contract, "tone", actor=world.noor)
    found = figure("variance", world.rosa)
    assert (found.value, found.n, found.of) == (pytest.approx(2), 2, 2)
    assert opened("variance", world.rosa, client_as(world.rosa)) == 2


def test_breaches_are_held_against_what_is_live_and_a_dismissed_one_is_none(world: Any, live: Surface) -> None:
    given = {"kind": "model_not_approved", "surface": live, "opened_at": NOW - timedelta(hours=1)}
    for number, more in enumerate(({}, {"state": "dismissed", "reason": "A test."}, {"kind": "logging_field"})):
        _finding(actor=world.rosa, identity=f"{number:064}", title="Seen", **{**given, **more})
    found = figure("policy_breach_rate", world.rosa)
    assert (found.value, found.n, found.of) == (100.0, 1, 1)
    assert figure("policy_breach_rate", world.rosa, tier=2) == Figure(None, 0, 0)


@action
def _finding(*, actor: Any, **given: Any) -> Any:
    return transitions.create(Finding(**given), actor=actor, kind="test.made")


def test_escapes_are_held_against_tasks_that_were_observed(world: Any, live: Surface) -> None:
    assert figure("escape_rate", world.rosa).value is None
    path = UsagePath.objects.create(surface=live, standing="approved", digest="d" * 64, made_at=NOW)
    UsageDay.objects.create(path=path, day=NOW.date(), calls=900, tasks=500, tasks_ok=450, first_at=NOW, last_at=NOW)
    for key, found_by in (("1", "users"), ("2", "checks")):
        deliveries.tell_defect(live, actor=world.noor, sender_key=key, title="Wrong", found_by=found_by, found_at=NOW)
    assert figure("escape_rate", world.rosa) == Figure(2.0, 1, 500)
    assert figure("escape_rate", world.rosa, team=world.team("support").pk) == Figure(None, 0, 0)


def test_combining_says_nothing_of_nothing() -> None:
    assert combining.share([]) == combining.median([]) == combining.rate(100)([]) == Figure(None, 0, 0)
    assert combining.total([]) == Figure(0.0, 0, 0)


def test_everybody_reads_figures_of_what_they_see(world: Any, live: Surface, client_as: Any) -> None:
    for person, seen in ((world.gus, 0), (world.ben, 0), (world.noor, 1), (world.aud, 1)):
        browser = client_as(person)
        assert browser.get("/scorecard/").status_code == 200
        assert browser.get("/scorecard/eval-coverage/surfaces/").context["slice"].total == seen, person
        assert figure("quality_throughput", person).of == seen

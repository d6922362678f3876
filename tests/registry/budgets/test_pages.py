"""Pages and REST of error budgets."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.core.contributions import Metric, contribution
from governance.notifications import actions as notices
from governance.notifications.models import Notice
from registry.budgets import actions, following, queries
from registry.budgets.models import BudgetEvent, BudgetHold, Objective
from registry.budgets.shown import find, to_mend
from registry.evals import actions as evals
from registry.evals.formats import Case, Report
from registry.evals.models import EvalRun, EvalSuite
from registry.surfaces.models import Surface
from tests.registry.budgets.conftest import TERMS
from tests.registry.budgets.test_holding import approve, propose
from tests.registry.building import passing_run

API = "/api/v1/objectives"
PAGE = "/error-budgets"


def test_an_objective_is_set_counted_for_and_read_in_the_browser(world: Any, surface: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)
    assert "No error budget yet" in noor.get(f"/surfaces/{surface.key}/budget/").content.decode()
    given = {"surface": surface.key, "name": "Right answers", "bad_means": "A wrong queue.", "allowed": "5", "window_days": 28}
    given |= {"source": "rest", "expected_events": 1000, "owner": world.noor.pk}
    assert 'name="allowed" value="50"' in noor.get(f"{PAGE}/new/?surface={surface.key}").content.decode()  # policy's, of tier 0
    assert "above 0" not in noor.post(f"{PAGE}/new/", given | {"allowed": ""}).content.decode()
    made = noor.post(f"{PAGE}/new/", given)
    objective = Objective.objects.get()
    assert (made["Location"], str(objective.target)) == (f"{PAGE}/{objective.key}/", "0.995000")
    form = noor.get(f"{PAGE}/{objective.key}/count/").content.decode()
    assert 'value="by-hand-' in form
    for _ in range(2):
        noor.post(f"{PAGE}/{objective.key}/count/", {"bad": 6, "good": 100, "ref": "T-7", "key": "by-hand-1"})
    assert BudgetEvent.objects.count() == 1
    page = noor.get(f"{PAGE}/{objective.key}/").content.decode()
    assert "The budget is spent" in page and "<desc" in page and "control=budget" in page
    for address in (PAGE, f"{PAGE}/{objective.key}/events", f"{PAGE}/{objective.key}/activity", f"{PAGE}/{objective.key}/change"):
        assert noor.get(f"{address}/").status_code == 200, address
    assert "A budget is spent" in noor.get(f"/surfaces/{surface.key}/budget/").content.decode()
    assert b"".join(noor.get(f"{PAGE}/-/export.csv?held=true").streaming_content).count(b"Spent") == 1
    refused = noor.post(f"{PAGE}/{objective.key}/change/", given | {"allowed": "50", "version": objective.version})
    assert refused.status_code == 403 and "stays as it is" in refused.content.decode()
    assert noor.post(f"{PAGE}/{objective.key}/retire/", {"reason": "No."}).status_code == 403
    assert client_as(world.ben).get(f"{PAGE}/{objective.key}/").status_code == 404
    assert client_as(world.aud).get(f"{PAGE}/new/").status_code == 403


def test_a_spent_budget_is_told_and_stands_where_people_look(world: Any, objective: Objective, counts: Any) -> None:
    actions.give_owner(objective, actor=world.noor, to=world.sam)
    counts(objective, good=10, bad=20)
    notices.follow(lambda *seen: None)
    told = list(Notice.objects.filter(person=world.sam).values_list("text", flat=True))
    assert any("is spent" in text for text in told) and any("times too fast" in text for text in told)
    assert [line.verb for line in to_mend(world.sam)] == ["Do"] and list(to_mend(world.noor)) == []
    assert find(world.noor, objective.key, 5)[0].label == objective.name and find(world.ben, "Right", 5) == []
    assert "plumbline_budgets_spent 1" in contribution(Metric, "budgets").lines()


def test_the_list_takes_as_many_queries_for_three(world: Any, objective: Objective, counts: Any, client_as: Any) -> None:
    noor = client_as(world.noor)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert noor.get(address).status_code == 200
        return len(seen)

    counts(objective, good=99, bad=1)
    addresses = (f"{PAGE}/", f"/surfaces/{objective.surface.key}/budget/", f"{PAGE}/{objective.key}/")
    for address in addresses:
        count(address)  # what is read once and kept
    one = [count(address) for address in addresses]
    for name in ("Second", "Third"):
        counts(actions.add(objective.surface, actor=world.noor, **TERMS | {"name": name}), good=9, bad=1)
    assert [count(address) for address in addresses] == one and max(one) <= 15


def test_by_rest(world: Any, surface: Surface, api_as: Any) -> None:
    noor = api_as(world.noor)
    made = noor.post(f"{API}", {"surface": surface.key, "expected_events": 1000, **TERMS}, format="json")
    key = made.json()["key"]
    assert (made.status_code, made.json()["target"], made.json()["window_days"]) == (201, "0.990000", 28)
    batch = {"events": [{"key": "a", "good": 90, "bad": 11}, {"key": "b", "good": 1, "at": clock.now().isoformat()}]}
    sent = noor.post(f"{API}/{key}/events", batch, format="json").json()
    assert (sent["counted"], sent["known"], sent["standing"]["is_spent"]) == (2, 0, True)
    again = noor.post(f"{API}/{key}/events", batch, format="json").json()
    assert (again["counted"], again["known"], again["standing"]["bad"]) == (0, 2, 11)
    batch["events"][0]["bad"] = 12
    assert noor.post(f"{API}/{key}/events", batch, format="json").status_code == 409
    for wrong in ({"events": []}, {"events": [{"key": "c"}]}, {"events": [{"key": "c", "bad": -1}]}, {"events": [{"bad": 1}]}):
        assert noor.post(f"{API}/{key}/events", wrong, format="json").status_code in {400, 422}
    assert len(noor.get(f"{API}/{key}/curve").json()) == 29 and len(noor.get(f"{API}/{key}/holds").json()) == 1
    assert noor.get(f"{API}/{key}/standing").json()["burns"][0]["short_minutes"] == 5
    assert [row["key"] for row in noor.get(f"{API}/{key}/events").json()["results"]] == ["b", "a"]
    tag = noor.get(f"{API}/{key}")["ETag"]
    denied = noor.patch(f"{API}/{key}", {"target": "0.9"}, format="json", HTTP_IF_MATCH=tag)
    assert denied.status_code == 403
    named = noor.patch(f"{API}/{key}", {"name": "Better"}, format="json", HTTP_IF_MATCH=tag)
    assert (named.status_code, named.json()["name"]) == (200, "Better")
    assert noor.patch(f"{API}/{key}", {"name": "x"}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    assert noor.post(f"{API}/{key}/retirement", {"reason": "x"}, format="json").status_code == 403
    assert api_as(world.aud).post(f"{API}/{key}/events", batch, format="json").status_code == 403
    assert api_as(world.ben).get(f"{API}/{key}").status_code == 404
    assert api_as(world.noor, "registry:read").get(f"{API}").status_code == 403


@pytest.fixture
def fed(world: Any, surface: Surface) -> Objective:
    """An objective that the runs of one suite feed, on a live surface."""
    approve(propose(surface, world.noor), world.sam)
    surface.refresh_from_db()
    suite = evals.add_suite(actor=world.ada, name="Triage accuracy", key="triage-accuracy", good="As a person would.")
    terms = TERMS | {"source": "evals", "suite": suite}
    return actions.add(surface, actor=world.noor, **terms)


def test_runs_of_what_is_in_force_feed_a_budget_once(world: Any, fed: Objective) -> None:
    contract = fed.surface.in_force.contract
    run = passing_run(fed.surface, contract, "triage-accuracy", actor=world.ada, failed=3)
    following.follow(None, lambda *seen: None)
    assert queries.standing(fed).counted == queries.Counted(97, 3)
    assert BudgetHold.objects.count() == 1  # 3 of 100, where 1 is allowed
    following.follow(None, lambda *seen: None)
    assert actions.count_run(run) == 0 and BudgetEvent.objects.count() == 1


def test_runs_of_something_else_feed_nothing(world: Any, fed: Objective) -> None:
    contract = fed.surface.in_force.contract
    other = passing_run(fed.surface, contract, "other-suite", actor=world.ada)
    proposed = {**contract, "prompts": [{**contract["prompts"][0], "version": "v32"}]}
    stranger = passing_run(fed.surface, proposed, "triage-accuracy", actor=world.ada, failed=50)
    broken = Report(format="plumbline", digest="0" * 64, cases=(Case("a", "fail"),), error="Stopped.")
    suite = EvalSuite.objects.get(key="triage-accuracy")
    evals.record_run(fed.surface, actor=world.ada, suite=suite, report=broken, revision=fed.surface.in_force)
    for run in EvalRun.objects.select_related("surface"):
        assert actions.count_run(run) == 0, run
    assert {other.pk, stranger.pk} <= set(EvalRun.objects.values_list("pk", flat=True))


def test_days_that_are_over_are_sealed(world: Any, objective: Objective, counts: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    counts(objective, good=5)
    assert following.seal(None, None) == {"sealed": 0}
    traveller.shift(timedelta(days=2))
    assert (following.seal(None, None), following.seal(None, None)) == ({"sealed": 1}, {"sealed": 0})

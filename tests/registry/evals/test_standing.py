"""How suites stand for a contract, and how results move between runs."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core import clock
from governance.policy import queries as policy
from registry.evals import actions, binding, comparing, movement, queries
from registry.evals.formats import Counts
from registry.surfaces.models import Revision
from tests.registry.building import contract_for

pytestmark = pytest.mark.django_db


def standing(surface, tier=2, at=None, contract=None):
    contract = contract or surface.in_force.contract
    runs, suites = queries.latest_runs([surface]), queries.suites()
    return queries.standing(surface.pk, contract, policy.tiers()[tier], runs, suites, at or clock.now())


def test_without_a_run_it_is_missing(live, suite):
    (one,) = standing(live)
    assert (one.state, one.run, float(one.threshold)) == ("missing", None, 0.95)


def test_a_suite_that_the_library_does_not_have_is_missing(live):
    (one,) = standing(live)
    assert one.state == "missing"
    assert "no suite triage-accuracy" in one.why


def test_a_good_run_passes_until_it_is_too_old(live, record):
    run = record(passed=95, failed=5)
    (one,) = standing(live)
    assert (one.state, one.run) == ("passing", run)
    assert one.turns_at == run.started_at + timedelta(days=30)
    (late,) = standing(live, at=one.turns_at)
    assert late.state == "stale"
    assert "counts for 30 days" in late.why


def test_one_case_short_is_below_and_says_how_many_are_missing(live, record):
    record(passed=94, failed=6)
    (one,) = standing(live)
    assert one.state == "below"
    assert "1 more of 100 cases must pass" in one.why


@pytest.mark.parametrize(("tier", "asked"), [(0, None), (1, 0.85), (2, 0.95), (3, 0.95), (4, 0.97)])
def test_policy_is_the_floor_and_a_suite_may_be_stricter(live, suite, tier, asked):
    (one,) = standing(live, tier=tier)
    assert (None if one.threshold is None else float(one.threshold)) == asked


def test_a_run_that_broke_off_proves_nothing_whatever_it_passed(live, record):
    record(passed=10, status="errored", error="The network was away.")
    (one,) = standing(live)
    assert one.state == "below"
    assert "broke off" in one.why


def test_errors_count_as_not_passed_and_what_is_left_out_does_not_count(live, record):
    run = record(cases={"a": "pass", "b": "error", "c": "skip"})
    assert (str(run.pass_rate), run.counted) == ("0.5000", 2)


@pytest.mark.parametrize(
    ("made_with", "why"),
    [
        ({"models": ["meridian-2.1-large"], "prompts": {"triage": "v30"}}, "the contract has v31"),
        ({"models": ["gpt-x"], "prompts": {"triage": "v31"}}, "made with gpt-x"),
        ({"models": ["meridian-2.1-large"]}, "does not say with which version"),
        ({"prompts": {"triage": "v31"}}, "does not say which models"),
        ({"models": ["meridian-2.1-large"], "prompts": {"triage": "v31", "other": "v1"}}, "does not have"),
    ],
)
def test_a_run_with_other_prompts_or_models_does_not_count(live, record, made_with, why):
    record(passed=100, made_with=made_with)
    (one,) = standing(live)
    assert one.state == "unbound"
    assert why in one.why


def test_what_holds_and_what_is_proposed_are_tried_side_by_side(live, record):
    held = record(passed=100)
    record(passed=1, failed=9, made_with={"models": ["meridian-2.1-large"], "prompts": {"triage": "v32"}})
    assert [(each.state, each.run) for each in standing(live)] == [("passing", held)]


def test_other_cases_make_what_ran_before_stale_and_other_words_do_not(live, record, world, suite):
    record(passed=100)
    actions.change_suite(suite, actor=world.noor, good="The queue that two handlers would have chosen.")
    assert standing(live)[0].state == "passing"
    suite.refresh_from_db()
    actions.change_suite(suite, actor=world.noor, case_count=5)
    (one,) = standing(live)
    assert one.state == "stale"
    assert "other cases" in one.why


def test_runs_of_many_surfaces_come_in_one_query(live, record, django_assert_num_queries):
    record(passed=1)
    with django_assert_num_queries(1):
        found = queries.latest_runs([live])
        assert found[live.pk]["triage-accuracy"].suite_version.number == 1


def test_newly_failing_flaky_and_variance(record):
    record(cases={"a": "pass", "b": "pass", "c": "fail"}, commit="aaa1111")
    record(cases={"a": "pass", "b": "fail", "c": "fail"}, commit="bbb2222", group="nightly")
    last = record(cases={"a": "fail", "b": "pass", "c": "error"}, commit="bbb2222", group="nightly")
    said = movement.movement(last)
    assert list(said.newly_failing) == ["a"]
    assert list(said.flaky) == ["a", "b"]
    assert said.variance == pytest.approx(0.0)  # 1 of 3, twice
    assert [str(point.rate) for point in said.trend] == ["0.6666", "0.3333", "0.3333"]


def test_variance_is_the_sample_standard_deviation_of_repeated_runs(record):
    for passed in (10, 8, 6):
        last = record(passed=passed, failed=10 - passed, group="again")
    assert movement.movement(last).variance == pytest.approx(0.2)


def test_a_change_of_commit_is_no_flakiness(record):
    record(cases={"a": "pass"}, commit="aaa1111")
    last = record(cases={"a": "fail"}, commit="bbb2222")
    assert list(movement.movement(last).flaky) == []


def test_cost_and_latency_move_against_the_run_before(record):
    record(rows=[{"name": "a", "outcome": "pass", "cost": 2, "latency_ms": 100}])
    last = record(rows=[{"name": "a", "outcome": "pass", "cost": 3, "latency_ms": 80}])
    said = movement.movement(last)
    assert (said.cost.percent, said.latency.percent) == (50, -20)


def test_the_evals_of_a_change_stand_side_by_side(live, world, record):
    record(passed=100)
    contract = contract_for(world.noor, evals=[{"suite": "triage-accuracy"}, {"suite": "tone"}])
    contract["prompts"] = [{**contract["prompts"][0], "version": "v32"}]
    proposed = Revision(surface=live, number=2, contract=contract)
    change = SimpleNamespace(surface=live, base=live.in_force, revision=proposed)
    triage, tone = comparing.before_and_after(change)
    assert (triage.before.state, triage.after.state, triage.points) == ("passing", "unbound", None)
    assert (tone.before, tone.after.state) == (None, "missing")


@given(passed=st.integers(0, 2000), failed=st.integers(0, 2000))
def test_a_pass_rate_is_never_rounded_up(passed, failed):
    rate = Counts(passed, failed).pass_rate
    if rate is not None:
        assert float(rate) <= passed / (passed + failed)
        assert (rate == 1) == (failed == 0)


@pytest.mark.parametrize(
    ("said", "names", "same"),
    [
        ("v31", ("v31",), True), ("V31 ", ("v31",), True), ("4f1d2c9", ("v31", "4f1d2c9a8b7e"), True),
        ("4f1d2c", ("4f1d2c9a8b7e",), False), ("v3", ("v31",), False), ("", (), False),
    ],
)  # fmt: skip
def test_versions_are_the_same_by_name_commit_or_digest(said, names, same):
    assert binding.is_version(said, names) is same


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("gpt-4o-mini", True), ("openai/gpt-4o-mini", True), ("openai:chat:GPT-4o-mini", True), ("mini-eu", True),
        ("gpt-4o", False), ("4o-mini", False), ("gpt-4o-mini-2024", False),
    ],
)  # fmt: skip
def test_models_are_the_same_with_or_without_their_provider(said, same):
    assert binding.is_model(said, binding.Route("mini-eu", "gpt-4o-mini", True)) is same

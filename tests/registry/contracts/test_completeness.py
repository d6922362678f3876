"""What is missing depends on the tier, and each demand says why."""

import copy
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.completeness import completeness
from registry.contracts.facts import TierFacts
from registry.contracts.shape import node, parts, schema
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]
TIERS = [
    TierFacts(number, name, eval_threshold=threshold, drill_days=days)
    for number, (name, threshold, days) in enumerate(
        [
            ("Internal", None, None),
            ("Customer assist", 0.85, 365),
            ("Customer-facing", 0.92, 180),
            ("Regulated", 0.95, 90),
            ("Autonomous", 0.97, 90),
        ]
    )
]


def missing(contract, tier):
    return [one.pointer for one in completeness(contract, TIERS[tier])]


def test_the_example_can_be_proposed_in_its_tier():
    assert missing(EXAMPLE, 3) == []


def test_every_tier_asks_for_all_that_the_one_below_asks_for():
    asked = [set(missing({}, tier)) for tier in range(5)]
    assert all(lower <= higher for lower, higher in pairwise(asked))
    assert len(asked[0]) < len(asked[1]) < len(asked[2]) < len(asked[3]) < len(asked[4])


@pytest.mark.parametrize(
    ("change", "tier", "pointer"),
    [
        (lambda c: c["inputs"].pop("data_classes"), 0, "/inputs/data_classes"),
        (lambda c: c["outputs"].update(audience="customer"), 1, "/outputs/disclosure"),
        (
            lambda c: c["authority"]["tools"].append({"key": "pay", "effect": "irreversible", "limits": "500"}),
            3,
            "/authority/tools/1/approval",
        ),
        (lambda c: c["authority"]["tools"].append({"key": "note", "effect": "write"}), 0, "/authority/tools/1/limits"),
        (lambda c: c["fallback"].pop("refusal"), 2, "/fallback/refusal"),
        (lambda c: c["auditability"]["fields"].remove("trace"), 2, "/auditability/fields"),
        (lambda c: c["routes"].pop(0), 0, "/routes"),
        (lambda c: c["prompts"][0].pop("commit"), 0, "/prompts/0/commit"),
        (lambda c: c["retrieval"][0].pop("snapshot"), 3, "/retrieval/0/snapshot"),
        (lambda c: c["evals"][1].update(threshold=0.9), 2, "/evals/1/threshold"),
        (lambda c: c["budget"].pop("owner"), 1, "/budget/owner"),
        (lambda c: c["kill_switch"]["rungs"].remove("off"), 1, "/kill_switch/rungs"),
        (lambda c: c.pop("rollback"), 0, "/rollback/target"),
        (lambda c: c["outputs"].update(draft=True) or c.pop("human_review"), 1, "/human_review/when"),
    ],
)
def test_what_is_taken_away_is_missed(change, tier, pointer):
    contract = copy.deepcopy(EXAMPLE)
    change(contract)
    assert missing(contract, tier) == [pointer]


def test_a_policy_may_set_its_own_logging_minimum():
    (only,) = completeness(EXAMPLE, TierFacts(0, "Internal", logging=("latency",)))
    assert only.what == "Log latency." and only.why == "The logging minimum of tier 0, Internal."


@given(contracts(), st.sampled_from(TIERS))
def test_any_contract_is_judged_and_every_demand_leads_to_its_field(contract, tier):
    for one in completeness(contract, tier):
        assert one.part in parts() and one.what.endswith(".") and one.why.endswith(".")
        steps = tuple(int(step) if step.isdecimal() else step for step in one.pointer.split("/")[1:])
        assert node(steps) is not None

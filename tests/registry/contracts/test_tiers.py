"""The questionnaire suggests, the contract sets the minimum, and both say why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.facts import DataClassFacts, TierFacts
from registry.contracts.tiers import QUESTIONS, minimum_tier, suggest
from tests.registry.contracts.drawn import contracts

TIERS = [
    TierFacts(number, name)
    for number, name in enumerate(("Internal", "Customer assist", "Customer-facing", "Regulated", "Autonomous actions"))
]
CLASSES = [
    DataClassFacts("public", "Public"),
    DataClassFacts("customer", "Customer", sensitive=True),
    DataClassFacts("health", "Health", sensitive=True, minimum_tier=3),
]


def asked(answers=None, contract=None):
    return suggest(answers or {}, contract or {}, tiers=TIERS, data_classes=CLASSES)


def seeing(*keys):
    return {"inputs": {"data_classes": [{"key": key, "handling": "plain"} for key in keys]}}


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.key for question in QUESTIONS])
def test_each_question_leads_to_its_tier_with_its_reason(question):
    found = asked({question.key: True})
    assert found.tier == question.tier and found.reasons == (question.because,)
    assert found.name == TIERS[question.tier].name and question.key not in found.unanswered


@pytest.mark.parametrize(
    ("contract", "tier", "why"),
    [
        (
            {"authority": {"tools": [{"key": "pay", "effect": "irreversible", "approval": True}]}},
            4,
            "What pay does cannot be undone.",
        ),
        ({"authority": {"tools": [{"key": "pay", "effect": "write"}]}}, 0, ""),
        ({"outputs": {"audience": "customer"}}, 2, "Customers see what it wrote."),
        ({"outputs": {"audience": "public"}}, 2, "The public sees what it wrote."),
        ({"outputs": {"audience": "customer", "draft": True}}, 1, "Customers see what it drafted, after a person."),
        (seeing("customer"), 1, "It sees customer data, which may not be in tier 0."),
        (seeing("public"), 0, ""),
        (seeing("unheard-of"), 0, ""),
        (seeing("health"), 3, "It sees health data, which asks for tier 3 or above."),
        (
            seeing("customer") | {"outputs": {"decision": "supports"}},
            3,
            "It takes part in decisions about people with customer data.",
        ),
        (seeing("customer") | {"outputs": {"decision": "makes"}}, 3, "It decides about people with customer data."),
    ],
)
def test_a_contract_implies_its_least_tier(contract, tier, why):
    found = asked({"internal_only": True}, contract)
    assert found.minimum == minimum_tier(contract, CLASSES) == tier
    assert found.tier == tier and found.minimum_reasons == ((why,) if why else ())


@given(contracts(), st.dictionaries(st.sampled_from([question.key for question in QUESTIONS]), st.none() | st.booleans()))
def test_a_suggestion_never_lies_below_the_minimum_and_always_has_a_reason(contract, answers):
    found = asked(answers, contract)
    assert found.minimum <= found.tier <= 4 and found.reasons
    assert bool(found.minimum_reasons) is (found.minimum > 0)


def test_with_no_answer_nothing_is_asked_for():
    found = asked()
    assert found.tier == 0 and found.reasons == ("Nothing said so far asks for more.",) and len(found.unanswered) == 5


def test_a_policy_with_fewer_tiers_is_followed():
    assert suggest({"acts_alone": True}, {}, tiers=TIERS[:3], data_classes=[]).tier == 2


@pytest.mark.parametrize(
    ("answers", "contract"),
    [
        ({"internal_only": True, "reaches_customers": True}, {}),
        ({"internal_only": True}, {"outputs": {"audience": "public"}}),
        ({"reaches_customers": False}, {"outputs": {"audience": "customer"}}),
        ({"acts_alone": False}, {"authority": {"tools": [{"key": "pay", "effect": "irreversible"}]}}),
    ],
)
def test_contradictions_are_pointed_at(answers, contract):
    assert len(asked(answers, contract).conflicts) == 1

"""What is wrong is said in plain words, and nothing sent from outside can do harm."""
# ruff: noqa: E501 - tables of cases, one a line

import copy
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.facts import Known
from registry.contracts.shape import schema
from registry.contracts.validate import MOST_PROBLEMS, accept, validate
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]
RAW = (
    "is not of type",
    "Additional properties",
    "does not match",
    "is not one of",
    "is valid under",
    "required property",
    "schema",
)


def changed(change):
    contract = copy.deepcopy(EXAMPLE)
    change(contract)
    return [(problem.pointer, str(problem)) for problem in validate(contract)]


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        (lambda c: c["inputs"].update(data_clases=[]), "/inputs/data_clases", "Did you mean data_classes?"),
        (
            lambda c: c["authority"]["tools"][1].update(effect="Reads"),
            "/authority/tools/1/effect",
            "Did you mean read?",
        ),
        (lambda c: c["authority"]["tools"][0].pop("effect"), "/authority/tools/0", "lacks its effect"),
        (
            lambda c: c["authority"]["tools"][0].update(approval="yes"),
            "/authority/tools/0/approval",
            "must be yes or no",
        ),
        (lambda c: c["budget"].update(currency="eur"), "/budget/currency", "three capital letters"),
        (lambda c: c["budget"].update(amount="2000"), "/budget/amount", "must be a number"),
        (lambda c: c["budget"].update(amount=-1), "/budget/amount", "0 is the least"),
        (lambda c: c["limits"].update(steps=1.5), "/limits/steps", "must be a whole number"),
        (lambda c: c.update(notes="x" * 10_007), "/notes", "Shorten it by 7 characters."),
        (lambda c: c.update(routes={}), "/routes", "must be a list"),
        (lambda c: c["prompts"][0].update(key=""), "/prompts/0/key", "is empty"),
        (lambda c: c["prompts"][0].update(commit="main"), "/prompts/0/commit", "is not a commit id"),
        (lambda c: c["rollback"].update(target="r13"), "/rollback/target", "is not a revision"),
        (lambda c: c["outputs"].update(audience=None), "/outputs/audience", "nobody, internal, customer or public"),
        (lambda c: c.update(schema="contract-v9"), "/schema", "must be contract-v1"),
        (lambda c: c["evals"].extend([{"suite": "s"}] * 60), "/evals", "60 are the most"),
    ],
)
def test_what_breaks_the_schema_is_said_in_words(change, pointer, says):
    found = changed(change)
    assert [where for where, _ in found] == [pointer]
    assert says in found[0][1]
    assert not any(raw in found[0][1] for raw in RAW)


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        (
            lambda c: c["inputs"]["data_classes"].append({"key": "customer", "handling": "redacted"}),
            "/inputs/data_classes/3/key",
            "second time",
        ),
        (
            lambda c: c["routes"].append({"endpoint": "b", "role": "primary", "share": 1}),
            "/routes",
            "101 % to the role primary",
        ),
        (lambda c: c["routes"].append(dict(c["routes"][0], share=0)), "/routes", "2 times"),
        (
            lambda c: c["prompts"].append({"key": "b", "held": "here", "text": "x", "sha256": "0" * 64}),
            "/prompts/1/sha256",
            "does not belong",
        ),
        (lambda c: c["prompts"][0].update(text="x"), "/prompts/0/text", "held in a repository"),
        (lambda c: c["prompts"][0].update(held="here"), "/prompts/0/held", "says here"),
        (
            lambda c: c["fallback"]["slow"].update(action="next_route"),
            "/fallback/slow/action",
            "no route has the role fallback",
        ),
        (lambda c: c["budget"].update(soft_percent=120), "/budget/soft_percent", "Warn before it stops."),
        (lambda c: c["limits"]["spend"].update(currency="USD"), "/limits/spend/currency", "but the budget is in EUR"),
        (
            lambda c: (c["outputs"].update(draft=True), c["human_review"].update(when="never")),
            "/human_review/when",
            "is not always",
        ),
        (lambda c: c["routes"].pop(), "/kill_switch/rungs", "no route has the role safer"),
    ],
)
def test_parts_that_contradict_each_other_are_found(change, pointer, says):
    found = changed(change)
    assert [where for where, _ in found] == [pointer]
    assert says in found[0][1]


def test_keys_are_looked_up_where_that_is_asked_for():
    known = Known(
        endpoints=frozenset({"meridian-large-eu", "meridian-small-eus"}),
        tools={"claims.read": "write", "policy.search": "read"},
        data_classes=frozenset({"customer", "personal", "regulated"}),
        suites=frozenset(),
    )
    found = {problem.pointer: str(problem) for problem in validate(EXAMPLE, known=known)}
    assert set(found) == {"/routes/1/endpoint", "/authority/tools/0/effect", "/evals/0/suite", "/evals/1/suite"}
    assert "Did you mean meridian-small-eus?" in found["/routes/1/endpoint"]
    assert "the catalogue says that claims.read does more" in found["/authority/tools/0/effect"]


def test_the_owner_of_a_budget_is_somebody():
    known = Known(people=frozenset({"p_1"}))
    (found,) = validate({"budget": {"owner": "p_2"}}, known=known)
    assert found.pointer == "/budget/owner" and validate({"budget": {"owner": "p_1"}}, known=known) == []


def deep(levels: int) -> dict:
    top: dict = {}
    below = top
    for _ in range(levels):
        below["inputs"] = {}
        below = below["inputs"]
    return top


HOSTILE = [
    None, [], "text", 7, True, {"inputs": "text"}, {"routes": "text"}, {"routes": [None, 1, "x", []]}, {1: 2}, {"a\x00": 1},
    {"notes": "a\x00b"}, {"notes": "\ud800"}, {"notes": "\x1b[31m"}, {"notes": float("nan")}, {"budget": {"amount": float("inf")}},
    {"notes": b"bytes"}, {"notes": object()}, {"limits": {"steps": 10**400}}, {"limits": {"steps": True}},
    {"notes": "x" * 5_000_000}, {"x" * 5_000_000: 1}, {"routes": [1] * 1_000_000}, deep(100_000), {"inputs": {"never": ["a\nb"]}},
    {str(number): 1 for number in range(10_000)}, {"routes": [{"endpoint": "x", "role": "x" * 100_000}]}, {"prompts": 5},
]  # fmt: skip


@pytest.mark.parametrize("contract", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_is_refused_in_words_and_quickly(contract):
    start = time.perf_counter()
    _, problems = accept(contract)
    assert time.perf_counter() - start < 2
    assert 0 < len(problems) <= MOST_PROBLEMS
    for problem in problems:
        assert problem.message.endswith(".") and problem.fix and len(str(problem)) < 1_000
        assert not any(raw in str(problem) for raw in RAW[:-1])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.sampled_from(["inputs", "key", "tools", "routes", "text", "x"]), below, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*schema()["properties"], "other"]), JSON, max_size=5))
def test_whatever_is_sent_is_judged_without_an_exception(contract):
    _, problems = accept(contract)
    assert all(problem.message and problem.fix for problem in problems)


@given(contracts())
def test_a_contract_of_the_schema_has_no_problem(contract):
    assert validate(contract) == []


def test_markup_and_right_to_left_marks_are_text_like_any_other():
    assert validate({"notes": "<script>alert(1)</script> =1+1 \u202eevil\u202c"}) == []

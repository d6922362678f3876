"""A policy file says what it looks like, comes back as the same bytes, and its faults are told by line."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis.strategies import characters, text

from governance.core import digest
from governance.core.errors import Invalid, TooLarge
from governance.policy import normal, schema, validation, yamlfile
from governance.policy.actions.versions import CATALOGUE

CATALOGUE_TEXT = CATALOGUE.read_text(encoding="utf-8")


def shipped() -> dict:
    return validation.read(CATALOGUE_TEXT)


def problems_of(text: str) -> list[str]:
    with pytest.raises(Invalid) as caught:
        validation.read(text)
    return caught.value.fields["document"]


def test_the_shipped_policy_is_sound_and_complete():
    policy = shipped()
    assert [tier["number"] for tier in policy["tiers"]] == [0, 1, 2, 3, 4]
    assert [tier["review_months"] for tier in policy["tiers"]] == [12, 12, 6, 3, 3]
    assert [(tier["evals"] or {}).get("threshold") for tier in policy["tiers"]] == [None, 0.85, 0.92, 0.95, 0.97]
    assert [(tier["evals"] or {}).get("freshness_days") for tier in policy["tiers"]] == [None, 90, 30, 30, 14]
    assert [tier["exception_days"] for tier in policy["tiers"]] == [180, 120, 90, 60, 30]
    assert [tier["drill_days"] for tier in policy["tiers"]] == [None, 365, 180, 90, 90]
    assert [tier["postmortem_from"] for tier in policy["tiers"]] == ["SEV1", "SEV2", "SEV2", "SEV3", "SEV3"]
    assert [each["key"] for each in policy["data_classes"]] == [
        "public", "internal", "confidential", "customer", "personal", "regulated", "secret",
    ]  # fmt: skip
    assert len(policy["incidents"]["categories"]) == 10
    assert len(policy["risk_areas"]) == len(policy["audit_trail"]) == len(policy["operations_checklist"]) == 5
    assert len(policy["vendor_topics"]) == 10
    assert len(policy["buyer_questions"]) == 5


def test_a_policy_out_and_in_again_is_the_same_bytes_and_the_same_hash():
    policy = shipped()
    text = yamlfile.dump(policy)
    again = validation.read(text)
    assert again == policy
    assert yamlfile.dump(again) == text
    assert digest.digest(again) == digest.digest(policy)


def test_comments_order_of_names_and_left_out_defaults_make_no_difference():
    policy = shipped()
    shuffled = dict(reversed(list(policy.items())))
    written = "# agreed in May\n" + yamlfile.dump(shuffled).replace("per_team: true", "per_team: true  # each team has one")
    assert validation.read(written) == policy
    assert normal.filled(normal.slim(policy)) == policy


TRICKY = [
    *"off no yes ~x 2026-05-01 1e3 1.0e3 1_000 .5 +7 0x10 12:30:00 null-ish #d 'q' \" \U0001f600 - ? | > % @ ` ! & *".split(),
    *("", " padded", "ünï — 漢字", "a: b", "- c", "two\nlines", "trailing ", "{a", "[b", "\ttab", "a \u2028\n b"),
]


@pytest.mark.parametrize("word", TRICKY)
def test_words_that_yaml_readers_trip_over_come_back_as_they_were(word):
    policy = shipped()
    policy["tiers"][0]["example"] = word
    assert validation.read(yamlfile.dump(policy)) == policy


@settings(max_examples=60, deadline=None)
@given(text(alphabet=characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_any_text_people_can_store_comes_back_as_it_was(word):
    document = {"schema": "policy-v1", "vendor_review_months": 3, "scorecard": {"metrics": [], "never_shown": [word]}}
    assert yamlfile.parse(yamlfile.dump(document)).value == document


def test_frameworks_and_what_controls_meet_have_their_place():
    policy = shipped()
    policy["frameworks"] = [
        {"key": "owasp-llm", "name": "OWASP Top 10 for LLM applications", "edition": "2025", "source": "", "blocks_from_tier": 2,
         "entries": [{"id": "LLM01", "title": "Prompt injection"}]},
    ]  # fmt: skip
    policy["controls"][5]["meets"] = {"owasp-llm": ["LLM01"]}
    assert validation.read(yamlfile.dump(policy)) == policy
    policy["controls"][5]["meets"] = {"owasp-llm": ["LLM99"]}
    assert "no item of owasp-llm" in problems_of(yamlfile.dump(policy))[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "Line 1: A bracket is not closed"),
        ("a: b: c", "Line 1: A colon stands in a value"),
        ("a: 1\na: 2", "Line 2: “a” stands twice"),
        ("a: &x 1", "Line 1: Anchors"),
        ("a: 1\nb: *x", "Line 2: Anchors"),
        ("a: !!python/object:os.system 1", "Line 1: Type tags"),
        ("\ta: 1", "Line 1: A tab"),
        ("", "Line 1: There is nothing"),
        ("# only a comment", "Line 1: There is nothing"),
        ('a: "b', "Line 1: A quotation mark"),
        ("[" * 400, "Line 1: This is nested deeper"),
        ("a: 1\n---\nb: 2", "There is more than one document"),
        ("a: x\x00y", "Line 1: Character 5 is a control character"),
        ("? [a]\n: 1", "A name must be a plain word"),
        ("a: " + "9" * 5000, "This number is longer"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, said):
    with pytest.raises(Invalid) as caught:
        yamlfile.parse(text)
    assert said in caught.value.message


def test_a_file_of_many_megabytes_is_refused_before_it_is_read():
    with pytest.raises(TooLarge):
        yamlfile.parse("a" * (yamlfile.MAX_BYTES + 1))


def test_a_fault_is_told_with_its_line_its_place_and_a_way_out():
    text = CATALOGUE_TEXT.replace("    review_months: 6\n", "    review_month: 6\n")
    line = text.split("\n").index("    review_month: 6") + 1
    told = problems_of(text)
    assert any(each.startswith(f"Line {line}: ") and "Did you mean “review_months”?" in each for each in told)
    assert any("“Customer-facing”" in each and "“review_months” is missing" in each for each in told)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("review_months: 6", "review_months: six", "must be a whole number, not “six”"),
        ("review_months: 6", "review_months: 0", "too small; the least is 1"),
        ("threshold: 0.92", "threshold: 1.2", "too large; the most is 1"),
        ("threshold: 0.92", "threshold: 0.92345", "At most three decimals"),
        ("default_rule: never", "default_rule: maybe", "“maybe” is not one of allowed, redacted, never"),
        ("lane: gated", "lane: slow", "“slow” is not among the lanes"),
        ("logging: [trace,", "logging: [traces,", "“traces” is not among the logging fields"),
        ("controls: [model_behaviour,", "controls: [sandbox,", "A lower tier demands “sandbox” already"),
        ("  - key: compliance\n", "  - key: Compliance!\n", "is not a key"),
        ("schema: policy-v1", "schema: policy-v2", "must be “policy-v1”"),
        ("minimum_tier: 3", "minimum_tier: 7", "too large; the most is 4"),
        ("A: compliance, C: [legal, security]", "A: compliance, C: [compliance, security]", "accountable already"),
        ("  - number: 3", "  - number: 2", "Tiers are 0 to 4"),
        ("subject: policy\n", "subject: transfer\n", "Nobody approves a policy"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_said_in_plain_words(before, after, said):
    assert before in CATALOGUE_TEXT
    told = problems_of(CATALOGUE_TEXT.replace(before, after, 1))
    assert any(said in each for each in told), told
    assert all("Line " in each for each in told)


def test_tier_four_needs_two_people_beside_whoever_asks():
    policy = shipped()
    policy["tiers"][4]["approvers"] = [
        {"position": "engineering", "count": 1, "when": "always"},
        {"position": "legal", "count": 1, "when": "regulated"},
    ]
    assert any("Two people beside the requester" in each for each in problems_of(yamlfile.dump(policy)))
    policy["tiers"][4]["approvers"][0]["count"] = 2
    assert validation.sound(policy)
    rollback = next(route for route in policy["routes"] if route["tier"] == 4)
    rollback["steps"] = rollback["steps"][:1]
    assert any("Two people beside the requester" in each for each in problems_of(yamlfile.dump(policy)))


def test_a_step_that_holds_only_sometimes_is_not_enough():
    policy = shipped()
    policy["tiers"][0]["approvers"][0]["when"] = "regulated"
    assert any("At least one step must hold always" in each for each in problems_of(yamlfile.dump(policy)))


def test_a_document_without_a_file_is_told_by_place():
    policy = copy.deepcopy(shipped())
    policy["tiers"][3]["name"] = ""
    with pytest.raises(Invalid) as caught:
        validation.sound(policy)
    assert caught.value.fields["document"] == ["tiers, number 4, name: This is empty."] or "name" in caught.value.message


def test_every_name_in_the_schema_has_words_for_people():
    def walk(path, depth=0):
        for name in schema.properties(path):
            node = schema.node_at((*path, name))
            assert node.get("title") or "const" in node, (*path, name)
            if depth < 4:
                walk((*path, name), depth + 1)
                walk((*path, name, 0), depth + 1)

    walk(())

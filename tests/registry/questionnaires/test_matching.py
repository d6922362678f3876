"""The search: what is asked in other words is found, and what nobody answered is not."""

import re

import pytest

from registry.questionnaires.matching import LEAST, SURE, Candidate, Index
from registry.questionnaires.meaning import tokens
from registry.questionnaires.prepared.drawing import prepared
from registry.questionnaires.prepared.saying import listed

# As HECVAT 4.1, the CSA and buyers' own sheets put them; the key of the prepared answer that is meant.
ASKED = {
    "Does your solution leverage machine learning (ML) or do you plan to do so in the next 12 months?": "uses-models",
    "Can your solution's AI features be disabled by tenant and/or user?": "tenant-off",
    "Have your staff completed responsible AI training?": "training",
    "In the event of an incident, can your solution's AI features be disabled in a timely manner?": "incident-off",
    "If disabled because of an incident, can your solution's AI features be re-enabled in a timely manner?": "incident-on",
    "Do you provide logging for your solution's AI feature(s) that includes user, date, and action taken?": "user-logs",
    "Is your LLM training data vetted, validated, and verified before training the solution's AI model?": "training-data",
    "Do any actions taken by your solution's LLM features or plugins require human intervention?": "human",
    "Will any institutional data be retained in AI processing?": "retained",
    "Which foundation model(s) does the product rely on?": "models",
    "Do you use our data to train your models?": "trained-on-ours",
    "In which country is our data processed?": "where",
    "Please list all subprocessors that handle AI data.": "subprocessors",
    "Does the contract allow us to audit you?": "audit-rights",
    "Who owns AI governance at your company?": "owners",
    "How fast can you stop an autonomous agent?": "halt-time",
    "Do you red team your models?": "test-documents",
}
NOT_OURS = (
    "Is data encrypted at rest?",
    "How many penguins work in your company?",
    "Do you support single sign-on?",
    "What is your company's registered address?",
    "Do you have cyber insurance?",
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(
        [Candidate("prepared", each.key, (each.question, *each.wordings), "said", codes=each.codes) for each in prepared()]
    )


@pytest.mark.parametrize("question", ASKED)
def test_a_question_in_other_words_is_found(index: Index, question: str) -> None:
    assert index.best(question)[0].candidate.reference == ASKED[question]


@pytest.mark.parametrize("question", NOT_OURS)
def test_what_nothing_answers_gets_no_proposal(index: Index, question: str) -> None:
    assert index.best(question) == []


def test_the_same_words_are_sure_and_a_known_number_counts(index: Index) -> None:
    same = index.best("How quickly can an agent be halted?")[0]
    assert (same.candidate.reference, same.score) == ("halt-time", 1.0)
    assert index.best("Something quite else", "aipl-03")[0].candidate.reference == "incident-off"
    assert LEAST < SURE <= 0.9


def test_what_fits_two_answers_alike_is_not_sure() -> None:
    alike = [
        Candidate("library", f"AN-{n}", (f"Do you log every {what} call of the gateway?",), what)
        for n, what in enumerate(("tool", "model"))
    ]
    found = Index(alike).best("Do you log every call of the gateway that we use?")
    assert len(found) == 2
    assert found[0].score < SURE


def test_what_was_turned_down_does_not_come_again(index: Index) -> None:
    found = index.best("How quickly can an agent be halted?", refused={"halt-time"})
    assert "halt-time" not in {each.candidate.reference for each in found}


def test_the_library_comes_before_live_records_where_both_fit() -> None:
    said = ("Do you train models on our data?",)
    both = Index(
        [
            Candidate("prepared", "p", said, "live"),
            Candidate("library", "AN-1", said, "agreed"),
            Candidate("earlier", "QU-1.1", said, "old"),
        ]
    )
    assert [each.candidate.reference for each in both.best(said[0])] == ["AN-1", "p", "QU-1.1"]


def test_every_question_of_the_catalogue_is_prepared_once_with_its_number() -> None:
    found = prepared()
    assert [each.number for each in found] == list(range(1, 46))
    assert len({each.key for each in found}) == 45
    assert all(re.fullmatch(r"[a-z-]+", each.key) and each.wordings for each in found)


def test_the_same_thing_in_other_words_gives_the_same_tokens() -> None:
    assert tokens("Can the LLM be switched off?") == tokens("Can AI be disabled?")
    assert tokens("Third parties, sub-processors") == tokens("Providers; subprocessor")
    assert tokens("?!") == frozenset()
    assert listed(["a, b", "c"]) == "a, b and c"

"""A second registration of the same thing is noticed, quickly, among thousands."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.lookalikes import Candidate, folded, lookalikes

HELD = [
    Candidate(1, "Claims triage assistant", "Suggests the queue for an incoming claim and says why."),
    Candidate(2, "Document translation", "Translates letters from members into English."),
    Candidate(3, "Code review helper", "Comments on pull requests in the monorepo."),
]


def test_the_same_name_comes_first_and_is_said_to_be_the_same():
    found = lookalikes("claims  TRIAGE-assistant", "", HELD)
    assert (found[0].id, found[0].score, found[0].why) == (1, 100, "The name is the same.")


def test_word_order_and_small_differences_do_not_hide_it():
    assert [one.id for one in lookalikes("Assistant for claim triage", "", HELD)] == [1]
    assert [one.id for one in lookalikes("Translation", "Translates letters from the members into English", HELD)] == [2]


def test_what_has_little_in_common_is_not_shown():
    assert lookalikes("Expense fraud detector", "Finds receipts that were altered.", HELD) == []
    assert lookalikes("", "", HELD) == [] and lookalikes("x", "y", []) == []


@given(st.text(max_size=40), st.text(max_size=80))
def test_anything_can_be_asked(name, purpose):
    for one in lookalikes(name, purpose, HELD):
        assert 0 < one.score <= 100 and one.why


def test_thousands_are_compared_while_one_types():
    order, words = (
        random.Random(3),
        [
            "claims",
            "triage",
            "letter",
            "member",
            "policy",
            "fraud",
            "search",
            "code",
            "review",
            "meeting",
            "notes",
            "report",
            "chat",
        ],
    )
    many = [
        Candidate(number, " ".join(order.choices(words, k=5)), " ".join(order.choices(words, k=40))) for number in range(5_000)
    ]
    lookalikes("warm up", "", many)
    start = time.perf_counter()
    lookalikes("Claims letter review", "Reviews the letters that members send us about their claims", many)
    assert time.perf_counter() - start < 0.5  # measured: about 30 ms; the bound only catches a change of order
    assert folded("Café, déjà-vu") == "cafe deja vu"

"""Two texts, word by word: nothing lost, readable, and never slow."""

import random
import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.prose import Segment, compare

WORDS = st.lists(
    st.sampled_from(["the", "claim", ".", "member\n", "pay", ",", "never", "", "always\n\n", "€", "500", "\xa0", "é"]),
    max_size=40,
).map(" ".join)


def whole(segments, *kinds):
    return "".join(piece.text for piece in segments if piece.kind in kinds)


@given(WORDS | st.text(), WORDS | st.text())
def test_the_segments_hold_both_texts(old, new):
    found = compare(old, new)
    assert whole(found, "same", "del") == old
    assert whole(found, "same", "ins") == new
    assert all(one.text for one in found)
    assert all(one.kind != other.kind for one, other in pairwise(found))


@given(st.text(min_size=1))
def test_the_same_text_is_one_segment(text):
    assert compare(text, text) == [Segment("same", text)]


def test_words_that_stay_by_chance_do_not_break_up_a_rewritten_sentence():
    old = "You prepare payouts. Never release a payment. Quote the clause."
    new = "You prepare payouts. Release a payment only when a handler has approved this claim today. Quote the clause."
    assert [piece.kind for piece in compare(old, new)] == ["same", "del", "ins", "same"]


def test_long_texts_are_compared_quickly():
    words, order = (
        [
            "the",
            "a",
            "of",
            "and",
            "claim",
            "member",
            "pay",
            "never",
            "always",
            "if",
            "then",
            "handler",
            "amount",
            "eur",
        ],
        random.Random(7),
    )
    old, new = (" ".join(order.choices(words, k=5_900)) for _ in range(2))
    start = time.perf_counter()
    assert whole(compare(old, new), "same", "del") == old
    assert whole(compare("a " * 30_000, "b " * 30_000), "same", "ins") == "b " * 30_000
    assert time.perf_counter() - start < 5

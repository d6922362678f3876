"""The quick way to canonical JSON gives the very bytes of RFC 8785."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from governance.core import digest

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["", "\x00", "\x1f", "\x7f", '"', "\\", "/", "\u2028", "é", "€", "\ue000", "\uffff", "😀", "<b>", "\b\f\n\r\t"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_has_the_same_bytes_as_the_reference(value):
    assert digest.canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(TEXTS, TEXTS, max_size=8))
def test_keys_are_sorted_as_the_standard_wants_even_beyond_the_common_planes(value):
    assert digest.canonical(value) == rfc8785.dumps(value)


def test_half_a_surrogate_is_refused():
    with pytest.raises(rfc8785.CanonicalizationError):
        digest.canonical({"a": "\ud800"})

"""Blanks, yes and no, numbers, choices, several values in a cell, and cleaning."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.tabular import choices, multivalues, numbers, yesno
from governance.core.tabular.blanks import Blank, blank, is_blank
from governance.core.tabular.choices import Choice
from governance.core.tabular.cleaning import clean
from governance.core.tabular.formulas import neutralise, restore


@pytest.mark.parametrize(
    "text", ["", " ", "N/A", "NA", "n/a", "N/A ", "Not Applicable", "None", "-", "—", "Unknown", "TBD", "#N/A", "null"]
)
def test_words_for_nothing_are_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["None of the above.", "Nadia", "0", "No", "Nano", "na-na-na", "Unknown caller detection"])
def test_words_that_only_resemble_them_are_values(text):
    assert not is_blank(text)


def test_a_blank_says_why():
    assert blank("not applicable.") == Blank.NOT_APPLICABLE
    assert blank("tbd") == Blank.PENDING
    assert blank("Unknown") == Blank.UNKNOWN
    assert blank("N\u00a0/A".replace("\u00a0", "")) == Blank.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes", True),
        ("y", True),
        ("TRUE", True),
        ("x", True),
        ("✓", True),
        ("ja", True),
        ("NO", False),
        ("0", False),
        ("Nein", False),
    ],
)
def test_yes_and_no_in_many_words(text, value):
    assert yesno.read(text) == (value, "")


def test_an_explained_answer_keeps_its_explanation():
    assert yesno.read("Yes – by the CAIO") == (True, "by the CAIO")
    assert yesno.read("No. Too new to assess") == (False, "Too new to assess")


@pytest.mark.parametrize("text", ["Other", "No idea", "Notary", "maybe", "2"])
def test_what_is_no_answer_is_none(text):
    assert yesno.read(text).value is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234,5", "1234.5"),
        ("$1,200.00", "1200.00"),
        ("€ 3,5", "3.5"),
        ("12%", "0.12"),
        ("(300)", "-300"),
        ("-4.5", "-4.5"),
        ("1'000'000", "1000000"),
        ("20k", "20000"),
        ("1e3", "1E+3"),
    ],
)
def test_numbers_with_their_marks(text, value):
    assert numbers.read(text).value == Decimal(value)


def test_a_number_that_can_be_read_two_ways_says_so():
    found = numbers.read("1,234")
    assert found.value == 1234
    assert "1.234" in found.doubt
    assert numbers.read("1,234", decimal=",").value == Decimal("1.234")
    assert numbers.decimal_mark(["1,5", "2,75", "1.234,5"]) == ","
    assert numbers.decimal_mark(["1,500", "2,000"]) is None


@pytest.mark.parametrize("text", ["", "abc", "1-2", "12 monkeys", "(3", "1.2.3", "٣x"])
def test_what_is_no_number_is_none(text):
    assert numbers.read(text).value is None


STATES = (
    Choice("idea", "Idea", ("Planned", "Initiated")),
    Choice("building", "Being built", ("Acquisition and/or Development", "In development")),
    Choice("live", "Live", ("Operation and Maintenance", "In production")),
    Choice("retired", "Retired", ("Decommissioned",)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("live", "live"),
        ("OPERATION AND MAINTENANCE", "live"),
        ("Operation & Maintenance", "live"),
        ("Live: since spring", "live"),
        ("in-production", "live"),
        ("Retird", "retired"),
        ("acquisition and or development", "building"),
    ],
)
def test_choices_are_matched_by_name_alias_lead_and_likeness(text, value):
    found = choices.match(text, STATES)
    assert found.value == value
    assert found.reason
    assert 0.8 <= found.confidence <= 1


@pytest.mark.parametrize("text", ["", "banana", "In mission", "a" * 5_000, "It was planned, then retired, then live again"])
def test_what_matches_no_choice_is_not_forced_into_one(text):
    assert choices.match(text, STATES).value is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a; b;c", ["a", "b", "c"]),
        ("a\nb\n\nc", ["a", "b", "c"]),
        ("- a\n- b", ["a", "b"]),
        ("1. a\n2. b", ["a", "b"]),
        ('["a","b"]', ["a", "b"]),
        ("a | b | a", ["a", "b"]),
        ("Smith, Jones and Co", ["Smith, Jones and Co"]),
        ("N/A", []),
        ("", []),
        ("[broken", ["[broken"]),
    ],
)
def test_several_values_in_a_cell(text, values):
    assert multivalues.split(text) == values


def test_commas_separate_only_where_the_column_shows_it():
    assert multivalues.separator_of(["red, blue", "blue, green", "green, red"]) == ","
    assert multivalues.separator_of(["Smith, John of the second department", "A sentence, with a comma in it"]) is None
    assert multivalues.separator_of(["Public, Customer"], known=["public", "customer"]) == ","


def test_cleaning_changes_form_not_content():
    assert clean("  a\u00a0b\r\nc\rd\u2028e ").text == "a b\nc\nd\ne"
    assert clean("\ufeffname").text == "name"
    assert clean("👩\u200d💻 tabs\tstay").text == "👩\u200d💻 tabs\tstay"
    assert clean("a\u202eb").notes == ("holds marks that change the direction of writing; kept",)
    assert clean("x\ud800y") == ("x\ufffdy", ("1 broken character replaced",))


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_a_database_refuses(text):
    first = clean(text).text
    assert "\x00" not in first
    first.encode("utf-8")
    # An apostrophe that guards a formula is taken away once for each time a text is read.
    assert clean(first).text in (first, restore(first).strip())


@given(st.text())
def test_neutralising_is_undone_exactly(text):
    assert restore(neutralise(text)) == text


@given(st.sampled_from("=+-@＝＋－＠"), st.text(), st.sampled_from(["", " ", "  ", "\n", "\t ", "'", "''", "' "]))
def test_no_formula_survives_neutralising(first, rest, before):
    assert neutralise(before + first + rest).startswith("'")


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", "'\tx"])
def test_a_leading_tab_or_line_break_is_neutralised_too(text):
    assert neutralise(text) == "'" + text

"""The small parts of a page: cuts that are counted, dates, codes, pictures."""

from datetime import UTC, date, datetime
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.documents import charts, codes, tags
from governance.documents.density import LADDER, Density, ladder

SVG = "{http://www.w3.org/2000/svg}"
MODES = [("normal", "Normal"), ("off", "Off <b>")]


def density(**limits: int) -> Density:
    return Density(**{"step": 0, "text": 20, "name": 10, "rows": 2, **limits})


def test_a_short_text_is_left_alone() -> None:
    held = density()
    assert held.shorten("Twenty letters here.", 20) == "Twenty letters here."
    assert held.cuts == 0


def test_a_long_text_ends_at_a_word_and_counts_as_cut() -> None:
    held = density()
    assert held.shorten("The assistant reads the claim form.", 20) == "The assistant reads…"
    assert held.cuts == 1


@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
def test_a_shortened_text_is_never_longer_than_its_limit(value: str, limit: int) -> None:
    assert len(density().shorten(value, limit)) <= limit


def test_the_ladder_only_gets_denser() -> None:
    for roomier, denser in pairwise(LADDER):
        assert denser[0] >= roomier[0]
        assert all(after <= before for before, after in zip(roomier[1:], denser[1:], strict=True))
    assert [each.cuts for each in ladder()] == [0] * len(LADDER)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], ""),
        (["Legal"], "Legal"),
        (["Legal", "Security"], "Legal and Security"),
        (["Legal", "Security", "Engineering", "Support"], "Legal, Security and 2\u00a0more"),
    ],
)
def test_names_are_joined_into_a_sentence(values: list[str], said: str) -> None:
    assert tags.names(values, density()) == said


@pytest.mark.parametrize("value", [date(2026, 10, 12), "2026-10-12", datetime(2026, 10, 12, 23, tzinfo=UTC)])
def test_a_day_is_written_in_words(value: object) -> None:
    assert tags.day(value) == "12\u00a0October 2026"  # type: ignore[arg-type]


def test_no_day_is_a_dash() -> None:
    assert tags.day(None) == "–"


@given(st.text(max_size=200))
def test_a_css_string_cannot_be_left(value: str) -> None:
    said = tags.css_string(value)
    assert said[0] == said[-1] == '"'
    assert not set(said[1:-1]) & set("\"'<>{};\n\r")


def test_a_check_code_reads_back_as_it_was_typed() -> None:
    code = codes.new_code()
    assert codes.as_typed(f"  {codes.spoken(code).upper()} ") == code
    assert codes.new_code() != code


def test_the_picture_of_a_code_has_words_beside_it() -> None:
    drawn = ElementTree.fromstring(codes.qr_svg("https://example.org/check/abc", "Opens <the> check page"))
    assert drawn.find(f"{SVG}title").text == "Opens <the> check page"  # type: ignore[union-attr]


def test_the_mode_ladder_says_what_it_shows() -> None:
    drawn = ElementTree.fromstring(charts.mode_ladder(MODES, "off"))
    assert drawn.find(f"{SVG}title").text == "Mode: Off <b>"  # type: ignore[union-attr]
    assert drawn.find(f"{SVG}desc").text == "Off <b> holds, of 2 modes. From left to right: Normal, Off <b>."  # type: ignore[union-attr]
    assert len(drawn.findall(f"{SVG}circle[@class='chart-rung chart-rung--on']")) == 1


def test_on_paper_a_picture_carries_its_colours_and_no_stray_markup() -> None:
    drawn = ElementTree.fromstring(charts.for_print(charts.mode_ladder(MODES, "off")))
    style = drawn.find(f"{SVG}style")
    assert style is not None and ".chart-rung" in (style.text or "") and "<" not in (style.text or "")

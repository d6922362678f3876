"""Dates as people write them: read where they are clear, and said where they are not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.tabular import dateorder, dates
from governance.core.tabular.dates import Order, Precision

CLEAR = {
    "2024-03-31": (2024, 3, 31),
    "2024/3/31": (2024, 3, 31),
    "2024.03.31": (2024, 3, 31),
    "20240331": (2024, 3, 31),
    "2024-03-31T10:11:12Z": (2024, 3, 31),
    "2024-03-31 10:11:12.123+02:00": (2024, 3, 31),
    "3/31/2024": (2024, 3, 31),
    "31/3/2024": (2024, 3, 31),
    "3/31/2024 12:00 AM": (2024, 3, 31),
    "31.3.2024": (2024, 3, 31),
    "5.4.2024": (2024, 4, 5),
    "4/4/2024": (2024, 4, 4),
    "31-Mar-2024": (2024, 3, 31),
    "31 March 2024": (2024, 3, 31),
    "March 31, 2024": (2024, 3, 31),
    "Mar 31 2024": (2024, 3, 31),
    "31st of March 2024": (2024, 3, 31),
    "Sun, 31 Mar 2024": (2024, 3, 31),
    "31. März 2024": (2024, 3, 31),
    "31 mars 2024": (2024, 3, 31),
    "31 de marzo de 2024": (2024, 3, 31),
}
ROUGH = {
    "Oct-23": ((2023, 10, 1), Precision.MONTH),
    "October 2023": ((2023, 10, 1), Precision.MONTH),
    "2023-10": ((2023, 10, 1), Precision.MONTH),
    "10/2023": ((2023, 10, 1), Precision.MONTH),
    "Q3 2023": ((2023, 7, 1), Precision.QUARTER),
    "2023-Q3": ((2023, 7, 1), Precision.QUARTER),
    "H2 2024": ((2024, 7, 1), Precision.HALF),
}
SAID = {
    "FY2024 Q1": ((2024, 1, 1), "fiscal year that starts in January"),
    "Q4FY25": ((2025, 10, 1), "fiscal year that starts in January"),
    "FY24": ((2024, 1, 1), "fiscal year that starts in January"),
    "2023": ((2023, 1, 1), "only a year"),
    "Spring 2022": ((2022, 3, 1), "start of the season"),
    "22-Jul": ((2022, 7, 1), "a day without a year could also be meant"),
    "45292": ((2024, 1, 1), "spreadsheet's day number"),
    "2015-2022": ((2015, 1, 1), "a range"),
    "Jan 2023 - Mar 2024": ((2023, 1, 1), "a range"),
    "3/31/23": ((2023, 3, 31), "the year '23 is read as 2023"),
    "~2022": ((2022, 1, 1), "not exact"),
    "2022-08 (estimated)": ((2022, 8, 1), "only the first date"),
    "2024-02-15 (kick-off); 2024-08-23 (signed)": ((2024, 2, 15), "only the first date"),
    "1700000000": ((2023, 11, 14), "time stamp"),
}
NOT_READ = {
    "TBD": "says that there is no date yet",
    "Unknown": "says that there is no date yet",
    "Ongoing": "is not a date",
    "Pre-2021": "is not a date",
    "10/12023": "is not a date",
    "Scheduled for FY2025": "is not a date",
    "N/A -Consolidated into another use case.": "with a remark: “Consolidated into another use case",
    "31/6/2023": "not a day of the calendar",
    "2024-13-01": "not a day of the calendar",
    "0/0/0000": "not a day of the calendar",
    "7/1/2023": "cannot be told apart",
}


@pytest.mark.parametrize("text", CLEAR)
def test_a_clear_date_is_read_without_remark(text):
    found = dates.read(text)
    assert (found.value, found.warning, found.precision) == (date(*CLEAR[text]), "", Precision.DAY)


@pytest.mark.parametrize("text", ROUGH)
def test_months_quarters_and_halves_keep_their_precision(text):
    found = dates.read(text)
    assert (found.value, found.precision) == (date(*ROUGH[text][0]), ROUGH[text][1])


@pytest.mark.parametrize("text", SAID)
def test_what_is_read_by_an_assumption_says_so(text):
    expected, words = SAID[text]
    found = dates.read(text)
    assert found.value == date(*expected)
    assert words in found.warning


@pytest.mark.parametrize("text", NOT_READ)
def test_what_cannot_be_read_is_never_guessed(text):
    found = dates.read(text)
    assert found.value is None
    assert NOT_READ[text] in found.warning


@pytest.mark.parametrize("text", ["N/A", "n/a", "NA", "N/A ", "Not Applicable", "None", "-", " ", "", "n.a."])
def test_words_for_nothing_are_no_date_and_no_problem(text):
    assert dates.read(text) == dates.NO_DATE


def test_the_fiscal_year_starts_when_the_company_says():
    assert dates.read("FY2024 Q1", fiscal_month=10).value == date(2023, 10, 1)
    assert dates.read("Q4FY25", fiscal_month=10).value == date(2025, 7, 1)
    assert dates.read("FY2024", fiscal_month=4).value == date(2023, 4, 1)


def test_the_whole_column_decides_whether_the_month_comes_first():
    months = dateorder.evidence(["7/1/2023", "8/29/2023", "1/2/2024"])
    assert months.order == Order.MONTH
    assert "8/29/2023" in months.sentence
    assert dateorder.evidence(["7/1/2023", "29/8/2023"]).order == Order.DAY


def test_a_column_without_evidence_says_that_it_is_ambiguous():
    found = dateorder.evidence(["7/1/2023", "1/2/2024"])
    assert found.order is None
    assert "Nothing shows" in found.sentence


def test_a_column_that_contradicts_itself_is_not_decided():
    found = dateorder.evidence(["7/1/2023", "29/8/2023", "8/29/2023"])
    assert found.order is None
    assert "Some dates have the day first" in found.sentence


def test_a_date_that_only_fits_the_other_order_is_read_so_and_said():
    found = dates.read("29/8/2023", order=Order.MONTH)
    assert found.value == date(2023, 8, 29)
    assert "unlike the rest of the column" in found.warning


@given(
    st.dates(date(1970, 1, 1), date(2068, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%d.%m.%Y"]),
)
def test_every_day_survives_being_written(day, shape):
    assert dates.read(day.strftime(shape)).value == day


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(list(Order)))
def test_every_day_survives_in_a_column_of_known_order(day, order):
    text = f"{day.month}/{day.day}/{day.year}" if order == Order.MONTH else f"{day.day}/{day.month}/{day.year}"
    assert dates.read(text, order=order).value == day


@given(st.text(max_size=60))
def test_no_text_makes_reading_fail(text):
    found = dates.read(text)
    assert found.value is None or dates.EARLIEST <= found.value.year <= dates.LATEST
    assert dates.looks_like_date(text) in (True, False)

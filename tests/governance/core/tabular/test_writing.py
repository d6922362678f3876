"""CSV, XLSX and JSON leave as streams, come back as they were, and hold no formula."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.core.errors import Invalid
from governance.core.tabular.cleaning import clean
from governance.core.tabular.formulas import neutralise
from governance.core.tabular.opening import open_source
from governance.core.tabular.source import Options
from governance.core.tabular.writing import FORMATS, write

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "'=1", "''=1", '=HYPERLINK("http://x")', "＝1+1"]
PLAIN = ["a", "it's", "'tis", "a=b", "x;=1", "1-2", "ü", "line\nbreak", 'quote"d', "", "_x0041_", "<b>&amp;</b>"]


def written(format_key, columns, rows):
    return b"".join(write(format_key, columns, rows))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_or_workbook_starts_a_formula(text):
    rows = list(csv.reader(io.StringIO(written("csv", ["a", text], [[text, 1]]).decode("utf-8-sig"), newline="")))
    assert rows[0][1].startswith("'")
    assert rows[1][0] == "'" + text
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", ["a", "b"], [[text, 1]])))
    assert book.active["A2"].data_type == "s"
    assert book.active["A2"].value.startswith("'")


def test_texts_are_quoted_so_that_no_other_delimiter_sets_a_formula_free():
    assert '"x;=cmd"' in written("csv", ["a"], [["x;=cmd"]]).decode()


def test_numbers_stay_numbers_and_dates_stay_dates():
    row = [
        5,
        -1.5,
        Decimal("2.50"),
        True,
        date(2024, 3, 31),
        datetime(2024, 3, 31, 12, 30, tzinfo=UTC),
        None,
        ["a", "b"],
    ]
    columns = list("abcdefgh")
    line = written("csv", columns, [row]).decode("utf-8-sig").splitlines()[1]
    assert line == '5,-1.5,2.50,"yes","2024-03-31","2024-03-31T12:30:00Z","","a; b"'
    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(written("xlsx", columns, [row]))).active[2]]
    assert cells[:4] == [5, -1.5, 2.5, True]
    assert cells[4] == datetime(2024, 3, 31)
    assert cells[5] == datetime(2024, 3, 31, 12, 30)
    assert cells[7] == "a; b"
    assert json.loads(written("json", columns, [row])) == [
        {
            "a": 5,
            "b": -1.5,
            "c": "2.50",
            "d": True,
            "e": "2024-03-31",
            "f": "2024-03-31T12:30:00Z",
            "g": None,
            "h": ["a", "b"],
        }
    ]


def test_a_workbook_opens_with_a_header_that_stays_and_a_filter():
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", ["Name", "Note"], [["A", "b"], ["C", "d"]]))).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet["A1"].font.b


def test_what_a_workbook_cannot_hold_is_said_in_its_cell():
    value = openpyxl.load_workbook(io.BytesIO(written("xlsx", ["a"], [["x" * 40_000]]))).active["A2"].value
    assert len(value) == 32_767
    assert "CSV and JSON hold all of it" in value


def test_long_numbers_do_not_lose_digits_in_a_workbook():
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", ["a"], [[12345678901234567890]]))).active
    assert sheet["A2"].value == "12345678901234567890"


@pytest.mark.parametrize("format_key", FORMATS)
def test_an_empty_table_is_a_valid_file(format_key):
    data = written(format_key, ["a", "b"], [])
    if format_key == "json":
        assert json.loads(data) == []
    else:
        assert [column.name for column in open_source(data).columns] == ["a", "b"]


def test_an_unknown_format_is_refused():
    with pytest.raises(Invalid, match="no export format 'ods'"):
        write("ods", ["a"], [])


@pytest.mark.parametrize("format_key", FORMATS)
def test_memory_stays_flat_and_the_stream_starts_before_the_rows_end(format_key):
    taken = 0

    def rows():
        nonlocal taken
        for number in range(20_000):
            taken += 1
            yield [number, "some text that is not short", date(2024, 1, 1)]

    stream = write(format_key, ["a", "b", "c"], rows())
    next(stream)
    assert taken < 5_000
    tracemalloc.start()
    for _ in stream:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(FORMULAS + PLAIN)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(texts, texts, st.integers(-(10**12), 10**12)), min_size=1, max_size=6),
    st.sampled_from(["csv", "xlsx"]),
)
def test_every_text_comes_back_as_it_was_written(rows, format_key):
    """What reading does to any text (line ends, control characters, ends) it does here too; nothing else changes."""
    columns = ["first column", "second column", "third column"]
    data = written(format_key, columns, rows)
    back = [row.cells for row in open_source(data, options=Options(format=format_key, header_row=1)).rows()]
    assert back == [[clean(neutralise(a)).text, clean(neutralise(b)).text, str(n)] for a, b, n in rows]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(
    st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_files_of_other_programs_are_read_with_every_delimiter_and_encoding(rows, delimiter, codec, line_end):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second", "third"], *rows])
    options = Options(format="csv", encoding=codec, delimiter=delimiter, header_row=1)
    source = open_source(stream.getvalue().encode(codec), options=options)
    expected = [[clean(cell).text for cell in row] for row in rows]
    expected = [row for row in expected if any(row) and row != ["first", "second", "third"]]
    assert [row.cells + [""] * (3 - len(row.cells)) for row in source.rows()] == expected

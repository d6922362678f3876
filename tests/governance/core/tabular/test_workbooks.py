"""Workbooks: sheets, header rows, dates, formulas without results."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from governance.core.errors import Invalid
from governance.core.tabular.opening import open_source
from governance.core.tabular.source import Options


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def test_values_become_plain_text():
    data = sheet_of(
        ["name", "day", "at", "count", "share", "flag", "text"],
        ["A", date(2024, 3, 31), datetime(2024, 3, 31, 14, 5), 12, 0.25, True, "  two\nlines  "],
        ["B", None, None, 3.0, 1e20, False, 7],
    )
    rows = [row.cells for row in open_source(data).rows()]
    assert rows[0] == ["A", "2024-03-31", "2024-03-31 14:05:00", "12", "0.25", "TRUE", "two\nlines"]
    assert rows[1] == ["B", "", "", "3", "1e+20", "FALSE", "7"]


def test_the_first_visible_sheet_with_a_table_is_read_and_another_can_be_chosen():
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Instructions"])
    hidden = book.create_sheet("Lists")
    hidden.append(["a", "b"])
    hidden.append(["c", "d"])
    hidden.sheet_state = "hidden"
    table = book.create_sheet("Inventory")
    table.append(["Name", "Owner"])
    table.append(["A", "b"])
    source = open_source(saved(book))
    assert list(source.sheets) == ["Read me", "Inventory"]
    assert source.options.sheet == "Inventory"
    assert source.headers == ["Name", "Owner"]
    assert any("Inventory" in warning for warning in source.warnings)
    assert open_source(saved(book), options=Options(sheet="Lists")).headers == ["a", "b"]
    with pytest.raises(Invalid, match="no sheet 'Nope'"):
        open_source(saved(book), options=Options(sheet="Nope"))


def test_row_numbers_match_the_workbook_under_a_title():
    data = sheet_of(["Inventory of models"], [], ["Name", "Owner", "Stage"], ["A", "b", "c"], [None, None, None], ["D", "e", "f"])
    source = open_source(data)
    assert source.options.header_row == 3
    assert [(row.number, row.cells[0]) for row in source.rows()] == [(4, "A"), (6, "D")]


def test_formulas_without_a_saved_result_are_said_not_silently_empty():
    source = open_source(sheet_of(["name", "sum"], ["A", "=1+1"], ["B", "=2+2"]))
    assert any("2 formula cells hold no saved result (the first is B2)" in warning for warning in source.warnings)


def test_formatting_far_below_the_table_costs_nothing():
    book = openpyxl.Workbook()
    book.active.append(["name", "note"])
    book.active.append(["A", "b"])
    book.active.cell(row=300_000, column=1).number_format = "0.00"
    source = open_source(saved(book))
    assert [row.cells for row in source.rows()] == [["A", "b"]]


def test_texts_that_look_like_formulas_are_only_text():
    book = openpyxl.Workbook()
    book.active.append(["name", "note"])
    book.active.append(["A", "x"])
    book.active["B2"].value = "=HYPERLINK()"
    book.active["B2"].data_type = "s"
    assert next(iter(open_source(saved(book)).rows())).cells == ["A", "=HYPERLINK()"]

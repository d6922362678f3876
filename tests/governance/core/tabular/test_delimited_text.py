"""Delimited text: any delimiter, ragged and blank rows, line breaks in cells, headers that repeat or are missing."""

import pytest

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular.limits import Limits
from governance.core.tabular.opening import open_source
from governance.core.tabular.source import Options


def cells(source):
    return [row.cells for row in source.rows()]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark):
    lines = [("name", "note", "amount"), ("A, b; c|d", "1,5; x", "3"), ("E", "f\tg", "4")]
    text = "\n".join(mark.join(f'"{cell}"' for cell in line) for line in lines)
    source = open_source(text.encode())
    assert source.options.delimiter == mark
    assert source.headers == ["name", "note", "amount"]
    assert cells(source) == [list(line) for line in lines[1:]]


def test_decimal_commas_do_not_pass_for_delimiters():
    source = open_source(b"name;cost;share\nA;1,5;2,5\nB;3,5;4,5\n")
    assert source.options.delimiter == ";"


def test_excels_own_first_line_names_the_delimiter():
    source = open_source(b"sep=;\r\nname;note\r\nA;b\r\n")
    assert source.headers == ["name", "note"]
    assert cells(source) == [["A", "b"]]


def test_one_column_is_a_table_too():
    source = open_source(b"name\nA\nB\n")
    assert source.headers == ["name"]
    assert cells(source) == [["A"], ["B"]]


def test_line_breaks_inside_headers_and_cells_are_kept_where_they_mean_something():
    source = open_source(b'name,"long\r\nheader"\r\nA,"one\r\ntwo\rthree"\r\n')
    assert source.headers == ["name", "long header"]
    assert cells(source) == [["A", "one\ntwo\nthree"]]


def test_old_mac_line_ends_are_read():
    assert cells(open_source(b"name,note\rA,b\rC,d\r")) == [["A", "b"], ["C", "d"]]


def test_row_numbers_are_those_of_the_spreadsheet_also_past_blank_rows():
    source = open_source(b"name,note\nA,b\n\n,\nC,d\n")
    assert [row.number for row in source.rows()] == [2, 5]
    assert source.scan.rows == 2
    assert source.scan.skipped == 2
    assert "2 rows skipped" in source.scan.warnings[0]


def test_rows_that_are_longer_than_the_header_lose_nothing():
    source = open_source(b"name,note\nA,b,extra,more\nC\n")
    assert source.headers == ["name", "note", "Column C", "Column D"]
    assert cells(source) == [["A", "b", "extra", "more"], ["C"]]
    assert any("longer than the 2 headers" in warning for warning in source.scan.warnings)


def test_empty_and_repeated_headers_get_names_of_their_own():
    source = open_source(b"Name,,Note,note,Note (2),Is it used?,If other,May it act?,If other\nA,b,c,d,e,f,g,h,i\n")
    assert source.headers == [
        *("Name", "Column B", "Note", "note (3)", "Note (2)", "Is it used?", "If other", "May it act?", "If other (2)")
    ]
    assert len({header.casefold() for header in source.headers}) == len(source.headers)
    contexts = {column.name: column.context for column in source.columns if column.context}
    assert contexts["If other"] == "Is it used?"
    assert contexts["If other (2)"] == "May it act?"


def test_a_title_above_the_table_is_not_taken_for_its_header():
    source = open_source(b"AI inventory 2024,,\nas of March,,\n\nName,Owner,Stage\nA,b,c\nD,e,f\n")
    assert source.headers == ["Name", "Owner", "Stage"]
    assert source.options.header_row == 4
    assert source.preamble == ["AI inventory 2024", "as of March"]
    assert [row.number for row in source.rows()] == [5, 6]
    assert source.warnings


def test_the_header_row_can_be_chosen_or_absent():
    text = b"x,y\nName,Owner\nA,b\n"
    assert open_source(text, options=Options(header_row=2)).headers == ["Name", "Owner"]
    bare = open_source(text, options=Options(header_row=0))
    assert bare.headers == ["Column A", "Column B"]
    assert len(cells(bare)) == 3
    with pytest.raises(Invalid, match="Row 9"):
        open_source(text, options=Options(header_row=9))


def test_data_in_the_place_of_headers_is_said():
    source = open_source(b"1,2024-01-02,5\n2,2024-01-03,6\n")
    assert any("looks like data" in warning for warning in source.warnings)


def test_headers_that_come_again_amid_the_rows_are_no_rows():
    source = open_source(b"name,note\nA,b\nname,note\nC,d\n")
    assert cells(source) == [["A", "b"], ["C", "d"]]
    assert source.scan.skipped == 1


def test_a_quote_that_is_never_closed_is_refused_with_its_row():
    with pytest.raises(Invalid, match="Row 3 opens a quotation mark"):
        list(open_source(b'name,note\nA,b\nC,"d\nE,f\n').rows())


def test_stray_quotes_inside_a_cell_are_read_as_far_as_possible():
    assert cells(open_source(b'name,size\nA,5" disk\n"B" x,c\n')) == [["A", '5" disk'], ["B x", "c"]]


def test_quotes_escaped_by_a_backslash_are_read():
    source = open_source(b'name,note\n"A","he said \\"hi, there\\""\n"B","she said \\"a, b, c\\""\n')
    assert cells(source) == [["A", 'he said "hi, there"'], ["B", 'she said "a, b, c"']]


def test_utf16_as_excel_saves_unicode_text_is_read():
    assert cells(open_source("name\tnote\r\nÄ\tß\r\n".encode("utf-16"))) == [["Ä", "ß"]]


def test_nul_and_control_characters_are_removed_and_said():
    source = open_source(b"name,note\nA\x00b,c\x07d\n")
    row = next(iter(source.rows()))
    assert row.cells == ["Ab", "cd"]
    assert row.notes == {0: ("1 NUL character removed",), 1: ("1 control character removed",)}
    assert source.scan.warnings


def test_right_to_left_text_and_its_marks_are_kept():
    text = "name,note\nמערכת \u200fבדיקה,نظام\u200c عربي\n"
    assert cells(open_source(text.encode())) == [["מערכת \u200fבדיקה", "نظام\u200c عربي"]]


def test_json_lists_and_lines_are_tables_too():
    listed = open_source(b'[{"name": "A", "tags": ["x", "y"], "live": true}, {"name": "B", "cost": 1.5}]', name="a.json")
    assert listed.headers == ["name", "tags", "live", "cost"]
    assert cells(listed) == [["A", "x\ny", "TRUE"], ["B", "", "", "1.5"]]
    lines = open_source(b'{"name": "A"}\n{"name": "B", "note": {"a": 1}}\n', name="a.jsonl")
    assert cells(lines) == [["A"], ["B", '{"a": 1}']]
    with pytest.raises(Invalid, match="JSON"):
        open_source(b'{"name": "A"}\n{oops\n', name="a.jsonl")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(bytes=20), "MB can be read"),
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=1), "2 columns; 1 can be read"),
        (Limits(cell=5), "Row 4, column 2 holds 12 characters; 5"),
    ],
)
def test_limits_refuse_the_file_and_say_what_to_do(limits, message):
    with pytest.raises(TooLarge, match=message) as caught:
        list(open_source(b"name,note\nA,b\nB,c\nC,twelve chars\n", limits=limits).rows())
    assert caught.value.fix


def test_options_survive_as_json():
    source = open_source("Naïve;b\nA;b\n".encode("cp1252"))
    again = Options.from_json(source.options.to_json())
    assert open_source("Naïve;b\nA;b\n".encode("cp1252"), options=again).headers == ["Naïve", "b"]
    with pytest.raises(Invalid, match="Unknown reading options: colour"):
        Options.from_json({"colour": "red"})

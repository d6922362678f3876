"""Buyers' files: hostile and odd ones survive or are refused, and come back with nothing else changed."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from governance.core.errors import Invalid, PlumblineError, TooLarge
from registry.questionnaires import reading
from registry.questionnaires.layout import Layout, guess, read
from registry.questionnaires.sheets.filling import patched
from registry.questionnaires.sheets.grid import Fill, Grid, Range, address, place
from registry.questionnaires.sheets.scanning import scan
from tests.registry.questionnaires import files


def asked(data: bytes, form: str = "xlsx") -> Any:
    return reading.questions(reading.grids(data, form))


def test_questions_are_found_in_a_workbook_with_instructions_headings_and_lists() -> None:
    layouts, found = asked(files.workbook())
    assert [(each.sheet, each.used) for each in layouts] == [("Instructions", False), ("AI questions", True)]
    assert [each.code for each in found.asked] == ["AIQU-01", "AIPL-03", "AIX-9"]
    first = found.asked[0]
    assert (first.answer_cell, first.detail_cell, first.choices, first.section) == ("C5", "D5", ("Yes", "No", "N/A"), "General")
    assert [text for _, text in found.headings] == ["General", "Answered"]


def test_answers_go_into_their_cells_and_every_other_part_stays_byte_for_byte() -> None:
    data = files.workbook()
    data = files.with_part(data, "xl/drawings/drawing9.xml", b"<a>a drawing that no library knows</a>")
    made = reading.fill(
        data, "xlsx", [Fill("AI questions", 5, 3, "Yes"), Fill("AI questions", 5, 4, "29 surfaces <live> & more\nnew line – ü")]
    )
    old, new = files.parts(data), files.parts(made.data)
    assert list(old) == list(new)
    assert [name for name in old if old[name] != new[name]] == ["xl/worksheets/sheet2.xml"]
    there = files.cells(made.data, "AI questions")
    assert there["C5"] == "Yes"
    assert there["D5"] == "29 surfaces <live> & more\nnew line – ü"
    assert {k: v for k, v in there.items() if k not in ("C5", "D5")} == files.cells(data, "AI questions")
    before, after = files.sheet_xml(data, 2), files.sheet_xml(made.data, 2)
    assert files.without_cells(before, "C5", "D5") == files.without_cells(after, "C5", "D5")
    assert (
        reading.fill(data, "xlsx", [Fill("AI questions", 5, 3, "Yes")]).data
        == reading.fill(data, "xlsx", [Fill("AI questions", 5, 3, "Yes")]).data
    )


def test_the_style_of_a_filled_cell_stays_and_a_formula_is_never_overwritten() -> None:
    data = files.workbook()
    made = reading.fill(data, "xlsx", [Fill("AI questions", 3, 3, "Bold still"), Fill("AI questions", 9, 3, "mine")])
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["AI questions"]
    assert sheet["C3"].font.bold
    assert sheet["C9"].value == '=COUNTIF(C5:C7,"Yes")'
    assert any("C9 holds a formula" in note for note in made.notes)


def test_answers_that_look_like_formulas_stay_words() -> None:
    made = reading.fill(files.workbook(), "xlsx", [Fill("AI questions", 5, 4, '=HYPERLINK("http://evil")')])
    cell = openpyxl.load_workbook(io.BytesIO(made.data))["AI questions"]["D5"]
    assert cell.data_type != "f"
    text = reading.fill(b"Question,Answer\nDo you?,\nWho?,\n", "csv", [Fill("", 2, 2, "=1+1")])
    assert text.data == b'Question,Answer\nDo you?,"\'=1+1"\nWho?,\n'


@pytest.mark.parametrize(
    "sheet",
    [
        b'<worksheet xmlns="m"><sheetData/></worksheet>',
        b'<worksheet xmlns="m"><sheetData><row r="2"/><row r="9"><c r="A9"/></row></sheetData></worksheet>',
        b'<worksheet xmlns="m"><sheetData><row><c><v>1</v></c><c/></row><row r="4"><c r="F4" s="3"/></row></sheetData>'
        b"</worksheet>",
        b'<x:worksheet xmlns:x="m"><x:dimension ref="A1"/><x:sheetData><x:row r="4"><x:c r="A4" t="inlineStr"><x:is><x:t>a</x:t>'
        b"</x:is></x:c></x:row></x:sheetData></x:worksheet>",
    ],
)
def test_cells_are_placed_in_order_wherever_the_file_left_them_out(sheet: bytes) -> None:
    wanted = {(2, 3): "two", (4, 2): "four", (4, 4): "four again", (12, 1): "twelve"}
    notes: list[str] = []
    again = scan(patched(scan(sheet, []), wanted, "S", notes), [])
    assert {at: again.values[at] for at in wanted} == wanted
    assert list(again.rows) == sorted(again.rows)
    assert list(again.cells) == sorted(again.cells)
    assert not notes


def test_a_file_with_macros_is_refused_and_so_is_everything_that_is_no_questionnaire() -> None:
    good = files.workbook()
    bad = {
        "macros": files.with_part(good, "xl/vbaProject.bin", b"x"),
        "hostile-file": files.with_part(good, "xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'),
        "damaged": good[: len(good) // 2],
        "not-a-table": b"%PDF-1.7 something",
    }
    for code, data in bad.items():
        with pytest.raises(Invalid) as refused:
            reading.form_of(data, "x.xlsx")
        assert refused.value.code == code, code
        assert refused.value.fix
    entities = files.with_part(good, "xl/worksheets/sheet2.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>')
    with pytest.raises(Invalid, match="forbidden XML"):
        reading.grids(entities, "xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(TooLarge):
        reading.form_of(buffer.getvalue(), "x.xlsx")


def test_damage_anywhere_ends_in_words_never_in_a_crash() -> None:
    good = files.workbook()
    for at in range(0, len(good), max(1, len(good) // 60)):
        broken = good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]
        try:
            asked(broken)
        except PlumblineError as error:
            assert error.message


def test_ten_thousand_rows_are_read() -> None:
    lines = "\n".join(f"{n},Do you control number {n}?," for n in range(10_000))
    _, found = asked(f"ID,Question,Answer\n{lines}\n".encode(), "csv")
    assert len(found.asked) == 10_000


def test_a_file_that_asks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 5)
    with pytest.raises(TooLarge, match="more than 5"):
        asked(("Question,Answer\n" + "Do you?,\n" * 6).encode(), "csv")


def test_headers_in_other_words_and_no_headers_at_all_are_found() -> None:
    security = Grid(
        "S",
        {
            2: {1: "Ref.", 2: "Control Question", 3: "Vendor Response (Y/N)", 4: "Please explain"},
            3: {1: "1.1", 2: "Access is logged."},
        },
    )
    assert guess(security) == Layout("S", 2, 3, 4, 1, 0, 2)
    bare = Grid("T", {n: {1: f"{n}", 2: f"Do you keep rule {n}?"} for n in range(1, 6)})
    assert guess(bare) == Layout("T", 2, 3, code=1)
    assert guess(Grid("Notes", {1: {1: "This workbook is confidential."}})) is None


def test_a_row_that_may_be_a_heading_is_kept_when_asked_for() -> None:
    grid = Grid(
        "S",
        {
            1: {1: "No", 2: "Question", 3: "Answer"},
            2: {2: "Access"},
            3: {1: "1", 2: "Do you log?"},
            4: {1: "2", 2: "Do you not?"},
        },
    )
    found = guess(grid)
    assert found is not None
    assert [each.text for each in read(grid, found).asked] == ["Do you log?", "Do you not?"]
    whole = Layout("S", 2, 3, code=1, header=1, every_row=True)
    assert [each.text for each in read(grid, whole).asked] == ["Access", "Do you log?", "Do you not?"]


def test_a_merged_answer_goes_to_its_first_cell_and_one_without_a_cell_is_said() -> None:
    grid = Grid("S", {1: {1: "Question", 2: "Answer"}, 2: {1: "Do you log?"}, 3: {1: "Who reads it?"}})
    grid.merged = [Range(2, 2, 2, 4), Range(2, 2, 2, 4)]
    grid.computed = {(3, 2)}
    found = read(grid, Layout("S", 1, 2, header=1))
    assert [each.answer_cell for each in found.asked] == ["B2", ""]
    assert "1 questions have no cell" in found.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_file_keeps_its_encoding_delimiter_and_quoting(encoding: str) -> None:
    said = 'Nr;Question;Answer;Note\r\n1;"Prüft ihr ""alles""?\r\nWirklich?";;"x;y"\r\n2;Wer führt Protokoll?\r\n'
    data = said.encode(encoding)
    _, found = asked(data, "csv")
    assert found.asked[0].text == 'Prüft ihr "alles"?\nWirklich?'
    made = reading.fill(data, "csv", [Fill("", each.row, 3, "Ja, täglich") for each in found.asked])
    expected = said.replace(';;"x;y"', ';"Ja, täglich";"x;y"').replace("Protokoll?\r\n", 'Protokoll?;"Ja, täglich"\r\n')
    assert made.data.decode(encoding) == expected
    assert made.data.startswith(data[:2])


def test_letters_that_an_encoding_lacks_turn_the_file_into_utf8_and_say_so() -> None:
    made = reading.fill("Question;Answer\nGrößer?;\nKleiner?;\n".encode("cp1252"), "csv", [Fill("", 2, 2, "→ ja")])
    assert made.data.decode("utf-8-sig") == 'Question;Answer\nGrößer?;"→ ja"\nKleiner?;\n'
    assert "UTF-8" in made.notes[0]


def test_a_quotation_mark_never_closed_is_said_with_its_row() -> None:
    with pytest.raises(Invalid, match="Row 2"):
        asked(b'Question,Answer\n"Do you,\n', "csv")


def test_addresses_are_those_of_a_spreadsheet() -> None:
    assert place("$AB$12") == (12, 28)
    assert address(12, 28) == "AB12"
    assert place("A0") is None
    assert place("AAAA1") is None

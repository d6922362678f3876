"""Files made to hurt are refused with a sentence that says what to do; nothing in them runs."""

import io
import zipfile

import openpyxl
import pytest

from governance.core.errors import Invalid, PlumblineError, TooLarge
from governance.core.tabular.limits import Limits
from governance.core.tabular.opening import open_source


def workbook(sheet=None, **parts):
    book = openpyxl.Workbook()
    book.active.append(["name", "note"])
    book.active.append(["A", "b"])
    stream = io.BytesIO()
    book.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part.filename)
            new.writestr(part.filename, sheet if sheet and "sheet1" in part.filename else content)
        for name, content in parts.items():
            new.writestr(name.replace("__", "/"), content)
    return out.getvalue()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
FETCH = BOMB.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize("sheet", [BOMB, FETCH])
def test_entities_in_a_sheet_are_refused(sheet):
    with pytest.raises(Invalid) as caught:
        open_source(workbook(sheet)).describe()
    assert caught.value.fix


def test_a_part_that_unpacks_to_far_more_than_its_size_is_refused():
    with pytest.raises(TooLarge, match="packed"):
        open_source(workbook(xl__media__huge=b"\x00" * 40_000_000))


def test_more_than_the_limit_unpacked_is_refused():
    with pytest.raises(TooLarge, match="Unpacked"):
        open_source(workbook(), limits=Limits(unpacked_bytes=1_000))


def test_a_damaged_workbook_is_refused():
    data = workbook()
    for broken in (data[: len(data) // 2], data.replace(b"PK\x01\x02", b"PK\x09\x09"), b"PK\x03\x04" + b"x" * 100):
        with pytest.raises(Invalid):
            open_source(broken).describe()


def test_garbage_in_the_sheet_is_refused():
    for sheet in (b"<worksheet>", b"not xml", b"<worksheet/>"):
        with pytest.raises(Invalid):
            open_source(workbook(sheet)).describe()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"old Excel workbook"),
        (b"<!DOCTYPE html><html><table>", "web page"),
        (b"<?xml version='1.0'?><svg onload='x()'/>", "web page or XML"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (bytes(range(256)) * 40, "not a text file"),
    ],
)
def test_what_is_no_table_is_named(data, message):
    with pytest.raises(Invalid, match=message) as caught:
        open_source(data)
    assert caught.value.fix


def test_an_archive_without_a_workbook_and_other_office_files_are_named():
    def archive(*names):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            for name in names:
                file.writestr(name, "x")
        return stream.getvalue()

    for names, message in (
        (("a.txt",), "holds no workbook"),
        (("mimetype", "content.xml"), "OpenDocument"),
        (("xl/workbook.bin",), "xlsb"),
    ):
        with pytest.raises(Invalid, match=message):
            open_source(archive(*names))


def test_deep_json_is_refused():
    with pytest.raises(Invalid):
        open_source(b"[" * 100_000 + b"]" * 100_000, name="deep.json")


def test_one_enormous_cell_is_refused_with_its_place():
    data = b"name,note\nA,b\nC," + b"x" * 5_000_000 + b"\n"
    with pytest.raises(TooLarge, match="Row 3, column 2"):
        list(open_source(data).rows())


def test_random_bytes_never_escape_as_other_errors():
    import random

    chance = random.Random(7)
    for size in (1, 3, 50, 4_000):
        for start in (b"", b"PK\x03\x04", b"name,note\n", b"[{", b'"', b"\xff\xfe", b"sep="):
            data = start + chance.randbytes(size)
            try:
                list(open_source(data).rows())
            except PlumblineError as error:
                assert error.message
                assert error.fix


def test_scripts_in_cells_are_plain_text():
    source = open_source(b'name,note\n<script>alert(1)</script>,"<img src=x onerror=alert(1)>"\n')
    assert next(iter(source.rows())).cells == ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"]

"""Buyers' files for the tests: workbooks and texts as they really come."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

HEADERS = ("ID", "Question", "Answer", "Additional information")
ROWS: tuple[tuple[str, ...], ...] = (
    ("AIQU-01", "Do you use machine learning or large language models in your product?"),
    ("AIPL-03", "Can AI features be disabled in a timely manner during an incident?"),
    ("AIX-9", "How many penguins work in your company?"),
)


def workbook(rows: Sequence[Sequence[Any]] = ROWS, headers: Sequence[str] = HEADERS, title: str = "AI questions") -> bytes:
    """A workbook with an instruction sheet, a heading over the table, a merged section, a drop-down list and a sum."""
    book = openpyxl.Workbook()
    intro = book.active
    intro.title = "Instructions"
    intro["A1"] = "Please answer all questions on the next sheet."
    sheet = book.create_sheet(title)
    sheet["A1"] = "Northwind supplier questionnaire"
    for column, text in enumerate(headers, start=1):
        sheet.cell(3, column, text).font = Font(bold=True)
    sheet["A4"] = "General"
    sheet.merge_cells("A4:D4")
    for row, cells in enumerate(rows, start=5):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value)
    last = 4 + len(rows)
    allowed = DataValidation(type="list", formula1='"Yes,No,N/A"')
    allowed.add(f"C5:C{last}")
    sheet.add_data_validation(allowed)
    sheet.cell(last + 2, 2, "Answered")
    sheet.cell(last + 2, 3, f'=COUNTIF(C5:C{last},"Yes")')
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one more part, or another content of one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for part in old.namelist():
            if part != name:
                made.writestr(part, old.read(part))
        made.writestr(name, content)
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """All parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_xml(data: bytes, number: int) -> bytes:
    """The XML of a sheet."""
    return parts(data)[f"xl/worksheets/sheet{number}.xml"]


def cells(data: bytes, title: str) -> dict[str, Any]:
    """What another program reads in a sheet: address -> value."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))[title]
    return {cell.coordinate: cell.value for line in sheet.iter_rows() for cell in line if cell.value is not None}


def without_cells(xml: bytes, *addresses: str) -> bytes:
    """A sheet's XML without some cells and without what is said of its size."""
    for each in addresses:
        xml = re.sub(rb'<c r="%s"[^>]*?(?:/>|>.*?</c>)' % each.encode(), b"", xml, flags=re.DOTALL)
    return re.sub(rb"<dimension[^>]*/>", b"", xml)

"""Two real files, read whole: an inventory of 2,133 use cases in cp1252 with messy dates, and a list of incidents."""

import time
from pathlib import Path

import pytest

from governance.core.tabular import dateorder, dates, multivalues
from governance.core.tabular.choices import Choice
from governance.core.tabular.conversion import Converter
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.opening import open_source
from governance.core.tabular.suggestions import first_mapping, suggest
from governance.core.tabular.writing import write

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
INVENTORY = DATA / "federal-ai-inventory-2024.csv"
INCIDENTS = DATA / "aiid-incidents-2025-03.csv"

FIELDS = (
    TargetField("name", "Name", required=True, unique=True, max_length=400, aliases=("use case name", "title")),
    TargetField("purpose", "Purpose", Kind.PROSE, joins=True, max_length=20_000, aliases=("intended purpose", "description")),
    TargetField("team", "Team", aliases=("agency", "department")),
    TargetField(
        "state",
        "State",
        Kind.CHOICE,
        aliases=("stage of development",),
        choices=(
            Choice("idea", "Idea", ("Planned", "Initiated")),
            Choice("building", "Being built", ("Acquisition and/or Development", "Implementation and Assessment")),
            Choice("live", "Live", ("Operation and Maintenance", "In production", "In mission")),
            Choice("retired", "Retired"),
        ),
    ),
    TargetField("since", "Live since", Kind.DATE, aliases=("date implemented",)),
    TargetField("personal", "Personal data", Kind.YES_NO, aliases=("personally identifiable information",)),
)


@pytest.fixture(scope="module")
def inventory():
    if not INVENTORY.exists():
        pytest.skip(f"{INVENTORY} is not there")
    with INVENTORY.open("rb") as file:
        return open_source(file, name=INVENTORY.name)


def test_the_inventory_is_read_whole(inventory):
    assert inventory.encoding.name == "cp1252"
    assert inventory.options.delimiter == ","
    assert len(inventory.headers) == 62 == len(set(inventory.headers))
    rows = list(inventory.rows())
    assert len(rows) == 2_133
    assert rows[-1].number == 2_134
    assert max(column.longest for column in inventory.columns) == 4_129
    assert inventory.columns[0].longest == 342
    assert any("’" in cell for cell in rows[0].cells)


def test_every_cell_of_the_inventory_is_kept_somewhere(inventory):
    mapping = first_mapping(inventory.columns, FIELDS, suggest(inventory.columns, FIELDS))
    converter = Converter(inventory, mapping, FIELDS)
    assert set(mapping.fields) == {field.key for field in FIELDS}
    headers = inventory.headers
    mapped = {column: key for key, each in mapping.fields.items() for column in each.columns}
    for row, made in zip(inventory.rows(), converter.rows(), strict=True):
        assert not made.refused
        for header, cell in zip(headers, row.cells, strict=False):
            kept = made.extra.get(header)
            value = made.values.get(mapped.get(header, ""))
            assert not cell or kept == cell or value not in (None, "") or _says_nothing(cell), (
                row.number,
                header,
                cell,
            )


def _says_nothing(cell):
    return cell.rstrip(". ").casefold() in {"n/a", "na", "not applicable", "none"}


def test_its_dates_are_read_or_said(inventory):
    for name in (
        "Date Initiated",
        "Date Implemented",
        "Date Retired",
        "Date when Acquisition and/or Development began",
    ):
        column = next(column for column in inventory.columns if column.name == name)
        assert column.kind == Kind.DATE
        found = dateorder.evidence(column.values)
        assert found.order == dates.Order.MONTH
        for value in column.values:
            reading = dates.read(value, order=found.order)
            assert reading.value or reading.warning


def test_it_survives_a_workbook(inventory):
    width = len(inventory.headers)
    rows = ([*row.cells, *[""] * (width - len(row.cells))] for row in inventory.rows())
    source = open_source(b"".join(write("xlsx", inventory.headers, rows)))
    assert [row.cells for row in source.rows()] == [row.cells for row in inventory.rows()]


def test_reading_and_converting_leave_time_for_the_rest_of_the_import(inventory):
    """Not a benchmark: only that nothing here is quadratic. Half a second is usual; the whole import has five."""
    start = time.perf_counter()
    source = open_source(INVENTORY.read_bytes())
    mapping = first_mapping(source.columns, FIELDS, suggest(source.columns, FIELDS))
    assert sum(1 for _ in Converter(source, mapping, FIELDS).rows()) == 2_133
    assert time.perf_counter() - start < 20


def test_the_incidents_are_read_with_lists_in_cells():
    if not INCIDENTS.exists():
        pytest.skip(f"{INCIDENTS} is not there")
    source = open_source(INCIDENTS.read_bytes())
    assert source.scan.rows == 989
    assert source.encoding.name == "utf-8"
    kinds = {column.name: column.kind for column in source.columns}
    assert kinds["date"] == Kind.DATE
    assert kinds["description"] == Kind.PROSE
    first = next(iter(source.rows()))
    assert multivalues.split(first.cells[4]) == ["navya", "keolis-north-america"]

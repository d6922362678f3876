"""A buyer's file as questions: opened, laid out, read."""

from collections.abc import Sequence

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular.opening import open_source
from registry.questionnaires.layout import Asked, Layout, Reading, read, sheets_of
from registry.questionnaires.models import Questionnaire
from registry.questionnaires.sheets import delimited, filling, workbook
from registry.questionnaires.sheets.grid import Fill, Filled, Grid

MOST = 20_000
"""How many questions one file may ask; the longest published questionnaire has some two thousand."""


def form_of(data: bytes, name: str) -> str:
    """Say what kind of file it is, by its content. Raises Invalid for what is neither a workbook nor delimited text."""
    workbook.LIMITS.check_bytes(len(data))
    if data.startswith(b"PK"):
        workbook.open_book(data)
        return Questionnaire.Form.XLSX
    options = open_source(data, name=name, limits=workbook.LIMITS).options
    if options.format != "csv":
        raise Invalid(
            "This is not a questionnaire that can be filled back.", fix="Upload an XLSX or CSV file.", code="not-a-table"
        )
    return Questionnaire.Form.CSV


def grids(data: bytes, form: str) -> list[Grid]:
    """Return the sheets of a file."""
    return workbook.open_book(data).grids() if form == Questionnaire.Form.XLSX else [delimited.grid(data)]


def questions(found: Sequence[Grid], layouts: Sequence[Layout] | None = None) -> tuple[list[Layout], Reading]:
    """Return how the sheets are laid out (found out where it is not given) and all that they ask.

    Raises Invalid when nothing asks anything, TooLarge beyond 20,000 questions.
    """
    chosen = list(layouts) if layouts is not None else sheets_of(found)
    by_name, whole = {grid.name: grid for grid in found}, Reading()
    for each in chosen:
        if not each.used or each.sheet not in by_name:
            continue
        part = read(by_name[each.sheet], each)
        whole.asked += part.asked
        whole.notes += part.notes
        whole.headings += part.headings
        if len(whole.asked) > MOST:
            raise TooLarge(f"The file asks more than {MOST:,} questions.", fix="Split it, or leave sheets out.")
    return chosen, whole


def fill(data: bytes, form: str, fills: Sequence[Fill]) -> Filled:
    """Return the file with answers in its cells."""
    return filling.fill(data, fills) if form == Questionnaire.Form.XLSX else delimited.fill(data, fills)


__all__ = ["Asked", "fill", "form_of", "grids", "questions"]

"""How a buyer's sheet is laid out: which column asks, which is to be answered, and where the questions begin. Pure.

Found by the headers' words first and by what stands below them second; a person may correct all of it. Columns and rows
count from 1, 0 stands for none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from governance.core.errors import Invalid
from registry.questionnaires import words
from registry.questionnaires.sheets.grid import LAST_COLUMN, LAST_ROW, Grid, address

LOOK = 60
"""How many rows of a sheet are looked through for its headers."""
FEWEST = 2
LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is read. `every_row` takes rows for questions that look like headings."""

    sheet: str
    question: int
    answer: int
    detail: int = 0
    code: int = 0
    section: int = 0
    header: int = 0
    every_row: bool = False
    used: bool = True

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Layout":
        """Read what `to_json` wrote. Raises Invalid for unknown or impossible settings."""
        unknown = set(data) - {each.name for each in fields(cls)}
        if unknown or "sheet" not in data:
            raise Invalid(f"A layout does not hold {sorted(unknown) or 'no sheet'}.", fields={"layout": ["Leave it out."]})
        made = cls(**{"question": 0, "answer": 0, **data})
        made.check()
        return made

    def check(self) -> None:
        """Raise Invalid unless it can be read: a question column, another one for answers, and none used twice."""
        if not self.used:
            return
        columns = [self.question, self.answer, self.detail, self.code, self.section]
        if not all(0 <= each <= LAST_COLUMN for each in columns) or not 0 <= self.header < LAST_ROW:
            raise Invalid("A column or row lies outside the sheet.", fields={"layout": ["Choose columns of the sheet."]})
        if not self.question or not self.answer:
            said = f"Say which column of {self.sheet or 'the file'} holds the questions, and which the answers."
            raise Invalid(said, fields={"layout": [said]})
        chosen = [each for each in columns if each]
        if len(set(chosen)) < len(chosen):
            said = f"In {self.sheet or 'the file'} one column is chosen twice."
            raise Invalid(said, fields={"layout": [said]})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was read."""

    sheet: str
    row: int
    text: str
    code: str = ""
    section: str = ""
    given: str = ""
    answer_cell: str = ""
    detail_cell: str = ""
    choices: tuple[str, ...] = ()


@dataclass
class Reading:
    """What one sheet asks, the rows that were taken for headings, and what is worth knowing."""

    asked: list[Asked] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def guess(grid: Grid) -> Layout | None:
    """Return how a sheet is most likely laid out, or None where it asks nothing."""
    headed = _by_headers(grid)
    found = headed if headed is not None and len(read(grid, headed).asked) >= 1 else _by_content(grid)
    if found is None or not read(grid, found).asked:
        return None
    return found


def _by_headers(grid: Grid) -> Layout | None:
    """Look for the row whose cells name a question and an answer, or a question and two more."""
    best, best_score = None, 0.0
    for row in sorted(grid.rows)[:LOOK]:
        named: dict[str, tuple[float, int]] = {}
        for column, text in grid.rows[row].items():
            kind, sure = words.kind_of(text)
            if kind and sure > named.get(kind, (0.0, 0))[0]:
                named[kind] = (sure, column)
        score = sum(sure for sure, _ in named.values())
        asked = named.get("question", (0.0, 0))[1]
        if asked and (len(named) >= 2 or named["question"][0] > 0.9) and score > best_score:
            best, best_score = _named(grid, row, {kind: column for kind, (_, column) in named.items()}), score
    return best


def _named(grid: Grid, row: int, columns: Mapping[str, int]) -> Layout:
    answer, detail = columns.get("answer", 0), columns.get("detail", 0)
    if not answer:
        answer, detail = (detail, 0) if detail else (_free(grid, columns["question"], row), 0)
    code, section = columns.get("code", 0), columns.get("section", 0)
    return Layout(grid.name, columns["question"], answer, detail, code, section, row)


def _by_content(grid: Grid) -> Layout | None:
    """Without headers, the questions stand in the column with most texts that ask; the answers go into the next free one."""
    counts: dict[int, int] = {}
    for cells in grid.rows.values():
        for column, text in cells.items():
            counts[column] = counts.get(column, 0) + (len(text) > 12 and words.asks(text))
    if not counts:
        return None
    asked = max(counts, key=lambda column: (counts[column], -column))
    if counts[asked] < FEWEST:
        return None
    first = min(row for row, cells in grid.rows.items() if words.asks(cells.get(asked, "")))
    code = next((column for column in range(1, asked) if _counts_up(grid, column, asked)), 0)
    return Layout(grid.name, asked, _free(grid, asked, first - 1), code=code, header=first - 1)


def _free(grid: Grid, asked: int, header: int) -> int:
    """Return the first column right of the questions that is mostly empty beside them."""
    rows = [row for row, cells in grid.rows.items() if row > header and cells.get(asked)]
    for column in range(asked + 1, asked + 30):
        if sum(bool(grid.text(row, column)) for row in rows) * 5 <= len(rows):
            return column
    return grid.width + 1


def _counts_up(grid: Grid, column: int, asked: int) -> bool:
    there = [grid.text(row, column) for row, cells in grid.rows.items() if words.asks(cells.get(asked, ""))]
    said = [text for text in there if text]
    return bool(said) and len(said) * 2 > len(there) and len(set(said)) * 10 > len(said) * 9 and max(map(len, said)) <= 24


def read(grid: Grid, layout: Layout) -> Reading:
    """Return what a sheet asks under a layout, in the order of its rows."""
    found, section = Reading(), ""
    rows = [row for row in sorted(grid.rows) if row > layout.header and grid.text(row, layout.question)]
    numbered = layout.code and sum(bool(grid.text(row, layout.code)) for row in rows) * 2 > len(rows)
    asking = sum(words.asks(grid.text(row, layout.question)) for row in rows) * 2 > len(rows)
    title = grid.text(layout.header, layout.question) if layout.header else ""
    for row in sorted(grid.rows):
        if row <= layout.header:
            continue
        text = grid.text(row, layout.question)
        heading = _heading(grid, layout, row, bool(numbered), asking) if not layout.every_row else ""
        if heading:
            section = heading
            found.headings.append((row, heading))
        elif text and text != title:
            found.asked.append(_asked(grid, layout, row, text, section))
    blind = [asked for asked in found.asked if not asked.answer_cell]
    if blind:
        found.notes.append(
            f"{grid.name or 'The file'}: {len(blind):,} questions have no cell to answer in; their answers leave by PDF."
        )
    return found


def _heading(grid: Grid, layout: Layout, row: int, numbered: bool, asking: bool) -> str:
    """Return a row's words where it is a heading and asks nothing, else nothing.

    It is one when a merged cell covers both question and answer, or when nothing else stands in the row, it is short,
    asks nothing, and lacks what the other rows have: a number, or the form of a question.
    """
    cells = grid.rows[row]
    first = cells[min(cells)]
    over = grid.range_of(row, layout.question)
    if over is not None and over.left <= layout.question and over.right >= layout.answer:
        said = grid.text(over.top, over.left)
        return "" if words.asks(said) and len(said) > LONGEST_HEADING else said
    text = cells.get(layout.question, "")
    if not text:
        return first if len(cells) == 1 and min(cells) < layout.question and len(first) <= LONGEST_HEADING else ""
    if words.asks(text) or len(text) > LONGEST_HEADING or len(cells) > 1 + bool(layout.code and cells.get(layout.code)):
        return ""
    unnumbered = numbered and not cells.get(layout.code)
    return text if unnumbered or (asking and not numbered and len(text.split()) <= 8) else ""


def _asked(grid: Grid, layout: Layout, row: int, text: str, section: str) -> Asked:
    place = _place(grid, layout, row, layout.answer)
    detail = _place(grid, layout, row, layout.detail) if layout.detail else None
    said = grid.text(row, layout.section) if layout.section else ""
    if layout.section and not said:
        said = grid.text(*grid.anchor(row, layout.section))
    return Asked(
        sheet=grid.name,
        row=row,
        text=text[:8000],
        code=(grid.text(row, layout.code) if layout.code else "")[:120],
        section=(said or section)[:300],
        given=(grid.text(*place) if place else "")[:8000],
        answer_cell=address(*place) if place else "",
        detail_cell=address(*detail) if detail and detail != place else "",
        choices=grid.choices(*place) if place else (),
    )


def _place(grid: Grid, layout: Layout, row: int, column: int) -> tuple[int, int] | None:
    """Return the cell that takes an answer: the first of its merged range, unless that is the question's own or a formula."""
    found = grid.range_of(row, column)
    at = (found.top, found.left) if found else (row, column)
    if found and (found.top != row or found.holds(row, layout.question)):
        return None
    return None if at in grid.computed else at


def sheets_of(grids: Sequence[Grid]) -> list[Layout]:
    """Return a layout for every visible sheet: those that ask something are used, the others are there to be chosen."""
    found = []
    for grid in grids:
        if grid.hidden:
            continue
        guessed = guess(grid)
        found.append(guessed or Layout(grid.name, 0, 0, used=False))
    return _without_strays(found, grids)


def _without_strays(found: list[Layout], grids: Sequence[Grid]) -> list[Layout]:
    """Leave out sheets found by their content alone with a question or two, where another sheet has headers and many."""
    by_name = {grid.name: grid for grid in grids}
    counts = {each.sheet: len(read(by_name[each.sheet], each).asked) for each in found if each.used}
    most = max(counts.values(), default=0)
    return [
        replace(each, used=False) if each.used and counts[each.sheet] * 10 < most and counts[each.sheet] < 3 else each
        for each in found
    ]

"""Tables on paper, set from the very records that lie in the pack. Long ones are cut into pieces that are set side by side.

A column that the edition leaves out is missing from the table; a table that it leaves out says so; an empty one says what
its emptiness means.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.packs.sections import Chapter, Records

ROWS = 240
"""So many rows are set in one piece: some ten pages."""
LEAST = 40
"""So many rows of a table at least stand in the piece in which it begins."""
TEMPLATE = "registry/packing/tables.html"
LEFT_OUT = "Left out of this edition by policy."


@dataclass(frozen=True)
class Print:
    """One printed column.

    `kind`: text, strong, code, day, moment, hash, tier, revision, list, number, entry or state; `under` are fields in small
    type below it; `most` cuts what stands below at so many characters, because the records hold it whole; `none` is said
    of an empty cell. `state(row)` gives a mark (ok, warn, stop, held, wait) and words.
    """

    name: str
    label: str
    kind: str = "text"
    width: str = ""
    under: tuple[str, ...] = ()
    most: int = 0
    none: str = "–"
    state: Callable[[dict[str, Any]], tuple[str, str]] | None = None


@dataclass(frozen=True)
class Sheet:
    """One printed table of a record set.

    `group` names fields that stand as a line above the rows that share them. `off` tints a row. `only` leaves rows to the
    records. `order` sorts; it holds the table in memory, so it is for tables of one line for each thing.
    """

    key: str
    columns: tuple[Print, ...]
    title: str = ""
    note: str = ""
    empty: str = "Nothing."
    foot: str = ""
    group: tuple[str, ...] = ()
    off: Callable[[dict[str, Any]], bool] | None = None
    only: Callable[[dict[str, Any]], bool] | None = None
    order: Callable[[dict[str, Any]], Any] | None = None


@dataclass
class _Piece:
    tables: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0


def chapter(key: str, title: str, lead: str, found: Records, *sheets: Sheet, level: int = 1) -> Chapter:
    """Return a chapter of tables."""
    return Chapter(key, title, TEMPLATE, pieces(lead, found, *sheets), level)


def pieces(lead: str, found: Records, *sheets: Sheet) -> Iterator[Mapping[str, Any]]:
    """Yield what the template sets, a bounded number of rows at a time; small tables share a piece."""
    piece = _Piece()
    for sheet in sheets:
        for rows, begins, ends in _cut(sheet, found, max(ROWS - piece.rows, LEAST)):
            piece.tables.append(_table(sheet, found, rows, begins, ends))
            piece.rows += max(len(rows), 3)
            if not ends or piece.rows >= ROWS:
                yield {"lead": lead, "tables": piece.tables}
                piece = _Piece()
    if piece.tables:
        yield {"lead": lead, "tables": piece.tables}


def _cut(sheet: Sheet, found: Records, most: int) -> Iterator[tuple[list[dict[str, Any]], bool, bool]]:
    """Yield the rows of a table in parts, the first of `most`, each with whether it is the first and the last."""
    if sheet.key not in found:
        yield [], True, True
        return
    rows: Iterator[dict[str, Any]] = (row for row in found[sheet.key] if sheet.only is None or sheet.only(row))
    if sheet.order is not None:
        rows = iter(sorted(rows, key=sheet.order))
    part: list[dict[str, Any]] = []
    first = True
    for row in rows:
        if len(part) == most:
            yield part, first, False
            part, first, most = [], False, ROWS
        part.append(row)
    yield part, first, True


def _table(sheet: Sheet, found: Records, rows: list[dict[str, Any]], first: bool, last: bool) -> dict[str, Any]:
    held = {column.name for column in found[sheet.key].columns} if sheet.key in found else set()
    columns = [each for each in sheet.columns if each.name in held]
    lines: list[dict[str, Any]] = []
    before: Any = None
    for row in rows:
        group = [str(row[name]) for name in sheet.group if row.get(name) not in (None, "")]
        if sheet.group and group != before:
            lines.append({"group": group})
            before = group
        cells = [_cell(each, row, held) for each in columns]
        lines.append({"cells": cells, "off": bool(sheet.off and _is_off(sheet.off, row))})
    return {
        "title": sheet.title,
        "note": sheet.note if first else "",
        "continued": not first,
        "heads": [{"label": each.label, "width": each.width, "num": each.kind == "number"} for each in columns],
        "rows": lines,
        "empty": "" if lines or not first else (sheet.empty if sheet.key in found else LEFT_OUT),
        "foot": sheet.foot if last and lines else "",
    }


def _is_off(tint: Callable[[dict[str, Any]], bool], row: dict[str, Any]) -> bool:
    try:
        return tint(row)
    except KeyError:  # what it looks at is left out of this edition
        return False


def _cell(column: Print, row: dict[str, Any], held: set[str]) -> dict[str, Any]:
    value = row[column.name]
    under = [_short(row[name], column.most) for name in column.under if name in held and row.get(name) not in (None, "", [])]
    cell: dict[str, Any] = {"kind": column.kind, "value": value, "small": under, "none": column.none}
    if column.kind == "state" and column.state is not None:
        cell["level"], cell["value"] = _said(column.state, row, value)
    cell["blank"] = cell["value"] in (None, "", [])
    return cell


def _said(state: Callable[[dict[str, Any]], tuple[str, str]], row: dict[str, Any], value: Any) -> tuple[str, str]:
    try:
        return state(row)
    except KeyError:  # what it looks at is left out of this edition
        return "wait", str(value)


def _short(value: Any, most: int) -> Any:
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    text = str(value)
    if not most or len(text) <= most:
        return {"text": text, "moment": _is_moment(text)}
    return {"text": f"{text[: most - 1].rstrip()}…", "moment": False}


def _is_moment(text: str) -> bool:
    return len(text) == 27 and text[10] == "T" and text.endswith("Z")

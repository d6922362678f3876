"""A heat grid: rows by columns, each cell with its figure in words and a ground that grows with it."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import mark_safe

from governance.ui.pictures.frame import Picture, picture
from governance.ui.pictures.scale import Number, said

WIDTH, LEFT, HEAD, ROW = 580, 160, 24, 26
STEPS = 5
CHARS = 24


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Number | None]],
    *,
    title: str,
    unit: str = "",
    tone: str = "",
    finding: str = "",
    links: Sequence[str] = (),
) -> Picture:
    """Draw `values[row][column]`, none for what is not known. Grounds have five steps up to the largest value.

    `tone` "stop" or "warn" grounds them as a state; `links` lead from the rows of the table. Raises ValueError where the
    values do not have the shape that rows and columns promise.
    """
    if len(values) != len(rows) or any(len(row) != len(columns) for row in values):
        raise ValueError(f"{title}: values need {len(rows)} rows of {len(columns)}.")
    most = max((float(value) for row in values for value in row if value is not None), default=0.0) or 1.0
    wide = (WIDTH - LEFT) / max(len(columns), 1)
    body = ""
    for place, name in enumerate(columns):
        x = round(LEFT + (place + 0.5) * wide, 1)
        body += f'<text class="chart-text" x="{x}" y="14" text-anchor="middle">{escape(name)}</text>'
    for place, (name, cells) in enumerate(zip(rows, values, strict=True)):
        y = HEAD + place * ROW
        cut = name if len(name) <= CHARS else f"{name[: CHARS - 1].rstrip()}…"
        body += f'<text class="chart-text" x="0" y="{y + 17}"><title>{escape(name)}</title>{escape(cut)}</text>'
        body += "".join(_cell(value, LEFT + at * wide, y, wide, most, unit, tone) for at, value in enumerate(cells))
    told = finding or _finding(rows, columns, values, unit)
    svg = mark_safe(picture("picture-drawing picture-grid", WIDTH, HEAD + ROW * max(len(rows), 1), title, told, body))
    table = tuple((name, *(said(value, unit) for value in cells)) for name, cells in zip(rows, values, strict=True))
    return Picture(svg, title, told, ("Row", *columns), table, (), tuple(links), broad=True)


def _cell(value: Number | None, x: float, y: float, wide: float, most: float, unit: str, tone: str) -> str:
    step = 0 if not value or value < 0 else max(1, min(STEPS, round(STEPS * float(value) / most)))
    css = f"chart-heat chart-heat--{tone or 'line'} chart-heat-{step}"
    strong = " chart-text--on" if step else ""
    return (
        f'<rect class="{css}" x="{round(x + 1, 1)}" y="{y + 1}" width="{round(wide - 2, 1)}" height="{ROW - 2}" rx="2"/>'
        f'<text class="chart-text{strong}" x="{round(x + wide / 2, 1)}" y="{y + 17}" text-anchor="middle">'
        f"{escape(said(value, unit))}</text>"
    )


def _finding(rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Number | None]], unit: str) -> str:
    known = [(value, row, at) for row, cells in enumerate(values) for at, value in enumerate(cells) if value is not None]
    if not known:
        return "Nothing is known yet."
    value, row, at = max(known, key=lambda each: each[0])
    return f"{len(rows)} rows by {len(columns)} columns. Most is {said(value, unit)}: {rows[row]}, {columns[at]}."

"""A course of events on one line, from its first step to its last, drawn on the server: the same on page and paper."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.html import escape

from governance.documents import charts

WIDTH, LEFT, RIGHT = 720, 12, 708
TOP, ROW = 12, 13
"""Where the first label stands, and how far apart rows of labels are."""
NEAR = 92
"""A label takes this much room (in units of the drawing); one that would stand in another's goes a row lower."""
EDGE = 50
"""Labels closer than this to an end are written away from it."""


def said(minutes: float) -> str:
    """Say a length of time as people do: 4 min, 1 h 50 min, 2 days 3 h."""
    whole = max(0, round(minutes))
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} day{'s'[: days > 1]}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {left} min" if left else "")
    return f"{left} min"


def rows_of(places: Sequence[float]) -> list[int]:
    """Return for places from left to right the row of each label, so that none stands in another's room."""
    ends: list[float] = []
    found = []
    for x in places:
        row = next((number for number, end in enumerate(ends) if end <= x), len(ends))
        ends[row : row + 1] = [x + NEAR]
        found.append(row)
    return found


def course(steps: Sequence[tuple[str, datetime]], moments: Sequence[datetime]) -> str:
    """Draw named steps (each with its moment) as cords and other moments as ticks. Empty below two steps.

    Returns an SVG whose text alternative says how long each step took from the first.
    """
    told = sorted(steps, key=lambda each: each[1])
    if len(told) < 2 or told[0][1] == told[-1][1]:
        return ""
    first, last = told[0][1], told[-1][1]
    span = (last - first).total_seconds()

    def place(at: datetime) -> float:
        share = min(1.0, max(0.0, (at - first).total_seconds() / span))
        return round(LEFT + share * (RIGHT - LEFT), 1)

    rows = rows_of([place(at) for _, at in told])
    deep = max(rows)
    line = TOP + ROW * deep + 26
    body = f'<path class="chart-axis" d="M{LEFT} {line}H{RIGHT}"/>'
    body += "".join(f'<path class="chart-tick" d="M{place(at)} {line - 5}V{line + 5}"/>' for at in moments)
    for number, ((label, at), row) in enumerate(zip(told, rows, strict=True)):
        after = said((at - first).total_seconds() / 60) if number else f"{at:%-d %b, %H:%M} UTC"
        body += _step(place(at), TOP + ROW * row, line, line + 17 + ROW * row, label, after, number == len(told) - 1)
    parts = [f"{label} after {said((at - first).total_seconds() / 60)}" for label, at in told[1:]]
    marked = f" {len(moments)} further moment{'s are' if len(moments) != 1 else ' is'} marked." if moments else ""
    desc = f"{told[0][0]} on {first:%-d %B %Y at %H:%M} UTC. {', '.join(parts)}.{marked}"
    return charts.picture("course", WIDTH, line + 24 + ROW * deep, "Course of events", desc, body)


def _step(x: float, top: int, line: int, below: int, label: str, after: str, is_last: bool) -> str:
    anchor = "start" if x < LEFT + EDGE else "end" if x > RIGHT - EDGE else "middle"
    end = " chart-cord--now" if is_last else ""
    return (
        f'<path class="chart-cord{end}" d="M{x} {top + 4}V{line}"/>'
        f'<circle class="chart-rung chart-rung--on" cx="{x}" cy="{line}" r="3.5"/>'
        f'<text class="chart-text" x="{x}" y="{top}" text-anchor="{anchor}">{escape(label)}</text>'
        f'<text class="chart-text" x="{x}" y="{below}" text-anchor="{anchor}">{escape(after)}</text>'
    )

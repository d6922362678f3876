"""A course of events on one line, from its first step to its last, drawn on the server: the same on page and paper."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.html import escape

from governance.documents import charts

WIDTH, HEIGHT, LEFT, RIGHT, LINE = 720, 92, 12, 708, 58
NEAR = 88
"""Labels closer than this (in units of the drawing) are set one row lower."""


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

    body = f'<path class="chart-axis" d="M{LEFT} {LINE}H{RIGHT}"/>'
    body += "".join(f'<path class="chart-tick" d="M{place(at)} {LINE - 5}V{LINE + 5}"/>' for at in moments)
    before, row = -float(NEAR), 0
    for number, (label, at) in enumerate(told):
        x = place(at)
        row = (row + 1) % 2 if x - before < NEAR else 0
        before = x
        anchor = "start" if number == 0 else "end" if x > RIGHT - 60 else "middle"
        end = " chart-cord--now" if number == len(told) - 1 else ""
        top = 16 + row * 13
        after = said((at - first).total_seconds() / 60)
        body += (
            f'<path class="chart-cord{end}" d="M{x} {top + 4}V{LINE}"/>'
            f'<circle class="chart-rung chart-rung--on" cx="{x}" cy="{LINE}" r="3.5"/>'
            f'<text class="chart-text" x="{x}" y="{top}" text-anchor="{anchor}">{escape(label)}</text>'
            f'<text class="chart-text" x="{x}" y="{LINE + 17 + row * 13}" text-anchor="{anchor}">'
            f"{escape(after) if number else escape(f'{at:%-d %b, %H:%M}')}</text>"
        )
    parts = [f"{label} after {said((at - first).total_seconds() / 60)}" for label, at in told[1:]]
    desc = f"{told[0][0]} on {first:%-d %B %Y at %H:%M} UTC. {', '.join(parts)}. {len(moments)} further moments are marked."
    return charts.picture("course", WIDTH, HEIGHT, "Course of events", desc, body)

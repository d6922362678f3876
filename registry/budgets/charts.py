"""A budget drawn as a curve: what was left of it at the end of each day, and now. Text alternatives say the finding."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from governance.documents.charts import picture
from governance.ui import atoms
from registry.budgets.queries import Day, Standing

WIDTH, HEIGHT = 580, 150
LEFT, RIGHT, TOP, FOOT = 48, 8, 10, 22
FLOOR = Decimal("-0.5")
"""What is overspent by more than half a budget is drawn at the foot."""
WHOLE = Decimal(1)


def percent(share: Decimal) -> str:
    """Write a share as people read it: 62 %, 0.4 %, below zero with a minus."""
    value = share * 100
    places = 0 if abs(value) >= 10 or value == value.to_integral() else 1
    return f"{value:,.{places}f} %".replace("-", "−").replace(",", "\u202f")


def left(day: Day) -> Decimal:
    """Return the share of the budget that was left."""
    return WHOLE - day.spent


def curve(standing: Standing, days: Sequence[Day]) -> SafeString:
    """Draw the whole window with its axes, for a page or a sheet of paper."""
    points = _points(standing, days)
    step = (WIDTH - LEFT - RIGHT) / (len(points) - 1)
    drawn = [(round(LEFT + place * step, 1), _y(share)) for place, (_, share) in enumerate(points)]
    zero, line = _y(Decimal(0)), "L".join(f"{x} {y}" for x, y in drawn)
    body = "".join(_rule(share) for share in (WHOLE, Decimal("0.5")))
    body += f'<path class="chart-target" d="M{LEFT} {zero}H{WIDTH - RIGHT}"/>{_label(zero, "spent")}'
    body += f'<path class="chart-area" d="M{drawn[0][0]} {zero}L{line}L{drawn[-1][0]} {zero}z"/>'
    body += f'<path class="chart-line" d="M{line}"/>{_now(*drawn[-1], standing)}'
    body += _foot(LEFT, "start", atoms.day(points[0][0].date())) + _foot(WIDTH - RIGHT, "end", "now")
    title = f"Error budget of {standing.objective.name} over {standing.objective.window_days} days"
    return mark_safe(picture("budget-curve", WIDTH, HEIGHT, title, finding(standing, days), body))


def spark(standing: Standing, days: Sequence[Day]) -> SafeString:
    """Draw the curve small, for a cell of a list."""
    points, wide, high = _points(standing, days), 160, 24
    step = (wide - 6) / (len(points) - 1)
    drawn = [(round(place * step, 1), _scaled(share, 2, high - 2)) for place, (_, share) in enumerate(points)]
    zero = _scaled(Decimal(0), 2, high - 2)
    x, y = drawn[-1]
    body = f'<path class="chart-target" d="M0 {zero}H{wide}"/>'
    body += f'<path class="chart-line" d="M{"L".join(f"{at} {height}" for at, height in drawn)}"/>'
    body += f'<rect class="chart-now{_tone(standing)}" x="{x - 1}" y="{round(y - 4, 1)}" width="3" height="8"/>'
    title = f"Error budget of {standing.objective.name}"
    return mark_safe(picture("dumb", wide, high, title, finding(standing, days), body))


def finding(standing: Standing, days: Sequence[Day]) -> str:
    """Say in two sentences what the curve shows."""
    now, shares = WHOLE - standing.spent, [(left(day), day.at) for day in days[:-1]]
    said = f"{percent(now)} of the budget is left now." if now > 0 else f"The budget is spent: {percent(now)} is left."
    lowest, at = min(shares, default=(now, standing.at))
    if lowest < now:
        return f"{said} It was lowest on {atoms.day(at.date())}, with {percent(lowest)}."
    return f"{said} On {atoms.day(days[0].at.date())} it was {percent(left(days[0]))}." if shares else said


def _points(standing: Standing, days: Sequence[Day]) -> list[tuple[datetime, Decimal]]:
    """The days, the last of them exactly as it stands now."""
    return [*((day.at, left(day)) for day in days[:-1]), (standing.at, WHOLE - standing.spent)]


def _scaled(share: Decimal, top: float, foot: float) -> float:
    return round(top + float((WHOLE - max(share, FLOOR)) / (WHOLE - FLOOR)) * (foot - top), 1)


def _y(share: Decimal) -> float:
    return _scaled(share, TOP, HEIGHT - FOOT)


def _rule(share: Decimal) -> str:
    return f'<path class="chart-rule" d="M{LEFT} {_y(share)}H{WIDTH - RIGHT}"/>{_label(_y(share), percent(share))}'


def _label(y: float, said: str) -> str:
    return f'<text class="chart-text" x="{LEFT - 6}" y="{round(y + 3, 1)}" text-anchor="end">{escape(said)}</text>'


def _foot(x: float, anchor: str, said: str) -> str:
    return f'<text class="chart-text" x="{x}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(said)}</text>'


def _now(x: float, y: float, standing: Standing) -> str:
    return f'<rect class="chart-now{_tone(standing)}" x="{x - 2}" y="{round(y - 7, 1)}" width="4" height="14"/>'


def _tone(standing: Standing) -> str:
    return " chart-now--stop" if standing.is_spent else " chart-now--warn" if standing.told else ""

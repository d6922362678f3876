"""A budget drawn as a curve: what was left of it at the end of each day, and now. Text alternatives say the finding."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from governance.ui import atoms, pictures
from governance.ui.pictures import Mark, Picture, Series, picture
from governance.ui.pictures.frame import toned
from registry.budgets.queries import Day, Standing

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


def curve(standing: Standing, days: Sequence[Day]) -> Picture:
    """Draw the whole window, for a page or a sheet of paper; the days behind it are its table."""
    points = [(_day(at), round(100 * share, 2)) for at, share in _points(standing, days)]
    title = f"Error budget of {standing.objective.name} over {standing.objective.window_days} days"
    series = [Series("left", points, _tone(standing))]
    spent = Mark("spent", 0)
    return pictures.line(
        series, title=title, unit="%", target=spent, area=True, least=100 * FLOOR, finding=finding(standing, days)
    )


def spark(standing: Standing, days: Sequence[Day]) -> SafeString:
    """Draw the curve small, for a cell of a list."""
    points, wide, high = _points(standing, days), 160, 24
    step = (wide - 6) / (len(points) - 1)
    drawn = [(round(place * step, 1), _scaled(share, 2, high - 2)) for place, (_, share) in enumerate(points)]
    zero = _scaled(Decimal(0), 2, high - 2)
    x, y = drawn[-1]
    body = f'<path class="chart-target" d="M0 {zero}H{wide}"/>'
    body += f'<path class="chart-line" d="M{"L".join(f"{at} {height}" for at, height in drawn)}"/>'
    body += f'<rect class="{toned("chart-now", _tone(standing))}" x="{x - 1}" y="{round(y - 4, 1)}" width="3" height="8"/>'
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


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"


def _tone(standing: Standing) -> str:
    return "stop" if standing.is_spent else "warn" if standing.told else ""

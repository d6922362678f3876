"""The trend of a suite's pass rate as a small picture that also says its finding in a sentence."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from governance.documents.charts import picture
from governance.ui import atoms
from registry.evals.judging import percent
from registry.evals.movement import Point

WIDTH, HEIGHT, EDGE = 580, 64, 8


def trend(name: str, points: Sequence[Point], threshold: Decimal | None, tone: str = "") -> SafeString:
    """Draw pass rates from the oldest to the newest run; nothing for fewer than two that came to their end.

    The threshold is dotted, now is a bar, the past is a ring, and a run that broke off is a cross at the foot.
    """
    told = [point for point in points if point.rate is not None]
    if len(told) < 2:
        return mark_safe("")
    rates = [float(point.rate or 0) for point in told]
    low = max(0.0, min([*rates, *([float(threshold)] if threshold is not None else [])]) - 0.05)
    step = (WIDTH - 2 * EDGE) / (len(points) - 1)

    def x(place: int) -> float:
        return round(EDGE + place * step, 1)

    def y(rate: float) -> float:
        return round(HEIGHT - EDGE - (rate - low) / (1 - low or 1) * (HEIGHT - 2 * EDGE), 1)

    body = ""
    if threshold is not None:
        body += f'<path class="chart-target" d="M0 {y(float(threshold))}H{WIDTH}"/>'
    marks, line = "", []
    for place, point in enumerate(points):
        if point.rate is None:
            marks += f'<path class="chart-cord--stop" d="M{x(place) - 3} {HEIGHT - 7}l6 6m0 -6l-6 6"/>'
            continue
        at, height = x(place), y(float(point.rate))
        line.append(f"{at} {height}")
        if point is not told[-1]:
            marks += f'<circle class="chart-past" cx="{at}" cy="{height}" r="3"/>'
        else:
            kind = f" chart-now--{tone}" if tone else ""
            marks += f'<rect class="chart-now{kind}" x="{at - 2}" y="{height - 7}" width="4" height="14"/>'
    body += f'<path class="chart-line" d="M{"L".join(line)}"/>{marks}'
    title = f"Pass rate of {name} over {len(points)} runs"
    return mark_safe(picture("eval-trend", WIDTH, HEIGHT, title, _finding(points, told, threshold), body))


def _finding(points: Sequence[Point], told: Sequence[Point], threshold: Decimal | None) -> str:
    first, last = told[0], told[-1]
    said = f"From {percent(first.rate)} on {atoms.day(first.at.date())} to {percent(last.rate)} on {atoms.day(last.at.date())}"
    said += f"; {percent(threshold)} is asked." if threshold is not None else "."
    broken = len(points) - len(told)
    return f"{said} {broken} of {len(points)} runs broke off." if broken else said

"""Bars: over time (one series, or several one upon another), and lying, to compare named things."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import mark_safe

from governance.ui.pictures.curves import FOOT, HEIGHT, LEFT, TOP, WIDTH, dotted, foot, rules
from governance.ui.pictures.frame import Key, Picture, picture, toned
from governance.ui.pictures.scale import Number, Scale, said, scale
from governance.ui.pictures.series import Series, Target, finding_of, labels_of, marks_of, table_of

MOST_SERIES = 6
ROW, NAME_Y, BAR_Y, BAR_HEIGHT = 30, 10, 15, 8


def bars(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    target: Target = None,
    finding: str = "",
    links: Sequence[str] = (),
) -> Picture:
    """Draw one bar for each label; several series stand one upon another, the first at the foot.

    Values are nought or more (a bar below is refused with ValueError); None draws nothing. Otherwise as `line`.
    """
    labels = labels_of(series)
    if len(series) > MOST_SERIES:
        raise ValueError(f"At most {MOST_SERIES} parts of a bar can be told apart; these are {len(series)}.")
    if any(value is not None and value < 0 for each in series for value in each.values):
        raise ValueError(f"{title}: a bar cannot be below nought.")
    marks = marks_of(target)
    sums = [sum(float(each.points[place][1] or 0) for each in series) for place in range(len(labels))]
    axis = scale([*sums, *(mark.value for mark in marks)], TOP, HEIGHT - FOOT)
    step = (WIDTH - LEFT) / max(len(labels), 1)
    body = rules(axis, unit)
    for place in range(len(labels)):
        body += _stack([each.points[place][1] for each in series], series, LEFT + place * step, step, axis)
    body += dotted(marks, axis, unit) + foot(labels, [round(LEFT + (place + 0.5) * step, 1) for place in range(len(labels))])
    told = finding or finding_of(series, unit, target)
    head, rows = table_of(series, unit)
    keys = tuple(Key(_css(each, number), each.name) for number, each in enumerate(series, 1)) if len(series) > 1 else ()
    svg = mark_safe(picture("picture-drawing", WIDTH, HEIGHT, title, told, body))
    return Picture(svg, title, told, head, rows, keys, tuple(links))


def _css(series: Series, number: int) -> str:
    return toned("chart-bar", series.tone) if series.tone else f"chart-fill-{number}"


def _stack(values: Sequence[Number | None], series: Sequence[Series], left: float, step: float, axis: Scale) -> str:
    gap = min(step * 0.2, 8)
    drawn, below = "", 0.0
    for number, (value, each) in enumerate(zip(values, series, strict=True), 1):
        if not value:
            continue
        foot_y, top_y = axis.y(below), axis.y(below + float(value))
        below += float(value)
        size = f'width="{round(step - gap, 1)}" height="{round(max(foot_y - top_y, 0.5), 1)}"'
        drawn += f'<rect class="{_css(each, number)}" x="{round(left + gap / 2, 1)}" y="{top_y}" {size}/>'
    return drawn


def shares(
    rows: Sequence[tuple[str, Number, str]], *, title: str, unit: str = "", finding: str = "", links: Sequence[str] = ()
) -> Picture:
    """Draw named values as lying bars against the largest, in the order given; each row is (name, value, tone)."""
    most = max((float(value) for _, value, _ in rows), default=0.0) or 1.0
    body = ""
    for place, (name, value, tone) in enumerate(rows):
        y, wide = place * ROW, round(WIDTH * max(float(value), 0.0) / most, 1)
        body += f'<text class="chart-text" x="0" y="{y + NAME_Y}">{escape(name)}</text>'
        body += f'<text class="chart-text chart-text--on" x="{WIDTH}" y="{y + NAME_Y}" text-anchor="end">'
        body += f"{escape(said(value, unit))}</text>"
        body += f'<rect class="chart-bar--rest" y="{y + BAR_Y}" width="{WIDTH}" height="{BAR_HEIGHT}"/>'
        body += f'<rect class="{toned("chart-bar", tone)}" y="{y + BAR_Y}" width="{wide}" height="{BAR_HEIGHT}"/>'
    told = finding or "; ".join(f"{name}: {said(value, unit)}" for name, value, _ in rows[:5]) + "."
    svg = mark_safe(picture("picture-drawing", WIDTH, max(ROW * len(rows), ROW), title, told, body))
    table = tuple((name, said(value, unit)) for name, value, _ in rows)
    return Picture(svg, title, told, ("Name", title), table, (), tuple(links))

"""Curves over time, with a range and what they are held against; and the small curve for a cell or a tile."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import mark_safe

from governance.ui.pictures.frame import Key, Picture, picture, toned
from governance.ui.pictures.scale import Number, Scale, said, scale, short
from governance.ui.pictures.series import Band, Mark, Series, Target, finding_of, labels_of, marks_of, table_of

WIDTH, HEIGHT, TOP, FOOT, LEFT, RIGHT = 580, 200, 18, 22, 52, 6
"""Left of the first point stand the values of the axis."""
MOST_LABELS = 6
MOST_SERIES = 6


def line(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    target: Target = None,
    band: Band | None = None,
    area: bool = False,
    least: Number | None = None,
    finding: str = "",
    links: Sequence[str] = (),
) -> Picture:
    """Draw series as curves over the labels they share, the last known point of each as a bar ("now").

    `unit` is '%', 'min', or a currency's three letters; `area` fills below the first series; `target` is dotted; what is
    below `least` is drawn at the foot. `finding` replaces the sentence made from the figures; `links` are addresses for the
    labels, in the table. Raises ValueError for no series, more than six, or labels that differ.
    """
    labels = labels_of(series)
    if len(series) > MOST_SERIES:
        raise ValueError(f"At most {MOST_SERIES} curves can be told apart; these are {len(series)}.")
    marks = marks_of(target)
    held = [value for each in series for value in each.values] + [mark.value for mark in marks]
    held += [value for side in (band.low, band.high) for value in side] if band else []
    drawn = [value if value is None or least is None else max(float(value), float(least)) for value in held]
    axis = scale(drawn, TOP, HEIGHT - FOOT)
    xs = places(len(labels))
    body = rules(axis, unit) + (_band(band, xs, axis) if band else "")
    body += _area(series[0], xs, axis) if area else ""
    body += "".join(_curve(each, number, xs, axis) for number, each in enumerate(series, 1))
    body += dotted(marks, axis, unit) + foot(labels, xs)
    told = finding or finding_of(series, unit, target)
    head, rows = table_of(series, unit, band)
    svg = mark_safe(picture("picture-drawing", WIDTH, HEIGHT, title, told, body))
    return Picture(svg, title, told, head, rows, _keys(series, band), tuple(links))


def spark(values: Sequence[Number | None], target: Number | None = None, *, title: str, finding: str, tone: str = "") -> Picture:
    """Draw values small, without axes, for a tile: the line begins at their lowest. `finding` says what it shows."""
    known = [float(value) for value in [*values, target] if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    axis = Scale(low, high if high > low else low + 1, 3, 29, ())
    step = 156 / max(len(values) - 1, 1)
    points = [(round(1 + step * place, 1), axis.y(value)) for place, value in enumerate(values) if value is not None]
    body = f'<path class="chart-target" d="M0 {axis.y(target)}H160"/>' if target is not None else ""
    if points:
        body += f'<path class="chart-line" d="M{"L".join(f"{x} {y}" for x, y in points)}"/>'
        x, y = points[-1]
        body += f'<rect class="{toned("chart-now", tone)}" x="{x - 1}" y="{round(y - 3, 1)}" width="3" height="6" rx="1"/>'
    svg = picture("spark", 160, 32, title, finding, body).replace("<svg ", '<svg preserveAspectRatio="none" ', 1)
    rows = tuple((str(place), said(value)) for place, value in enumerate(values, 1))
    return Picture(mark_safe(svg), title, finding, ("Place", title), rows)


def places(count: int) -> list[float]:
    """Return where points stand from left to right."""
    step = (WIDTH - RIGHT - LEFT) / max(count - 1, 1)
    return [round(LEFT + step * place, 1) for place in range(count)]


def rules(axis: Scale, unit: str) -> str:
    """Draw the ruled steps of the axis, each with its value above its beginning, left of what is drawn."""
    drawn = ""
    for step in axis.steps:
        css, y = "chart-base" if step == 0 else "chart-rule", axis.y(step)
        drawn += f'<path class="{css}" d="M0 {y}H{WIDTH}"/>'
        drawn += f'<text class="chart-text" x="0" y="{round(y - 3, 1)}">{escape(short(step, unit))}</text>' if step else ""
    return drawn


def dotted(marks: Sequence[Mark], axis: Scale, unit: str) -> str:
    """Draw what is aimed at, with its name at the right."""
    drawn = ""
    for mark in marks:
        y, name = axis.y(mark.value), escape(f"{mark.name} {said(mark.value, unit)}")
        drawn += f'<path class="chart-target" d="M0 {y}H{WIDTH}"/>'
        drawn += f'<text class="chart-text chart-text--on" x="{WIDTH}" y="{round(y - 3, 1)}" text-anchor="end">{name}</text>'
    return drawn


def foot(labels: Sequence[str], xs: Sequence[float]) -> str:
    """Write some of the labels below, evenly spread; on a narrow screen only the first and the last of them."""
    every = -(-len(labels) // MOST_LABELS)
    shown = [place for place in range(len(labels)) if place % every == 0]
    if shown and len(labels) - 1 - shown[-1] > every / 2:
        shown.append(len(labels) - 1)
    drawn = ""
    for place in shown:
        css = "chart-text" if place in (shown[0], shown[-1]) else "chart-text chart-text--between"
        anchor = "start" if xs[place] < LEFT + 20 else "end" if xs[place] > WIDTH - 30 else "middle"
        drawn += f'<text class="{css}" x="{xs[place]}" y="{HEIGHT - 5}" text-anchor="{anchor}">{escape(labels[place])}</text>'
    return drawn


def _runs(values: Sequence[Number | None]) -> list[list[int]]:
    """The places of values that stand together, without the gaps between."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _stroke(series: Series, number: int) -> str:
    return toned("chart-stroke", series.tone) if series.tone else f"chart-stroke-{number}"


def _curve(series: Series, number: int, xs: Sequence[float], axis: Scale) -> str:
    values, drawn = series.values, ""
    for run in _runs(values):
        at = [(xs[place], axis.y(values[place] or 0)) for place in run]
        drawn += f'<path class="chart-line {_stroke(series, number)}" d="M{"L".join(f"{x} {y}" for x, y in at)}"/>'
        if len(run) == 1:
            drawn += f'<circle class="chart-past" cx="{at[0][0]}" cy="{at[0][1]}" r="2.5"/>'
    known = [place for place, value in enumerate(values) if value is not None]
    if known:
        x, y = xs[known[-1]], axis.y(values[known[-1]] or 0)
        css = toned("chart-now", series.tone)
        drawn += f'<rect class="{css}" x="{round(x - 2, 1)}" y="{round(y - 6, 1)}" width="4" height="12" rx="1"/>'
    return drawn


def _area(series: Series, xs: Sequence[float], axis: Scale) -> str:
    values, drawn = series.values, ""
    for run in _runs(values):
        at = "L".join(f"{xs[place]} {axis.y(values[place] or 0)}" for place in run)
        drawn += f'<path class="chart-area" d="M{xs[run[0]]} {axis.y(0)}L{at}L{xs[run[-1]]} {axis.y(0)}z"/>'
    return drawn


def _band(band: Band, xs: Sequence[float], axis: Scale) -> str:
    both = [None if low is None or high is None else low for low, high in zip(band.low, band.high, strict=True)]
    drawn = ""
    for run in _runs(both):
        upper = "L".join(f"{xs[place]} {axis.y(band.high[place] or 0)}" for place in run)
        lower = "L".join(f"{xs[place]} {axis.y(band.low[place] or 0)}" for place in reversed(run))
        drawn += f'<path class="chart-band" d="M{upper}L{lower}z"/>'
    return drawn


def _keys(series: Sequence[Series], band: Band | None) -> tuple[Key, ...]:
    keys = [Key(f"chart-line {_stroke(each, number)}", each.name, True) for number, each in enumerate(series, 1)]
    keys = keys if len(series) > 1 or band else []
    return (*keys, Key("chart-band", band.name)) if band else tuple(keys)

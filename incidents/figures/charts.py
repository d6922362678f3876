"""Figures drawn: how many were reported month by month, and shares of lines. The text alternatives say the finding."""

from calendar import month_abbr
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from governance.documents.charts import picture

STEP, WIDE, HEIGHT = 20, 14, 100
MOST_BARS, MOST_NAMES = 36, 12
Bar = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that fill their place, and the names below them: evenly spread, some left empty where there are many."""

    svg: SafeString
    names: tuple[str, ...]


def reported(months: Sequence[tuple[str, int, int]]) -> Chart | None:
    """Draw incidents and near misses of each month, or of each year where there are many months; None without any."""
    bars = _years(months) if len(months) > MOST_BARS else [(_named(month), real, near) for month, real, near in months]
    if not bars:
        return None
    most = max(real + near for _, real, near in bars)
    body = "".join(_bar(place, real, near, most) for place, (_, real, near) in enumerate(bars))
    svg = picture("figure-chart", STEP * len(bars), HEIGHT, "Reported over time", finding(bars), body)
    every = -(-len(bars) // MOST_NAMES)
    names = tuple(name if place % every == 0 else "" for place, (name, _, _) in enumerate(bars))
    return Chart(mark_safe(svg.replace("<svg ", '<svg preserveAspectRatio="none" ', 1)), names)


def _bar(place: int, real: int, near: int, most: int) -> str:
    x, low, high = place * STEP + (STEP - WIDE) / 2, _tall(real, most), _tall(near, most)
    drawn = f'<rect class="chart-bar" x="{x}" y="{round(HEIGHT - low, 1)}" width="{WIDE}" height="{low}"/>'
    if near:
        top = round(HEIGHT - low - high, 1)
        drawn += f'<rect class="chart-bar--near" x="{x}" y="{top}" width="{WIDE}" height="{high}"/>'
    return drawn


def finding(bars: Sequence[Bar]) -> str:
    """Say what the bars show: the total, the last one, and the highest."""
    real, near = sum(bar[1] for bar in bars), sum(bar[2] for bar in bars)
    peak = max(bars, key=lambda bar: bar[1] + bar[2])
    last = bars[-1]
    said = f"{_many(real, 'incident')} and {_many(near, 'near miss', 'near misses')} from {bars[0][0]} to {last[0]}."
    said += f" {last[0]} has {_many(last[1], 'incident')} and {_many(last[2], 'near miss', 'near misses')}."
    return said if peak is last else f"{said} Most were reported in {peak[0]}: {peak[1] + peak[2]}."


def share(real: int, near: int, most: int) -> SafeString:
    """Draw one line of a table as a bar against the longest; the figures stand beside it in words."""
    full, rest = round(100 * real / most, 1), round(100 * near / most, 1)
    return mark_safe(
        '<svg class="figure-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="chart-bar--rest" width="100" height="6" rx="1"/>'
        f'<rect class="chart-bar" width="{full}" height="6"/>'
        f'<rect class="chart-bar--near" x="{full}" width="{rest}" height="6"/></svg>'
    )


def _tall(count: int, most: int) -> float:
    return round(HEIGHT * count / most, 1)


def _named(month: str) -> str:
    return f"{month_abbr[int(month[5:])]} {month[:4]}"


def _years(months: Sequence[tuple[str, int, int]]) -> list[Bar]:
    held: dict[str, tuple[int, int]] = {}
    for month, real, near in months:
        before = held.get(month[:4], (0, 0))
        held[month[:4]] = before[0] + real, before[1] + near
    return [(year, real, near) for year, (real, near) in held.items()]


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"

"""Figures drawn: how many were reported month by month, and shares of lines. The text alternatives say the finding."""

from calendar import month_abbr
from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from governance.ui import pictures
from governance.ui.pictures import Picture, Series

MOST_BARS = 36
Bar = tuple[str, int, int]


def reported(months: Sequence[tuple[str, int, int]]) -> Picture | None:
    """Draw incidents and near misses of each month, or of each year where there are many months; None without any."""
    bars = _years(months) if len(months) > MOST_BARS else [(_named(month), real, near) for month, real, near in months]
    if not bars:
        return None
    series = [
        Series("incidents", [(name, real) for name, real, _ in bars]),
        Series("near misses", [(name, near) for name, _, near in bars]),
    ]
    return pictures.bars(series, title="Reported over time", finding=finding(bars))


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

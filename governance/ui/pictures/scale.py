"""From values to places and words: round steps for an axis, figures with their unit, long and short."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal
NBSP = "\u00a0"
MINUS = "\u2212"
SHORT = ((1e12, "T"), (1e9, "bn"), (1e6, "M"), (1e4, "k"))
"""From which size an axis counts in what; `k` from ten thousand on, where all figures of a year fit."""


def said(value: Number | None, unit: str = "") -> str:
    """Write a value for reading: '1,204', '4.1 %', '38 min', 'EUR 1,204.50' for a currency's three letters, '–' for none."""
    if value is None:
        return "–"
    return _with(_figure(value, 2 if _is_currency(unit) else None), unit)


def short(value: Number, unit: str = "") -> str:
    """Write a value for an axis: '12 k', '1.5 M', '0.2 %'."""
    size = abs(float(value))
    for least, word in SHORT:
        if size >= least:
            scale = 1e3 if word == "k" else least
            return _with(f"{_figure(round(float(value) / scale, 1))}{NBSP}{word}", unit)
    return _with(_figure(value), unit)


def _figure(value: Number, places: int | None = None) -> str:
    number = float(value)
    if places is None:
        size = abs(number)
        places = 0 if size >= 100 or number == int(number) else 1 if size >= 10 else 2 if size >= 0.1 or not size else 4
        text = f"{number:,.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{number:,.{places}f}"
    return text.replace("-", MINUS) if text not in ("-0", "-0.00") else text[1:]


def _with(text: str, unit: str) -> str:
    if not unit:
        return text
    return f"{unit}{NBSP}{text}" if _is_currency(unit) else f"{text}{NBSP}{unit}"


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, drawn from `foot` up to `top` (y grows downwards), with ruled steps."""

    low: float
    high: float
    top: float
    foot: float
    steps: tuple[float, ...]

    def y(self, value: Number) -> float:
        """Return the height at which a value is drawn; what lies beyond the axis is drawn at its end."""
        share = (min(max(float(value), self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.foot - share * (self.foot - self.top), 1)


def scale(values: Iterable[Number | None], top: float, foot: float, *, wanted: int = 4) -> Scale:
    """Return an axis that holds all values and begins at nought unless some are below it; whole values have whole steps."""
    known = [float(value) for value in values if value is not None and math.isfinite(float(value))]
    low, high = min([0.0, *known]), max([0.0, *known])
    whole = all(value == int(value) for value in known)
    step = _round_step((high - low or 1.0) / wanted, whole=whole)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = last if last > first else first + 1
    steps = tuple(round(step * number, 10) for number in range(first, last + 1))
    return Scale(steps[0], steps[-1], top, foot, steps)


def _round_step(rough: float, *, whole: bool) -> float:
    if whole and rough <= 1:
        return 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    steps = (size * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0))
    return next(step for step in steps if step >= rough * (1 - 1e-9) and (not whole or step == int(step)))

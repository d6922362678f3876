"""Figures in words: with their unit, against their target, and what became of them over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.core.contributions import Figure, ScoreMetric

NEAR = 0.25
"""Up to this share of the target beside it, a figure is close; farther off it is red."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a figure stands against its target: a mark (ok, warn, stop; empty without a target) and why in words."""

    mark: str
    text: str


def number(value: float | None, unit: str) -> tuple[str, str]:
    """Return a figure and its unit apart: ("4.1", "%"), ("38", "min"), ("–", "")."""
    if value is None:
        return "–", ""
    if unit == "%":
        return _short(value * 100), "%"
    if unit == "h":
        if value < 1:
            return str(round(value * 60)), "min"
        return (_short(value), "h") if value < 96 else (_short(value / 24), "days")
    return _short(value), unit.removesuffix("s") if value == 1 and " " not in unit else unit


def said(value: float | None, unit: str) -> str:
    """Return a figure with its unit: 4.1 %, 38 min, 3 changes."""
    return " ".join(part for part in number(value, unit) if part)


def apart(value: float, other: float, unit: str) -> str:
    """Return how far two figures lie apart; shares in percentage points."""
    return f"{_short(abs(value - other) * 100)} points" if unit == "%" else said(abs(value - other), unit)


def drawn(value: float | None, unit: str) -> float | None:
    """Return a figure as it is drawn: shares as percent."""
    return None if value is None else round(value * 100 if unit == "%" else value, 3)


def standing(metric: ScoreMetric, figure: Figure, target: float | None) -> Standing:
    """Hold a figure against its target. Where there is none it is tracked, and where nothing was measured so is that."""
    return against(figure.value, target, metric.unit, metric.better)


def against(value: float | None, target: float | None, unit: str, better: str) -> Standing:
    """Hold a value against a target, as `standing` does; for what was sealed, where only its words are left."""
    if value is None:
        return Standing("", "nothing to measure yet")
    if target is None or not better:
        return Standing("", "tracked")
    aim = said(target, unit)
    if better == "lower":
        if value <= target:
            return Standing("ok", "none, as aimed for" if target == 0 else f"within {aim}")
        near = target > 0 and value <= target * (1 + NEAR)
        return Standing("warn" if near else "stop", "the aim is none" if target == 0 else f"over {aim}")
    if value >= target:
        return Standing("ok", f"at least {aim}")
    return Standing("warn" if value >= target * (1 - NEAR) else "stop", f"short of {aim}")


def aimed(text: str) -> str:
    """Say what policy aims for where it has words and no number: "aim: trend improving", "tracked by team"."""
    low = text[:1].lower() + text[1:]
    return low if low.startswith("tracked") else f"aim: {low}"


def moved(metric: ScoreMetric, figures: Sequence[Figure]) -> str:
    """Say what became of a figure: "Fell from 7.9 % to 4.1 %." """
    known = [each.value for each in figures if each.value is not None]
    if not known:
        return "Nothing was measured yet."
    first, last = said(known[0], metric.unit), said(known[-1], metric.unit)
    if len(known) == 1 or first == last:
        return f"{last} at the end."
    return f"{'Fell' if known[-1] < known[0] else 'Rose'} from {first} to {last}."


def counted(metric: ScoreMetric, figure: Figure) -> str:
    """Say of how many records a figure is made: "2 of 49 changes failed", "4 defects, 12,300 tasks"."""
    if metric.whole:
        return f"{figure.n:,} {metric.rows if figure.n != 1 else metric.rows.removesuffix('s')}, {figure.of:,} {metric.whole}"
    rows = metric.rows if figure.of != 1 else metric.rows.removesuffix("s")
    return f"{figure.n:,} of {figure.of:,} {rows} {metric.part}" if metric.part else f"{figure.of:,} {rows}"


def _short(value: float) -> str:
    if abs(value) >= 100 or value == round(value):
        return f"{round(value):,}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"

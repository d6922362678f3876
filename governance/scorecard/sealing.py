"""What is sealed of a month: every metric with its parts, its target and its trend, as plain data with one digest."""

from datetime import date
from typing import Any

from governance.core import digest
from governance.core.contributions import Cut, Figure, ScoreMetric, Window
from governance.core.reading import one_reading
from governance.policy.models import PolicyVersion
from governance.scorecard import measuring, shaping, windows, words
from governance.scorecard.measuring import Measured
from governance.scorecard.reading import Asked, Everything
from governance.scorecard.shaping import Part

SCHEMA = "scorecard-v1"
PLACES = 6


def content(first: date, version: PolicyVersion) -> dict[str, Any]:
    """Return the figures of a calendar month by its first day, over everything there is, with the eleven months before it.

    Shares are 0 to 1, lengths are hours; `value` is null where nothing was there to measure.
    """
    with one_reading():
        return _content(first, version)


def _content(first: date, version: PolicyVersion) -> dict[str, Any]:
    reader: Any = Everything()
    shown, months = measuring.metrics(), windows.of(windows.MONTHS, first)
    measured = measuring.work_out(shown, months, Cut(reader))
    asked = Asked(windows.MONTHS, Cut(reader))
    rules = shaping.targets()
    return {
        "schema": SCHEMA,
        "month": f"{first:%Y-%m}",
        "stage": rules.stage,
        "policy": version.label,
        "months": [f"{month.since:%Y-%m}" for month in months],
        "metrics": [_metric(metric, each, asked, rules.target(metric.key)) for metric, each in zip(shown, measured, strict=True)],
    }


def _metric(metric: ScoreMetric, measured: Measured, asked: Asked, target: float | None) -> dict[str, Any]:
    row = shaping.promised().get(metric.key, {})
    blended = bool(metric.family)
    return {
        "key": metric.key,
        "label": metric.label,
        "definition": metric.definition,
        "formula": metric.formula,
        "unit": metric.unit,
        "better": metric.better,
        "family": metric.family,
        "target": target,
        "early": row.get("early", ""),
        "at_scale": row.get("at_scale", ""),
        "now": None if blended else _figure(measured.now),
        "counted": "" if blended else words.counted(metric, measured.now),
        "trend": [] if blended else [_rounded(each.value) for each in measured.figures],
        "parts": {cut.key: [_part(line) for line in lines] for cut, lines in shaping.parts(metric, measured, asked)},
    }


def _part(part: Part) -> dict[str, Any]:
    return {"id": part.id, "name": part.name, **_figure(part.figure)}


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": _rounded(figure.value), "n": figure.n, "of": figure.of}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), PLACES)


def fingerprint(figures: dict[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON of sealed figures."""
    return digest.digest(figures)


def window(first: date) -> Window:
    """Return the month that a snapshot is about."""
    return windows.month(first)


def said(row: dict[str, Any]) -> str:
    """Return the sealed figure of a metric in words."""
    return words.said((row["now"] or {}).get("value"), row["unit"])

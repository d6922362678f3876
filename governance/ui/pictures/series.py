"""What curves and bars are drawn from: series of points with the same labels, ranges, and marks to hold them against."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.ui.pictures.scale import Number, said

Point = tuple[str, Number | None]


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of points, each a label of the axis and a value (None: nothing is known there).

    `tone` ("ok", "warn", "stop") colours it as a state; without one, series are told apart by their place.
    """

    name: str
    points: Sequence[Point]
    tone: str = ""

    @property
    def values(self) -> list[Number | None]:
        """The values alone."""
        return [value for _, value in self.points]


@dataclass(frozen=True, slots=True)
class Band:
    """A range beside the points of a series, from `low` to `high` at each label; None where there is none."""

    name: str
    low: Sequence[Number | None]
    high: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that is aimed at or must not be passed, drawn dotted across the whole."""

    name: str
    value: Number


Target = Number | Mark | Sequence[Mark] | None


def marks_of(target: Target) -> list[Mark]:
    """Return what is aimed at as marks; a bare number is "target"."""
    if target is None:
        return []
    if isinstance(target, Mark):
        return [target]
    return list(target) if isinstance(target, Sequence) else [Mark("target", target)]


def labels_of(series: Sequence[Series]) -> list[str]:
    """Return the labels that all series share. Raises ValueError where there is no series, or labels differ."""
    if not series:
        raise ValueError("A picture needs at least one series.")
    labels = [label for label, _ in series[0].points]
    if any([label for label, _ in each.points] != labels for each in series):
        raise ValueError(f"The series {', '.join(each.name for each in series)} have different labels.")
    return labels


def finding_of(series: Sequence[Series], unit: str, target: Target) -> str:
    """Say in sentences what the series show: from where to where, the highest, and what it is held against."""
    parts = [_one(each, unit, named=len(series) > 1) for each in series]
    parts += [f"The {mark.name} is {said(mark.value, unit)}." for mark in marks_of(target)]
    return " ".join(parts)


def _one(series: Series, unit: str, named: bool) -> str:
    known = [(label, value) for label, value in series.points if value is not None]
    who = f"{series.name}: " if named else ""
    if not known:
        return f"{who}{'nothing' if named else 'Nothing'} is known yet."
    (first, began), (last, ended) = known[0], known[-1]
    if len(known) == 1:
        return f"{who}{said(ended, unit)} at {last}."
    text = f"{who}{'from' if named else 'From'} {said(began, unit)} at {first} to {said(ended, unit)} at {last}."
    top, peak = max(known, key=lambda point: point[1])
    return text if top in (first, last) else f"{text} Most was {said(peak, unit)} at {top}."


def table_of(
    series: Sequence[Series], unit: str, band: Band | None = None
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return head and rows of the same figures as a table."""
    extra = (f"{band.name}, from", f"{band.name}, to") if band else ()
    rows = []
    for place, label in enumerate(labels_of(series)):
        cells = [said(each.points[place][1], unit) for each in series]
        cells += [said(side[place], unit) for side in (band.low, band.high)] if band else []
        rows.append((label, *cells))
    return ("When", *(each.name for each in series), *extra), tuple(rows)

"""Whether a column's values are such as a field can take."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from governance.core.tabular import choices, dates, multivalues, numbers, yesno
from governance.core.tabular.columns import Column
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind

_LOOK = 60


class Support(NamedTuple):
    """A factor on the header's likeness, a score by the values alone, and reasons in words."""

    factor: float
    alone: float
    reasons: tuple[str, ...]


def support(column: Column, target: TargetField) -> Support:
    """Weigh a column's values for a field."""
    if column.kind == Kind.EMPTY:
        return Support(0.6, 0.0, ("the column is empty",))
    reasons: list[str] = []
    factor, alone = _by_kind(column, target, reasons)
    if target.required and column.fill < 0.5:
        factor *= 0.7
        reasons.append(f"only {column.fill:.0%} of the rows have a value")
    if target.unique:
        if column.unique > 0.9:
            reasons.append("nearly every row has its own value")
        elif column.unique < 0.5:
            factor *= 0.55
            reasons.append("values repeat")
    if target.max_length and column.longest > target.max_length:
        factor *= 0.8
        reasons.append(f"some values have more than {target.max_length:,} characters")
    return Support(factor, alone, tuple(reasons))


def _by_kind(column: Column, target: TargetField, reasons: list[str]) -> tuple[float, float]:
    values = list(islice((value for value, _ in column.values.most_common(_LOOK)), _LOOK))
    if target.kind in (Kind.CHOICE, Kind.CHOICES) and target.choices:
        share = _share_matched(values, target)
        if share >= 0.5:
            reasons.append(f"{share:.0%} of its values are known choices")
        # Words shared with a choice prove more than the header where nearly all fit.
        return (0.75 + 0.3 * share, 0.72 if share >= 0.9 and len(values) > 1 else 0.0)
    test = _TESTS.get(target.kind)
    if test:
        share = sum(1 for value in values if test(value)) / max(1, len(values))
        if share >= 0.5:
            reasons.append(f"its values are {_NAMES[target.kind]}")
        alone = 0.6 if share >= 0.9 and target.kind in (Kind.EMAIL, Kind.URL) else 0.0
        return 0.5 + 0.55 * share, alone
    if target.kind == Kind.PROSE:
        fits = column.kind == Kind.PROSE
        if fits:
            reasons.append("its values are longer texts")
        return (1.05 if fits else 0.7 if column.kind in (Kind.YES_NO, Kind.DATE, Kind.NUMBER, Kind.CHOICE) else 0.95), 0.0
    if column.kind in (Kind.YES_NO, Kind.DATE) and target.kind in (Kind.TEXT, Kind.KEY, Kind.PERSON):
        return 0.5, 0.0
    return (0.85 if column.kind == Kind.PROSE else 1.0), 0.0


def _share_matched(values: list[str], target: TargetField) -> float:
    """The share of different values that are choices, or made of choices."""
    pieces: Iterable[str] = values
    if target.kind == Kind.CHOICES:
        pieces = [piece for value in values for piece in multivalues.split(value)]
    results = [choices.match(piece, target.choices).value is not None for piece in pieces]
    return sum(results) / max(1, len(results))


_TESTS = {
    Kind.DATE: dates.looks_like_date,
    Kind.YES_NO: lambda value: yesno.read(value).value is not None,
    Kind.NUMBER: lambda value: numbers.read(value).value is not None,
    Kind.EMAIL: lambda value: "@" in value and "." in value.rsplit("@", 1)[-1] and " " not in value,
    Kind.URL: lambda value: value.lower().startswith(("http://", "https://", "www.")),
}
_NAMES = {
    Kind.DATE: "dates",
    Kind.YES_NO: "yes and no",
    Kind.NUMBER: "numbers",
    Kind.EMAIL: "e-mail addresses",
    Kind.URL: "links",
}

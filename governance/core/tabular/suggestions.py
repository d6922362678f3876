"""Which column probably feeds which field, with confidence and reasons.

A suggestion is only ever a suggestion: the page shows it, and a person confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.tabular import evidence
from governance.core.tabular.choices import fold
from governance.core.tabular.columns import Column
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.mapping import FieldMapping, Mapping
from governance.core.tabular.similarity import likeness

# From here on a suggestion is taken over into the first mapping; below, it is only listed.
TAKE = 0.55
LIST = 0.4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column for a field, how sure from 0 to 1, why, and the next best columns."""

    field: str
    column: str
    confidence: float
    reasons: tuple[str, ...]
    others: tuple[tuple[str, float], ...] = ()
    #: Further columns that are joined to the first.
    more: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON for pages and API."""
        return {
            "field": self.field,
            "column": self.column,
            "more": list(self.more),
            "confidence": self.confidence,
            "reasons": list(self.reasons),
            "others": [{"column": column, "confidence": confidence} for column, confidence in self.others],
        }


def suggest(columns: Sequence[Column], targets: Sequence[TargetField]) -> list[Suggestion]:
    """The best assignment: the surest pair first, and no column for two fields."""
    scored = {target.key: _ranked(columns, target) for target in targets}
    pairs = [
        (score, -column.index, target, column, reasons) for target in targets for score, column, reasons in scored[target.key]
    ]
    pairs.sort(key=lambda pair: (-pair[0], -pair[1], pair[2].key))
    found = {target.key: parts for target in targets if (parts := _parts(columns, target))}
    taken = {name for each in found.values() for name in (each.column, *each.more)}
    for score, _, target, column, reasons in pairs:
        if target.key in found or column.name in taken:
            continue
        taken.add(column.name)
        others = tuple((other.name, value) for value, other, _ in scored[target.key] if other.name != column.name)[:3]
        found[target.key] = Suggestion(target.key, column.name, score, reasons, others)
    return [found[target.key] for target in targets if target.key in found]


def _parts(columns: Sequence[Column], target: TargetField) -> Suggestion | None:
    """The columns that make up a value together, when the file has them all and none that holds it whole."""
    if not target.parts or any(likeness(column.name, target).score >= 0.95 for column in columns):
        return None
    folded = {fold(column.name): column.name for column in columns}
    names = [next((folded[fold(name)] for name in part if fold(name) in folded), "") for part in target.parts]
    if not all(names):
        return None
    reason = f"“{names[0]}” and “{names[-1]}” make it up together"
    return Suggestion(target.key, names[0], 0.95, (reason,), (), tuple(names[1:]))


def _ranked(columns: Sequence[Column], target: TargetField) -> list[tuple[float, Column, tuple[str, ...]]]:
    scores = []
    for column in columns:
        header = likeness(column.name, target)
        support = evidence.support(column, target)
        score = min(1.0, header.score * support.factor)
        reasons = (header.reason, *support.reasons) if header.reason else support.reasons
        if support.alone > score:
            score, reasons = support.alone, support.reasons
        if score >= LIST:
            scores.append((round(score, 2), column, reasons))
    return sorted(scores, key=lambda entry: (-entry[0], entry[1].index))


def first_mapping(columns: Sequence[Column], targets: Sequence[TargetField], suggestions: Sequence[Suggestion]) -> Mapping:
    """The mapping that a person starts from: all suggestions that are sure enough."""
    prose = {target.key for target in targets if target.kind == Kind.PROSE}
    chosen = {
        each.field: FieldMapping([each.column, *each.more], join="space" if each.more and each.field not in prose else "labelled")
        for each in suggestions
        if each.confidence >= TAKE
    }
    return Mapping({target.key: chosen[target.key] for target in targets if target.key in chosen})

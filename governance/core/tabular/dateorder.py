"""Whether a column writes the day or the month first, decided by all its values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from governance.core.tabular.dates import Order

_NUMERIC = re.compile(r"\s*(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many different values prove each order, how many fit both, and an example of each."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    example: str = ""
    doubtful: str = ""

    @property
    def order(self) -> Order | None:
        """The proven order; None when nothing proves it or the proofs contradict each other evenly."""
        if self.day_first and self.day_first > 4 * self.month_first:
            return Order.DAY
        if self.month_first and self.month_first > 4 * self.day_first:
            return Order.MONTH
        return None

    @property
    def sentence(self) -> str:
        """What a person should know about the order; '' when no value depends on it."""
        if not self.either and not (self.day_first and self.month_first):
            return ""
        if self.order:
            mixed = min(self.day_first, self.month_first)
            tail = f"; {mixed:,} read the other way" if mixed else ""
            return f"The {self.order} comes first, as in “{self.example}”{tail}."
        if self.day_first or self.month_first:
            return f"Some dates have the day first and some the month, so “{self.doubtful}” can be read both ways."
        return f"Nothing shows whether the day or the month comes first, as in “{self.doubtful}”."


def evidence(values: Iterable[str]) -> Evidence:
    """Weigh a column's different values."""
    day = month = either = 0
    examples: dict[Order, str] = {}
    doubtful = ""
    for value in values:
        match = _NUMERIC.match(value)
        if not match or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second >= 1:
            day += 1
            examples.setdefault(Order.DAY, value)
        elif second > 12 >= first >= 1:
            month += 1
            examples.setdefault(Order.MONTH, value)
        elif first != second and first <= 12 and second <= 12:
            either += 1
            doubtful = doubtful or value
    found = Evidence(day, month, either)
    example = examples.get(found.order, "") if found.order else ""
    return Evidence(day, month, either, example, doubtful)

"""What apps above contribute: prepared answers from records that are theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.questionnaires.prepared.saying import Prepared


@dataclass(frozen=True)
class PreparedAnswers:
    """Prepared answers of another app; `answers()` returns them. Their facts come through `facts.user`'s own doors."""

    key: str
    answers: Callable[[], Sequence[Prepared]]
    order: int = 100

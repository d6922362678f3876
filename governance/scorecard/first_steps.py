"""The first steps of a young company: a checklist that ticks itself from what exists."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class FirstStep:
    """One step: what to do, why, whether it is done, and where one does it."""

    key: str
    label: str
    why: str
    done: Callable[[], bool]
    url: Callable[[], str]
    order: int = 100

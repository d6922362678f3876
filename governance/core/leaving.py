"""What leaves: a response that carries data out says what it is, so that the ledger can tell of it.

The bands below the ledger may not write to it. They mark their response; `governance.ledger.leaving` tells of every
response that leaves as a file, marked or not, once its last byte is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)
T = TypeVar("T")


class Counter:
    """Counts what passes through, one by one."""

    def __init__(self) -> None:
        self.count = 0

    def counting(self, passing: Iterable[T]) -> Iterator[T]:
        """Yield everything again."""
        for each in passing:
            self.count += 1
            yield each


@dataclass(frozen=True)
class Leaving:
    """What a file is: its title as people know it, the records it is of, and how many rows it has, counted as they pass.

    `told` says that the feature tells the ledger by itself.
    """

    what: str
    about: tuple[Any, ...] = ()
    rows: Counter | None = None
    told: bool = False


def leaves(response: R, what: str, *, about: tuple[Any, ...] = (), rows: Counter | None = None, told: bool = False) -> R:
    """Say of a response what leaves with it; returns the response."""
    response.leaving = Leaving(what, about, rows, told)  # type: ignore[attr-defined]
    return response


def leaving(response: HttpResponseBase) -> Leaving | None:
    """Return what a response says of itself."""
    found: Leaving | None = getattr(response, "leaving", None)
    return found

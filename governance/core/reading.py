"""What one page asks again and again while it is drawn, asked once; and the period that its reader is bound to.

Only the answer to a GET is such a reading; outside of one nothing is remembered, so that an action never
decides on what held before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("plumbline_reading", default=None)


DENSE = "many figures"
FORETOLD = "foretold"


@contextmanager
def one_reading(*, dense: bool = False) -> Iterator[None]:
    """Remember what `once` is asked until the block ends; `dense` where a page asks the same for many figures."""
    token = _kept.set({DENSE: dense, FORETOLD: {}})
    try:
        yield
    finally:
        _kept.reset(token)


def is_dense() -> bool:
    """Whether many figures are worked out in this reading, so that asking something beforehand pays."""
    return bool((_kept.get() or {}).get(DENSE))


def kept(key: Any) -> Any:
    """Return what this reading keeps under a key; None outside of one."""
    return (_kept.get() or {}).get(key)


def once(key: Any, make: Callable[[], T]) -> T:
    """Return what `make` gave the first time in this reading; outside of one it is asked each time."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """The stretch of the record that a person may read (a guest auditor): from a moment until before another."""

    since: datetime
    until: datetime
    person: int


_period: ContextVar[Period | None] = ContextVar("plumbline_period", default=None)


def period() -> Period | None:
    """Return the period that the present reader is bound to; None for whoever is not."""
    return _period.get()


def narrow(to: Period | None) -> None:
    """Bind what is read from here on to a period, once it is known who reads; until the request ends (`unbounded`)."""
    _period.set(to)


@contextmanager
def unbounded() -> Iterator[None]:
    """Read without a period until the block ends, whatever happens inside: around a request, or for one's own affairs."""
    token = _period.set(None)
    try:
        yield
    finally:
        _period.reset(token)

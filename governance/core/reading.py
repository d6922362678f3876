"""What one page asks again and again while it is drawn, asked once.

Only the answer to a GET is such a reading; outside of one nothing is remembered, so that an action never
decides on what held before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("plumbline_reading", default=None)


DENSE = "many figures"


@contextmanager
def one_reading(*, dense: bool = False) -> Iterator[None]:
    """Remember what `once` is asked until the block ends; `dense` where a page asks the same for many figures."""
    token = _kept.set({DENSE: dense})
    try:
        yield
    finally:
        _kept.reset(token)


def is_dense() -> bool:
    """Whether many figures are worked out in this reading, so that asking something beforehand pays."""
    return bool((_kept.get() or {}).get(DENSE))


def once(key: Any, make: Callable[[], T]) -> T:
    """Return what `make` gave the first time in this reading; outside of one it is asked each time."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found

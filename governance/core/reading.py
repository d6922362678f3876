"""What one page asks again and again while it is drawn, asked once.

Only pages that read and write nothing open such a reading; outside of one nothing is remembered, so that an action never
decides on what held before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("plumbline_reading", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Remember what `once` is asked until the block ends."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Any, make: Callable[[], T]) -> T | None:
    """Return what `make` gave the first time in this reading; None outside of one, where nothing is remembered."""
    kept = _kept.get()
    if kept is None:
        return None
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found

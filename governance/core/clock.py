"""The only clock. Everything that asks for the time asks here, so that tests can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("plumbline_clock", default=None)


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return _told.get() or timezone.now().astimezone(UTC)


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Let a story happen at another moment: for the demo company's past, and for nothing that is real."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def today() -> date:
    """Return today's date in the active time zone (the reader's, or UTC outside a request)."""
    return timezone.localdate(now())


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the active time zone, in UTC."""
    return timezone.make_aware(datetime.combine(day, time.max)).astimezone(UTC)

"""The only clock. Everything that asks for the time asks here, so that tests can hold it still."""

from datetime import UTC, date, datetime, time

from django.utils import timezone


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return timezone.now().astimezone(UTC)


def today() -> date:
    """Return today's date in the active time zone (the reader's, or UTC outside a request)."""
    return timezone.localdate()


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the active time zone, in UTC."""
    return timezone.make_aware(datetime.combine(day, time.max)).astimezone(UTC)

"""The only clock. Everything that asks for the time asks here, so that tests can hold it still."""

from datetime import UTC, date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return timezone.now().astimezone(UTC)


def today() -> date:
    """Return today's date in the active time zone (the reader's, or UTC outside a request)."""
    return timezone.localdate()

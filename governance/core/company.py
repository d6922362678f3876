"""The one company that this installation serves."""

from zoneinfo import ZoneInfo

from governance.core.models import Company
from governance.core.reading import once


def current() -> Company:
    """Return the company; a nameless one before set-up."""
    return once("company", Company.objects.first) or Company()


def zone() -> ZoneInfo:
    """Return the company's time zone: in it the days of deadlines begin and end, wherever the reader is."""
    return ZoneInfo(current().time_zone)

"""The link in an alert by which it is acknowledged, without signing in: signed, for one alert and one receiver, for a day.

Nothing of it is stored. It opens one page with one button; what is done there is done by the person it was sent to.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.core import signing
from django.urls import reverse

SALT = "incidents.alerts.acknowledge"
LASTS = 24 * 3600
"""Seconds for which a link is good. Whoever needs it later signs in."""


@dataclass(frozen=True, slots=True)
class Called:
    """Who holds a link: which alert they were called by, as a person ("p") or in a channel ("c"), and that one's id."""

    alert: int
    kind: Literal["p", "c"]
    who: int


def called(alert: Any, *, person: Any = None, channel: Any = None) -> Called:
    """Return the holder of a link: one person, or one channel."""
    return Called(alert.pk, "p", person.pk) if person is not None else Called(alert.pk, "c", channel.pk)


def link(called: Called) -> str:
    """Return the path of the page."""
    return reverse("alert-answer", args=[signing.dumps([called.alert, called.kind, called.who], salt=SALT)])


def read(token: str) -> Called | None:
    """Return who holds a link, or None when it is not one of ours. Raises signing.SignatureExpired when its day is over."""
    try:
        alert, kind, who = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, ValueError, UnicodeError):
        return None
    return Called(alert, kind, who)

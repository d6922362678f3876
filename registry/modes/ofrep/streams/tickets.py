"""Signed addresses of a stream: a browser's EventSource cannot send a token, so its address carries a short-lived proof.

A ticket is the same all through an hour, so that a bulk answer keeps its ETag, and opens a stream for one to two hours.
"""

from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer

from governance.core.errors import PlumblineError

SALT = "plumbline.ofrep.events"
HOUR = 3600
PATH = "/ofrep/v1/events"
INACTIVE = 120
"""Seconds after which a browser closes the stream of a page that nobody looks at."""


class Refused(PlumblineError):
    """The ticket opens no stream."""

    status, code = 403, "ticket-refused"


def make(caller: int, now: float) -> str:
    """Return a ticket for a caller (a user's id)."""
    return Signer(salt=SALT).sign(f"{caller}-{(int(now) // HOUR + 2) * HOUR}")


def read(ticket: str, now: float) -> int:
    """Return whose ticket it is. Raises Refused for one that is not ours, or over."""
    fix = "Ask /ofrep/v1/evaluate/flags again: its answer names a fresh address."
    try:
        caller, _, ends = Signer(salt=SALT).unsign(ticket).partition("-")
    except BadSignature:
        raise Refused("This address opens no stream.", fix=fix) from None
    if float(ends) <= now:
        raise Refused("This address is over.", fix=fix)
    return int(caller)


def stream(origin: str, caller: int, now: float) -> dict[str, object]:
    """Return what a bulk answer says of the stream, as OFREP shapes it."""
    url = f"{origin}{PATH}?{urlencode({'ticket': make(caller, now)})}"
    return {"type": "sse", "url": url, "inactivityDelaySec": INACTIVE}

"""How much may be sent without an account: so often from one address and by one link, and so much at once.

Counted as failed sign-ins are (allauth's limits over the shared cache; the address is the one that our own proxy saw).
The figures are settings: ACCOUNT_RATE_LIMITS["report"] and ["report_more"].
"""

from allauth.core import ratelimit
from django.http import HttpRequest

from governance.core.errors import TooLarge
from incidents.filing.attaching import LARGEST_CAREFUL, MOST_CAREFUL
from registry.evidence.storage import MEGABYTE

REPORT, MORE = "report", "report_more"
LARGEST_BODY = MOST_CAREFUL * LARGEST_CAREFUL + MEGABYTE
SMALL_BODY = 256 * 1024
"""What is still read of somebody who sends too often, so that their words come back to them."""
TOO_OFTEN = "Too much came from here in a short time. What you wrote is still here; wait ten minutes, then send it again."
WAIT = 600
"""Seconds after which one may try again."""


def may_send(request: HttpRequest, kind: str, door: str) -> bool:
    """Count one attempt of an address at a door (a link, a report), and say whether it is within what is allowed."""
    return ratelimit.consume(request, action=kind, key=door)


def length_of(request: HttpRequest) -> int:
    """Return how many bytes a request says it sends; what says nothing is not read at all."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def check_length(request: HttpRequest) -> None:
    """Raise TooLarge before anything of a body that is too large is read."""
    if length_of(request) > LARGEST_BODY:
        raise TooLarge(
            f"That is more than {LARGEST_BODY // MEGABYTE} MB.",
            fix="Go back: your words are still there. Send fewer or smaller files, or none.",
        )

"""At the edge: whatever a guest auditor is answered on a page or by REST is told to the ledger before it leaves.

An answer that cannot be told is not given: the error goes on as any other.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from governance.people.models import Role
from registry.guests import actions

READS = ("GET", "HEAD")
COUNTS = "-counts"
"""How the names of addresses end that a page asks for by itself and that answer its figures only."""


class GuestReads:
    """Notes each read of a guest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and tell the ledger what was answered."""
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or getattr(user, "role", "") != Role.GUEST_AUDITOR:
            return response
        if request.method in READS and _shows(request, response.status_code):
            how = "rest" if request.path.startswith("/api/") else "page"
            actions.note_read(actor=user, what=request.get_full_path(), how=how, status=response.status_code)
        return response


def _shows(request: HttpRequest, status: int) -> bool:
    """Whether an answer shows anything: no redirect, no failure, not only the figures of a page that is noted itself."""
    named = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return (status < 300 or 400 <= status < 500) and not named.endswith(COUNTS)

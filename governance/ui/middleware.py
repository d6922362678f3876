"""At the HTML edge: errors become pages that one can read, and counts are taken again after a change."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.core.errors import NotVisible, PlumblineError
from governance.ui import errors, shell


class ErrorPagesMiddleware:
    """Turns the errors of core.errors into pages: what happened, what to do, what was kept. The API has its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; after a post the navigation counts anew for this person."""
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if request.method == "POST" and user is not None and user.is_authenticated:
            shell.forget_counts(user)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Answer that nothing is there when an address holds a NUL character: PostgreSQL refuses even to look for one."""
        if any("\x00" in str(part) for part in kwargs.values()) and not request.path.startswith("/api/"):
            return errors.page(request, NotVisible("There is no such page.", fix="Check the address."))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error that a page raised."""
        if isinstance(error, PlumblineError) and not request.path.startswith("/api/"):
            return errors.page(request, error)
        return None

"""The outermost layer of the API: what middleware or Django itself answers under /api/ is a problem too."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from governance.api import problems

_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemMiddleware:
    """Turns error pages under /api/ into problems; the reference's pages stay pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith("/api/") or request.path.startswith("/api/docs"):
            return response
        if response.get("Content-Type", "").startswith(problems.CONTENT_TYPE):
            return response
        made = problems.plain_response(request, response.status_code)
        for name in _KEPT:
            if response.has_header(name):
                made[name] = response[name]
        return made

"""Error pages: what happened, what to do, and that nothing else changed."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from governance.core import context
from governance.core.errors import PlumblineError
from governance.ui.pages.base import is_fragment

TITLES = {
    400: "That could not be read",
    403: "You can see this, but not do it",
    404: "There is nothing here for you",
    409: "It changed while you were reading",
    413: "That is too large",
    503: "A part of Plumbline is off",
}
KEPT = {
    400: "Nothing was changed.",
    403: "Nothing was changed.",
    404: "If you followed a link, tell its author that it leads nowhere.",
    409: "Nothing of yours was recorded. Go back to find what you typed.",
    413: "Nothing was stored.",
    503: "Nothing was changed. Try again when it is back.",
}


def page(request: HttpRequest, error: PlumblineError) -> HttpResponse:
    """Render an error of ours as a page, or as a message when htmx asked for a part of one."""
    template = "ui/_problem.html" if is_fragment(request) else "ui/problem.html"
    return render(request, template, about(error.status, error.message, error.fix, error.grantors), status=error.status)


def about(status: int, message: str, fix: str = "", grantors: Any = ()) -> dict[str, Any]:
    """Return what the problem template shows."""
    return {
        "status": status,
        "title": TITLES.get(status, "That did not work"),
        "message": message,
        "fix": fix,
        "grantors": list(grantors),
        "kept": KEPT.get(status, ""),
        "reference": context.current().request_id[:8],
        "tone": "stop" if status in {409, 503} else "off",
    }


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 when the body was larger than is read."""
    if isinstance(exception, RequestDataTooBig):
        said = about(413, "More was sent than is read at once.", "Send less text, or attach it as a file.")
        return render(request, "ui/problem.html", said, status=413)
    said = about(
        400, "The browser sent something that Plumbline does not understand.", "Go back, reload the page, and try again."
    )
    return render(request, "400.html", said, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 raised by Django itself."""
    said = about(403, "Your role does not allow this.", "Ask an administrator or a risk officer.")
    return render(request, "403.html", said, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose protection token is missing or old."""
    said = about(403, "The form was open for too long, or cookies are off.", "Go back, reload the page, and send it again.")
    return render(request, "403.html", said | {"title": "The form could not be checked"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 raised by Django itself."""
    said = about(404, "There is no page at this address, or you may not know of it.", "Check the address, or search for it.")
    return render(request, "404.html", said, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without context processors, because they may be what failed."""
    reference = context.current().request_id[:8]
    return HttpResponse(loader.render_to_string("500.html", {"reference": reference}), status=500)

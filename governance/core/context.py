"""How the present work came in: by a page, the API, an import, a command or a job."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from governance.core.reading import unbounded


@dataclass(frozen=True, slots=True)
class Context:
    """One piece of work: its way in and its request id."""

    via: str = "system"
    request_id: str = ""


_NOTHING = Context()  # frozen, so that it can be shared
_current: ContextVar[Context] = ContextVar("plumbline_context", default=_NOTHING)


def current() -> Context:
    """Return the context of the work at hand."""
    return _current.get()


@contextmanager
def use(**changes: str) -> Iterator[Context]:
    """Work under a changed context until the block ends."""
    token = _current.set(replace(_current.get(), **changes))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


class ContextMiddleware:
    """Gives each request an id and its way in, and answers with the id in `X-Request-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its own context."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if 0 < len(given) <= 64 and given.replace("-", "").isalnum() else uuid.uuid4().hex
        via = "api" if request.path.startswith("/api/") else "web"
        with use(via=via, request_id=request_id), unbounded():
            response = self.get_response(request)
        response.headers.setdefault("X-Request-ID", request_id)
        return response

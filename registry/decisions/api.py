"""The HTTPS binding of the AuthZEN Authorization API 1.0: decisions, batches, searches, and where they are.

A bearer token with the scope decisions:read and nothing else: no session, so nothing to forge. A no is 200; 400, 401,
403 and 500 are about the request. The answer is of the standard's shape and so not part of the OpenAPI document.
"""

from collections.abc import Callable, Mapping
from typing import IO, Any, ClassVar

from django.conf import settings
from django.urls import reverse
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import BearerAuthentication
from governance.api.base import ApiView
from governance.api.errors import Malformed
from governance.api.parsers import StrictJSONParser
from governance.api.throttling import CallerThrottle
from registry.decisions import deciding
from registry.decisions.questions import Batch, read, read_many, read_search

REQUEST_ID = "X-Request-ID"
SCOPES = ("decisions:read",)
METADATA_KEPT = 3600  # seconds that a client may keep the metadata


class DecisionParser(BaseParser):
    """JSON and nothing else; what is sent as anything else is a bad request, as the standard says."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body. Raises Malformed."""
        kind = (media_type or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Malformed(f"The body is sent as {kind[:80] or 'nothing'}.", fix="Send it with Content-Type: application/json.")
        return StrictJSONParser().parse(stream, media_type, parser_context)


class DecisionThrottle(CallerThrottle):
    """Gateways ask about every call, so they have a limit of their own (PLUMBLINE_RATE_DECISIONS)."""

    def caller(self, request: Request) -> tuple[str, str]:
        """Return the token."""
        kind, ident = super().caller(request)
        return ("decision" if kind == "token" else kind), ident


class DecisionView(ApiView):
    """Base of what answers questions."""

    authentication_classes = (BearerAuthentication,)
    parser_classes = (DecisionParser,)
    throttle_classes = (DecisionThrottle,)
    required_scopes: ClassVar[Mapping[str, tuple[str, ...]]] = {"read": SCOPES, "write": SCOPES}
    schema = None  # type: ignore[assignment]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the caller's own request id, whatever it looks like."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if given := request.headers.get(REQUEST_ID):
            response[REQUEST_ID] = given
        return response


class EvaluationView(DecisionView):
    """One question."""

    def post(self, request: Request) -> Response:
        """Answer it."""
        return Response(deciding.answer(request.user, read(request.data)).as_body())


class EvaluationsView(DecisionView):
    """Many questions at once; without any in the list, one question."""

    def post(self, request: Request) -> Response:
        """Answer them in order."""
        asked = read_many(request.data)
        if not isinstance(asked, Batch):
            return Response(deciding.answer(request.user, asked).as_body())
        return Response({"evaluations": [each.as_body() for each in deciding.answer_many(request.user, asked)]})


Finder = Callable[..., tuple[list[dict[str, str]], str]]
FINDERS: Mapping[str, Finder] = {
    "subject": deciding.find_subjects,
    "resource": deciding.find_resources,
    "action": deciding.find_actions,
}


class SearchView(DecisionView):
    """Who may do it, to what, or what may be done: everything found is a yes when asked as a question."""

    part = ""

    def post(self, request: Request) -> Response:
        """Answer one page."""
        question, page = read_search(request.data, self.part)
        found, token = FINDERS[self.part](request.user, question, page)
        return Response({"results": found, "page": {"next_token": token, "count": len(found)}})


class MetadataView(ApiView):
    """Where the decision point is: for anybody, as the standard wants."""

    authentication_classes = ()
    permission_classes = ()
    schema = None  # type: ignore[assignment]

    def get(self, request: Request) -> Response:
        """Answer the addresses."""
        base = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
        body = {
            "policy_decision_point": base,
            "access_evaluation_endpoint": base + reverse("authzen-evaluation"),
            "access_evaluations_endpoint": base + reverse("authzen-evaluations"),
            **{f"search_{part}_endpoint": base + reverse(f"authzen-search-{part}") for part in FINDERS},
        }
        return Response(body, headers={"Cache-Control": f"public, max-age={METADATA_KEPT}"})

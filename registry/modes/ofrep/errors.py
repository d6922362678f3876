"""Errors as OFREP shapes them. What it leaves open (401, 403, 429) stays a problem document of the API."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.response import Response

from governance.api import problems
from governance.api.errors import Malformed
from governance.core.errors import NotVisible, PlumblineError

FLAG_NOT_FOUND, PARSE_ERROR, INVALID_CONTEXT = "FLAG_NOT_FOUND", "PARSE_ERROR", "INVALID_CONTEXT"


class InvalidContext(PlumblineError):
    """The evaluation context is not what OFREP says it is."""

    status, code = 400, INVALID_CONTEXT


def handle(exc: Exception, view_context: Mapping[str, Any]) -> Response:
    """Turn whatever was raised into OFREP's words, where it has some."""
    response = problems.handle(exc, view_context)
    told = " ".join(filter(None, (str(response.data.get("detail", "")), str(response.data.get("fix", "")))))
    key = view_context["kwargs"].get("key")
    named = {"key": key} if key is not None else {}
    if isinstance(exc, NotVisible):
        return _answer(response, HTTPStatus.NOT_FOUND, {**named, "errorCode": FLAG_NOT_FOUND, "errorDetails": told})
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer(response, response.status_code, {"errorDetails": told})
    if isinstance(exc, InvalidContext):
        return _answer(response, HTTPStatus.BAD_REQUEST, {**named, "errorCode": INVALID_CONTEXT, "errorDetails": told})
    if isinstance(exc, Malformed) or response.status_code in UNREADABLE:
        return _answer(response, HTTPStatus.BAD_REQUEST, {**named, "errorCode": PARSE_ERROR, "errorDetails": told})
    return response


UNREADABLE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


def _answer(response: Response, status: int, body: dict[str, Any]) -> Response:
    return Response(body, status=status, headers=dict(response.headers), content_type="application/json")

"""One shape for every error under /api/: RFC 9457 `application/problem+json`."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from governance.api.errors import BadParameters, InvalidBody, KeyInUse, MissingScope
from governance.api.problemtypes import type_for
from governance.core import context
from governance.core.errors import Invalid, NotVisible, PlumblineError, TooLarge, Unavailable

CONTENT_TYPE = "application/problem+json"
BUSY_RETRY = 2
log = logging.getLogger("plumbline.api")


def document(request: HttpRequest, status: int, code: str = "", detail: str = "", **members: Any) -> dict[str, Any]:
    """Build a problem; empty members are left out. `type` is a page that explains the kind of problem."""
    kind = type_for(status, code)
    base = {
        "type": f"{_here(request)}{reverse('api:problems')}#{kind.slug}",
        "title": kind.title,
        "status": status,
        "detail": detail or kind.meaning,
        "code": code or kind.slug,
        "instance": request.path,
        "request_id": context.current().request_id,
    }
    return {name: value for name, value in {**base, **members}.items() if value not in ("", None, [], {})}


def _here(request: HttpRequest) -> str:
    """Return the address of this server, or nothing for a caller whose Host header is what is refused."""
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def plain_response(request: HttpRequest, status: int, code: str = "", detail: str = "", **members: Any) -> JsonResponse:
    """Answer with a problem outside REST framework: in middleware, or where no view was found."""
    body = document(request, status, code, detail, **members)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def pointer(*parts: Any) -> str:
    """Return the JSON pointer (RFC 6901, as a URI fragment) of a place in the body."""
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in parts]
    return "#" + "".join(f"/{part}" for part in escaped)


def handle(exc: Exception, view_context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into a problem. What nobody foresaw is logged with its trace and answered as 500."""
    request = view_context["request"]._request
    set_rollback()
    if isinstance(exc, exceptions.APIException):
        status, members, headers = _framework(exc)
    else:
        status, members, headers = _ours(_translate(exc, request))
    return Response(document(request, status, **members), status=status, headers=headers, content_type=CONTENT_TYPE)


def _translate(exc: Exception, request: HttpRequest) -> PlumblineError:
    """Give Django's own exceptions our words."""
    if isinstance(exc, PlumblineError):
        return exc
    if isinstance(exc, Http404):
        return NotVisible("There is no such thing, or you may not know of it.")
    if isinstance(exc, PermissionDenied):
        return _as_error(exceptions.PermissionDenied(str(exc) or None))
    if isinstance(exc, ValidationError):
        return Invalid("Some of what was sent breaks a rule.", fields=_validation_fields(exc))
    if isinstance(exc, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return TooLarge("The request is larger than is accepted.", fix="Send less at once.")
    if isinstance(exc, SuspiciousOperation | UnreadablePostError):
        return Invalid("The request could not be read.", code="malformed", fix="Send it again.")
    log.exception("the API could not answer %s %s", request.method, request.path, exc_info=exc)
    if isinstance(exc, OperationalError):
        return Unavailable("The database is busy or out of reach.", fix="Send the same request again in a moment.")
    got_request_exception.send(sender=None, request=request)
    return _as_error(exceptions.APIException())


def _as_error(exc: exceptions.APIException) -> PlumblineError:
    error = PlumblineError(str(exc.detail))
    error.status, error.code = exc.status_code, ""
    return error


def _ours(error: PlumblineError) -> tuple[int, dict[str, Any], dict[str, str]]:
    key = "parameter" if isinstance(error, BadParameters) else "pointer"
    errors = [
        {key: _place(name) if key == "pointer" else name, "detail": text, "code": "invalid"}
        for name, texts in error.fields.items()
        for text in texts
    ]
    if isinstance(error, InvalidBody):
        errors = [{"pointer": place, "detail": text, "code": code} for place, text, code in error.faults]
    headers = {}
    if isinstance(error, MissingScope):
        headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{" ".join(error.missing)}"'
    if isinstance(error, KeyInUse):
        headers["Retry-After"] = str(error.wait)
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(BUSY_RETRY)
    members = {"code": error.code, "fix": error.fix, "errors": errors, "grantors": error.grantors}
    return error.status, {**members, "detail": "" if error.status >= 500 and not error.fix else error.message}, headers


def _place(name: str) -> str:
    return "#" if name in ("", NON_FIELD_ERRORS, "non_field_errors") else pointer(*name.split("."))


def _validation_fields(exc: ValidationError) -> dict[str, list[str]]:
    return exc.message_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.messages}


def _framework(exc: exceptions.APIException) -> tuple[int, dict[str, Any], dict[str, str]]:
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(auth_header)
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(exc, exceptions.ValidationError):
        return 400, {"detail": "Some fields of the body cannot be accepted.", "errors": list(_walk(exc.detail))}, headers
    code = "malformed" if isinstance(exc, exceptions.ParseError) else ""
    return exc.status_code, {"code": code, "detail": str(exc.detail)}, headers


def _walk(detail: Any, path: tuple[Any, ...] = ()) -> Iterator[dict[str, str]]:
    """Flatten REST framework's nested errors into pointers."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _walk(inner, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _walk(inner, (*path, index) if isinstance(inner, dict | list) else path)
    else:
        yield {"pointer": pointer(*path), "detail": str(detail), "code": str(getattr(detail, "code", "") or "invalid")}

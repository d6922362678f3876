"""How a viewset declares what can be done: each decorator turns a plain method into an endpoint that is documented.

@creates(VendorInput)                      POST   /vendors            def create(self, data)
@updates(VendorInput)                      PATCH  /vendors/{key}      def partial_update(self, vendor, data, expected_version)
@deletes()                                 DELETE /vendors/{key}      def destroy(self, vendor, expected_version)
@acts("retirement", ReasonInput)           POST   /vendors/{key}/...  def retire(self, vendor, data, expected_version)
@acts("imports", ImportInput, detail=False) POST  /vendors/imports    def import_file(self, data)
@reads("terms", output=TermOutput)         GET    one thing           def terms(self, vendor)
@lists("activity", output=EntryOutput)     GET    pages of a queryset def activity(self, vendor)
@downloads("sheet", "application/pdf")     GET    a file              def sheet(self, vendor)
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Model
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action as extra_route
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api import idempotency
from governance.api.etags import etag_of, expected_version
from governance.api.input import Input, NoInput

Method = Callable[..., Any]
IfMatch = Literal["required", "accepted", "none"]


@dataclass(frozen=True)
class Operation:
    """What one endpoint takes, answers and needs."""

    kind: Literal["create", "update", "delete", "act", "read", "list", "download"]
    input: type[Input] | None = None
    output: Any = None
    many: bool = False
    status: int = 200
    detail: bool = True
    if_match: IfMatch = "none"
    scopes: Sequence[str] = ()
    secret: bool = False
    upload: bool = False
    parameters: Sequence[OpenApiParameter] = ()
    ordering_fields: Mapping[str, Any] = field(default_factory=dict)
    ordering: str = ""
    filterset_class: Any = None
    media_types: Sequence[str] = ()
    summary: str = ""


def creates(takes: type[Input], *, output: Any = None, secret: bool = False, **more: Any) -> Callable[[Method], Method]:
    """POST on the collection. `secret` answers (shown once) are never stored for repetition."""
    return _route(Operation("create", takes, output, status=201, detail=False, secret=secret, **more))


def updates(takes: type[Input], *, output: Any = None, if_match: IfMatch = "required", **more: Any) -> Callable[[Method], Method]:
    """PATCH (`partial_update`, fields that are left out stay) or PUT (`update`) on an object."""
    return _route(Operation("update", takes, output, if_match=if_match, **more))


def deletes(*, if_match: IfMatch = "required", **more: Any) -> Callable[[Method], Method]:
    """DELETE on an object."""
    return _route(Operation("delete", status=204, if_match=if_match, **more))


def acts(
    path: str,
    takes: type[Input] = NoInput,
    *,
    method: Literal["post", "put", "patch", "delete"] = "post",
    detail: bool = True,
    if_match: IfMatch = "accepted",
    status: int = 200,
    **more: Any,
) -> Callable[[Method], Method]:
    """Write on a path below an object (or below the collection with `detail=False`): a transition is a resource."""
    made = Operation("act", takes, status=status, detail=detail, if_match=if_match if detail else "none", **more)
    return _route(made, path=path, method=method)


def reads(path: str, *, output: Any, detail: bool = True, many: bool = False, **more: Any) -> Callable[[Method], Method]:
    """GET below an object or the collection; `many` answers a plain, bounded array."""
    return _route(Operation("read", output=output, detail=detail, many=many, **more), path=path, method="get")


def lists(path: str, *, output: Any, detail: bool = True, **more: Any) -> Callable[[Method], Method]:
    """GET below an object or the collection that answers pages; the method returns a queryset of what may be seen."""
    return _route(Operation("list", output=output, detail=detail, many=True, **more), path=path, method="get")


def downloads(path: str, *media_types: str, detail: bool = True, **more: Any) -> Callable[[Method], Method]:
    """GET that answers a file; the method returns the HttpResponse, possibly streaming."""
    plain = [name.partition(";")[0].strip() for name in media_types]
    return _route(Operation("download", detail=detail, media_types=plain, **more), path=path, method="get")


def _route(operation: Operation, *, path: str = "", method: Any = "") -> Callable[[Method], Method]:
    def declare(function: Method) -> Method:
        run = _RUNS[operation.kind]

        @functools.wraps(function)
        def endpoint(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return run(view, request, operation, function)

        endpoint.operation = operation  # type: ignore[attr-defined]
        if path:
            return extra_route(detail=operation.detail, methods=[method], url_path=path)(endpoint)
        return endpoint

    return declare


def _write(view: Any, request: Request, operation: Operation, function: Method) -> HttpResponseBase:
    def work() -> Response:
        if not operation.detail:
            return answer(view, operation, function(view, _body(view, request, operation)))
        subject = view.get_object()
        version = expected_version(request, subject, required=operation.if_match == "required")
        if operation.kind == "delete":
            return answer(view, operation, function(view, subject, version))
        return answer(view, operation, function(view, subject, _body(view, request, operation), version))

    if request.method == "POST":
        return idempotency.once(request, work, secret=operation.secret)
    return work()


def _body(view: Any, request: Request, operation: Operation) -> dict[str, Any]:
    if operation.input is None:
        return {}
    partial = operation.kind == "update" and request.method == "PATCH"
    return operation.input.read(request.data, context=view.get_serializer_context(), partial=partial)


def _read(view: Any, request: Request, operation: Operation, function: Method) -> HttpResponseBase:
    found = function(view, view.get_object()) if operation.detail else function(view)
    return answer(view, operation, found)


def _list(view: Any, request: Request, operation: Operation, function: Method) -> HttpResponseBase:
    found = function(view, view.get_object()) if operation.detail else function(view)
    return view.page(found, operation.output)


def answer(view: Any, operation: Operation, result: Any) -> Any:
    """Turn what a method returned into a response: an object, rows, plain data, a ready response, or nothing."""
    if isinstance(result, HttpResponseBase):
        return result
    if result is None or operation.status == 204:
        return Response(status=204)
    body = view.represent(result, operation.output, many=operation.many)
    response = Response(body, status=operation.status)
    if isinstance(result, Model) and type(result) is view.model:
        tag = etag_of(result)
        if tag:
            response["ETag"] = tag
        if operation.kind == "create":
            response["Location"] = view.address_of(result)
    return response


_RUNS: dict[str, Callable[..., Any]] = {
    "create": _write,
    "update": _write,
    "delete": _write,
    "act": _write,
    "read": _read,
    "download": _read,
    "list": _list,
}

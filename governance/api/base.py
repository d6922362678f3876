"""What every endpoint has in common, from who is calling to how an error looks."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.metadata import BaseMetadata
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.api import parameters, problems
from governance.api.authentication import BearerAuthentication, SessionAuthentication
from governance.api.errors import from_fields
from governance.api.etags import unchanged
from governance.api.operations import Operation
from governance.api.parsers import StrictJSONParser, UploadParser
from governance.api.permissions import ScopedAccess
from governance.api.schema import ApiSchema
from governance.api.throttling import AddressThrottle, CallerThrottle


class Methods(BaseMetadata):
    """What OPTIONS answers: the methods, and where they are explained."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        """Return the answer."""
        return {
            "methods": view.allowed_methods,
            "documentation": request.build_absolute_uri(reverse("api:docs")),
            "schema": request.build_absolute_uri(reverse("api:schema")),
        }


class Passthrough(BaseRenderer):
    """Lets a caller ask for the type of a file; the response brings its own bytes, and errors stay JSON."""

    format = "file"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Write a problem as JSON."""
        return JSONRenderer().render(data, "application/json", renderer_context)


class ApiView(APIView):
    """Base of all views under /api/. Unknown query parameters are refused, so that no filter is lost by a slip."""

    renderer_classes: Any = (JSONRenderer,)
    parser_classes = (StrictJSONParser,)
    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes: Any = (ScopedAccess,)
    throttle_classes = (CallerThrottle,)
    metadata_class = Methods  # type: ignore[assignment]
    versioning_class = None
    schema = ApiSchema()
    required_scopes: ClassVar[Mapping[str, Sequence[str]]] = {}
    tag: ClassVar[str] = ""
    parameters: Mapping[str, Any] = {}

    def operation(self) -> Operation | None:
        """Return the declaration of the endpoint at hand, where it has one."""
        handler = getattr(self, getattr(self, "action", None) or "", None)
        return getattr(handler, "operation", None)

    def scopes_needed(self) -> Sequence[str]:
        """Name the scopes that a token needs for the request at hand."""
        method = self.request.method or ""
        if method != "OPTIONS" and not self.handles(method):
            return ()
        operation = self.operation()
        if operation and operation.scopes:
            return operation.scopes
        return self.required_scopes.get("read" if method in SAFE_METHODS else "write", ())

    def handles(self, method: str) -> bool:
        """Whether the address has this method."""
        return method.lower() in self.http_method_names and hasattr(self, method.lower())

    def known_parameters(self) -> Sequence[str]:
        """Name the query parameters that the request at hand may have."""
        operation = self.operation()
        declared = operation.parameters if operation else ()
        return [parameter.name for parameter in declared if parameter.location == OpenApiParameter.QUERY]

    def get_exception_handler(self) -> Callable[..., Response]:
        """Answer every error as a problem, whatever the settings say."""
        return problems.handle

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls; refused credentials count against the address, so that nobody can try them fast."""
        try:
            super().perform_authentication(request)
        except exceptions.AuthenticationFailed:
            throttle = AddressThrottle()
            request._not_authenticated()  # type: ignore[attr-defined]
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait())
            raise

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the caller, then the address."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS" or not self.handles(str(request.method)):
            return
        known = self.known_parameters()
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            told = f"Unknown. The parameters here are: {', '.join(known) or 'none'}."
            raise from_fields("There are query parameters that this address does not have.", dict.fromkeys(unknown, told))
        operation = self.operation()
        self.parameters = parameters.read(operation.parameters, request.query_params) if operation else {}

    def get_parsers(self) -> list[BaseParser]:
        """Read JSON, or forms with files where the endpoint takes them."""
        operation = self._declared()
        return [UploadParser()] if operation and operation.upload else super().get_parsers()

    def get_renderers(self) -> list[BaseRenderer]:
        """Answer JSON, or the types of a file."""
        operation = self._declared()
        types = operation.media_types if operation else ()
        return [type("File", (Passthrough,), {"media_type": name})() for name in types] or super().get_renderers()

    def _declared(self) -> Operation | None:
        # Asked for before REST framework knows the action: read it from the method.
        method = (getattr(self.request, "method", None) or "").lower() if getattr(self, "request", None) else ""
        name = (getattr(self, "action_map", None) or {}).get(method) or getattr(self, "action", None) or ""
        return getattr(getattr(self, name, None), "operation", None)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how the answer may be kept: by the caller only, and asked again each time."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ("Authorization", "Cookie"))
        response.headers.setdefault("Cache-Control", "private, no-cache" if request.method in SAFE_METHODS else "no-store")
        if request.method in ("GET", "HEAD") and response.status_code == 200 and isinstance(response, Response):
            response.add_post_render_callback(lambda rendered: _revalidated(request, rendered))
        return response


def _revalidated(request: Request, response: Response) -> HttpResponse | None:
    """Give an answer without a version an ETag of its bytes; answer 304 where the caller has them already."""
    if not response.has_header("ETag"):
        response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if not unchanged(request, response["ETag"].removeprefix("W/")):
        return None
    made = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary", "Link"):
        if response.has_header(name):
            made[name] = response[name]
    return made

"""The API's own addresses: where it begins, its schema, and the answer where there is nothing."""

import hashlib
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.base import ApiView, Passthrough
from governance.api.etags import unchanged
from governance.api.routes import resource_index
from governance.core.errors import NotVisible


class YamlType(Passthrough):
    """Lets a caller ask for the schema as YAML."""

    media_type = "application/yaml"


class OpenApiJsonType(Passthrough):
    """Lets a caller ask for the schema by its registered type."""

    media_type = "application/vnd.oai.openapi+json"


class OpenApiYamlType(Passthrough):
    """Lets a caller ask for the schema by its registered type."""

    media_type = "application/vnd.oai.openapi"


@cache
def schema_document() -> dict[str, Any]:
    """Return the OpenAPI document. It is the same for everybody and made once per process."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def schema_text(form: str) -> tuple[bytes, str]:
    """Return the document as JSON or YAML, and its ETag."""
    renderer = OpenApiYamlRenderer() if form == "yaml" else OpenApiJsonRenderer()
    text = renderer.render(schema_document(), renderer_context={})
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'


class PublicView(ApiView):
    """Base of what anybody may read: it says how to call, and nothing of what is held."""

    permission_classes = ()
    tag = "About the API"


class RootView(PublicView):
    """Where the API begins: its version, its documents and its resources."""

    @extend_schema(operation_id="root", summary="What there is", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name the documents, and the address of each resource."""
        listed = {prefix: self._address(name) for prefix, name in resource_index()}
        return Response(
            {
                "name": settings.SPECTACULAR_SETTINGS["TITLE"],
                "version": settings.SPECTACULAR_SETTINGS["VERSION"],
                "documentation": self._address("api:docs"),
                "schema": self._address("api:schema"),
                "resources": {prefix: address for prefix, address in listed.items() if address},
            }
        )

    def _address(self, name: str) -> str:
        try:
            return self.request.build_absolute_uri(reverse(name))
        except NoReverseMatch:  # below another object: it has an address for each of them only
            return ""


class SchemaView(PublicView):
    """The OpenAPI 3.1 document, as JSON or YAML."""

    renderer_classes = (JSONRenderer, YamlType, OpenApiJsonType, OpenApiYamlType)
    content_negotiation_class = DefaultContentNegotiation
    form = ""

    @extend_schema(
        operation_id="schema",
        summary="The OpenAPI document",
        parameters=[OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/yaml"): OpenApiTypes.OBJECT,
            304: OpenApiResponse(description="You have the present version."),
        },
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer by the `Accept` header; `/schema.json` and `/schema.yaml` give one of them."""
        asked = str(request.accepted_media_type)
        form = self.form or ("yaml" if "yaml" in asked or asked.endswith("openapi") else "json")
        text, tag = schema_text(form)
        if unchanged(request, tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        kind = asked if "openapi" in asked else f"application/{form}"
        return HttpResponse(text, content_type=kind, headers={"ETag": tag})


class NothingView(PublicView):
    """Answers for every address under /api/ that does not exist."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse after counting the call."""
        super(ApiView, self).initial(request, *args, **kwargs)
        path = request.path
        fix = f"Addresses have no final slash: {path.rstrip('/')}" if path.endswith("/") else "The schema lists all addresses."
        raise NotVisible("There is no such address.", fix=fix)


def schema_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Answer `/schema.json` and `/schema.yaml`."""
    return SchemaView.as_view(form=form, schema=None)(request)

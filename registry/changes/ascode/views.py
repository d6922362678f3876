"""The published JSON Schemas: for editors that check while one types, and so for anybody, without signing in."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.contracts.plumbfile import file_schema
from registry.contracts.shape import schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"plumbline-v1": file_schema, "contract-v1": schema}
KEPT = 24 * 3600  # seconds; a version of a schema never changes its meaning


@require_safe
def published(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a schema by its name and version."""
    if name not in SCHEMAS:
        raise Http404
    text = json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2)
    headers = {"Cache-Control": f"public, max-age={KEPT}", "Access-Control-Allow-Origin": "*"}
    return HttpResponse(text, content_type="application/schema+json", headers=headers)

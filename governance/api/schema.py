"""The OpenAPI description of an endpoint, read from what it declares: nothing is documented twice."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc

from governance.api.examples import input_example
from governance.api.input import Input, Nested, NoInput
from governance.api.operations import Operation
from governance.api.output import Output
from governance.api.problemtypes import TYPES
from governance.api.schemaparts import Problem

PROBLEM_MEDIA = "application/problem+json"
_BY_CODE: dict[str, str] = {
    "400": "Something that was sent cannot be accepted, or read at all.",
    "401": TYPES["unauthenticated"].meaning,
    "403": "The token lacks a scope, or a rule forbids it; `detail` says which.",
    "404": TYPES["not-found"].meaning,
    "405": TYPES["method-not-allowed"].meaning,
    "406": TYPES["not-acceptable"].meaning,
    "409": "Somebody else was first, or it contradicts what is held.",
    "412": TYPES["precondition-failed"].meaning,
    "413": TYPES["too-large"].meaning,
    "415": TYPES["unsupported-media-type"].meaning,
    "422": TYPES["idempotency-key-reused"].meaning,
    "428": TYPES["precondition-required"].meaning,
    "429": TYPES["throttled"].meaning,
    "500": TYPES["internal"].meaning,
    "503": TYPES["unavailable"].meaning,
}


class FilterParameters(DjangoFilterExtension):
    """Documents the filters of a list, typed by the FilterSet's own model."""

    target_class = "governance.api.filtering.StrictFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the parameters."""
        filterset = auto_schema.view.shown_filterset()
        if filterset is None:
            return []
        model = filterset._meta.model or auto_schema.view.model
        made: list[dict[str, Any]] = []
        for name, filter_ in filterset.base_filters.items():
            made += self.resolve_filter_field(auto_schema, model, filterset, name, filter_)
        return made


class ApiSchema(AutoSchema):
    """Describes an endpoint from its Operation, its filters, its page and the problems it can answer with."""

    view: Any

    def declared(self) -> Operation | None:
        """Return the operation's declaration, where it has one."""
        return self.view.operation() if hasattr(self.view, "operation") else None

    def scopes(self) -> list[str]:
        """Name the scopes that a token needs."""
        operation = self.declared()
        if operation and operation.scopes:
            return list(operation.scopes)
        return list(self.view.required_scopes.get("read" if self.method == "GET" else "write", ()))

    def get_auth(self) -> list[dict[str, Any]]:
        """Return how a caller is known; nothing where anybody may read."""
        return super().get_auth() if self.view.permission_classes else []

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return the class's name; where two features use the same, that of the later address carries its feature's."""
        made = super().get_serializer_name(serializer, direction)
        names = (f"{made}Request", f"Patched{made}Request") if direction == "request" else (made,)
        held = [
            self.registry._components[name, "schemas"].object for name in names if (name, "schemas") in self.registry._components
        ]
        if all((other if isinstance(other, type) else type(other)) is type(serializer) for other in held):
            return made
        feature = next(part for part in reversed(type(serializer).__module__.split(".")[:-1]) if part != "api")
        return f"{feature.capitalize()}{made}"

    def get_tags(self) -> list[str]:
        """Group by resource."""
        return [self.view.tag] if getattr(self.view, "tag", "") else super().get_tags()

    def get_description(self) -> str:  # type: ignore[override]
        """Return the method's docstring; reading is described by the resource's own."""
        if self.declared() is None and getattr(self.view, "action", "") in ("list", "retrieve"):
            return get_doc(type(self.view))
        return super().get_description()

    def get_summary(self) -> str | None:
        """Return the first sentence of the method's docstring, or what the operation says."""
        operation = self.declared()
        if operation and operation.summary:
            return operation.summary
        name = getattr(self.view, "tag", "") or " ".join(self._tokenize_path()[:1])
        known = {"list": f"List {name}", "retrieve": f"Read one of {name}"}
        return known.get(getattr(self.view, "action", ""), self.get_description().split("\n")[0].strip(" .") or None)

    def get_request_serializer(self) -> Any:
        """Return what the body holds."""
        operation = self.declared()
        if operation is None:
            return super().get_request_serializer() if self.method in ("PUT", "PATCH", "POST") else None
        if operation.upload:
            return {"multipart/form-data": operation.input}
        return operation.input if operation.input is not NoInput else None

    def get_response_serializers(self) -> Any:
        """Return what is answered by status."""
        operation = self.declared()
        if operation is None:
            listed = getattr(self.view, "action", "") == "list"
            return self.view.list_output() if listed else super().get_response_serializers()
        if operation.status == 204:
            return {204: None}
        if operation.kind == "download":
            return {(200, name): _file(name) for name in operation.media_types}
        output = operation.output or self.view.serializer_class
        return {operation.status: output(many=True) if operation.many and isinstance(output, type) else output}

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        made = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Output):
            made["required"] = sorted(made.get("properties", {}))
            for part in made.get("properties", {}).values():
                part.pop("readOnly", None)
        if direction == "request" and isinstance(serializer, Input | Nested):
            made["additionalProperties"] = False
        return made

    def _is_list_view(self, serializer: Any = None) -> bool:
        operation = self.declared()
        if operation is not None:
            return operation.many
        return super()._is_list_view(serializer)

    def _get_paginator(self) -> Any:
        operation = self.declared()
        if operation is not None and operation.kind != "list":
            return None
        return super()._get_paginator()

    def get_filter_backends(self) -> Any:
        """Filters belong to lists only."""
        return getattr(self.view, "filter_backends", []) if getattr(self.view, "is_list", bool)() else []

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        """A filter may ask beyond what its column can hold, and finds nothing; those bounds differ between databases."""
        made: list[dict[str, Any]] = super()._get_filter_parameters()
        for parameter in made:
            schema = parameter.get("schema", {})
            for part in (schema, schema.get("items", {})):
                if part.get("type") == "integer":
                    for bound in ("minimum", "maximum", "format"):
                        part.pop(bound, None)
        return made

    def _get_parameters(self) -> list[dict[str, Any]]:
        made = super()._get_parameters()
        operation = self.declared()
        if self.method == "GET" and operation is None and getattr(self.view, "action", "") == "retrieve":
            made.append(_header("If-None-Match", "The ETag you have; 304 when it still holds.", '"v3"'))
        if operation is None or self.method == "GET":
            return made
        if operation.if_match != "none":
            told = "The ETag of the version that you read and now change."
            made.append({**_header("If-Match", told, '"v3"'), "required": operation.if_match == "required"})
        if self.method == "POST":
            told = "A new UUID for each new request. Sent again within 24 hours, the request is answered again, not done again."
            made.append(_header("Idempotency-Key", told, "0b7e6b1a-8f2d-4d3c-9a51-5d6a0c1e2f30", maximum=255))
        return made

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Describe the parts of an address; a key that is made up of a prefix and a number is no column, but a string."""
        model = getattr(self.view, "model", None)
        columns = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)} if model else set()
        known = [name for name in variables if name in columns or name in ("pk", "id")]
        made: list[dict[str, Any]] = super()._resolve_path_parameters(known)
        for name in variables:
            if name not in known:
                made.append({"in": "path", "name": name, "schema": {"type": "string"}, "required": True})
        return made

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that the operation declares."""
        operation = self.declared()
        return list(operation.parameters) if operation else super().get_override_parameters()

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        if "200" in bodies and self.method == "GET" and getattr(self.view, "action", "") == "retrieve":
            bodies["304"] = {"description": "You have the present version."}
        for code in bodies:
            _add_headers(bodies[code], code, self.method, self.declared())
        problem = self.resolve_serializer(Problem, direction).ref
        for code in self._problem_codes():
            content = {PROBLEM_MEDIA: {"schema": problem}}
            bodies.setdefault(code, {"description": _BY_CODE[code], "content": content})
        return dict(sorted(bodies.items()))

    def _problem_codes(self) -> list[str]:
        operation = self.declared()
        public = not self.view.permission_classes
        codes = ["400", "401", "405", "406", "429", "500", "503"] + ([] if public else ["403"])
        if "{" in self.path or any(parameter.required for parameter in (operation.parameters if operation else ())):
            codes.append("404")  # the address, or a parameter that one must give, names a thing
        if operation is not None and self.method != "GET":
            codes += ["404", "409", "413", "415"] + (["422"] if self.method == "POST" else [])
            codes += {"required": ["412", "428"], "accepted": ["412"], "none": []}[operation.if_match]
        return codes

    def _get_examples(self, serializer: Any, direction: Any, media_type: str, status_code: Any = None, extras: Any = None) -> Any:
        made = super()._get_examples(serializer, direction, media_type, status_code, extras)
        operation = self.declared()
        if not made and direction == "request" and operation and operation.input and issubclass(operation.input, Input):
            example = input_example(operation.input)
            return {"Example": {"value": example}} if example else made
        return made


def inline_choices(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Keep choices where they are used: `state` means something else in each resource, and shared names would clash."""
    below: list[Any] = [result]
    while below:
        part = below.pop()
        if isinstance(part, dict):
            part.pop("x-spec-enum-id", None)
            below.extend(part.values())
        elif isinstance(part, list):
            below.extend(part)
    return result


def _file(media_type: str) -> dict[str, Any]:
    """Describe a file: text that programs parse may hold anything, the rest is bytes."""
    return {"title": "File"} if media_type.endswith(("json", "yaml")) else {"type": "string", "format": "binary"}


def _header(name: str, description: str, example: str, maximum: int = 0) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": maximum} if maximum else {"type": "string"}
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": description, "example": example}


def _add_headers(body: dict[str, Any], code: str, method: str, operation: Operation | None) -> None:
    """Document the headers that an answer carries."""
    headers: dict[str, Mapping[str, Any]] = {}
    if code in ("200", "201") and (method == "GET" or (operation and operation.kind in ("create", "update"))):
        headers["ETag"] = {
            "schema": {"type": "string"},
            "description": "Version of what is answered, for If-Match and If-None-Match.",
        }
    if code == "201" and operation and operation.kind == "create":
        headers["Location"] = {"schema": {"type": "string", "format": "uri"}, "description": "Address of what was made."}
    if code == "200" and method == "GET" and (operation is None or operation.kind == "list"):
        headers["Link"] = {"schema": {"type": "string"}, "description": "The pages beside this one (RFC 8288)."}
    if headers:
        body["headers"] = {**headers, **body.get("headers", {})}

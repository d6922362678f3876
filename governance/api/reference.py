"""The API's reference as pages, rendered from the very schema that programs read. No third party is asked for anything."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.generic import TemplateView

from governance.api.examples import schema_example
from governance.api.parsers import MAX_DEPTH, max_body
from governance.api.problemtypes import TYPES
from governance.api.throttling import limit_for
from governance.api.views import schema_document

_METHODS = ("get", "post", "put", "patch", "delete")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Line:
    """One parameter or field: what it is called, what it takes and means."""

    name: str
    kind: str
    required: bool
    text: SafeString
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """One status that an operation answers with."""

    status: str
    text: SafeString
    problem: bool
    media: str = ""
    example: str = ""
    fields: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Documented:
    """One operation as the reference shows it."""

    id: str
    method: str
    path: str
    title: str
    text: SafeString
    scopes: list[str]
    parameters: list[Line]
    body: list[Line]
    curl: str
    answers: list[Answer]
    problems: list[Answer]


@dataclass
class Group:
    """The operations of one resource."""

    slug: str
    name: str
    operations: list[Documented] = field(default_factory=list)


@cache
def groups() -> dict[str, Group]:
    """Return the operations of the schema by resource, in the order of their addresses."""
    document = schema_document()
    components = document.get("components", {}).get("schemas", {})
    made: dict[str, Group] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                name = (item[method].get("tags") or ["other"])[0]
                group = made.setdefault(slugify(name), Group(slugify(name), name[:1].upper() + name[1:]))
                group.operations.append(_documented(path, method, item[method], components))
    return dict(sorted(made.items()))


def prose(text: str) -> SafeString:
    """Escape a description; what stands between backticks becomes code, empty lines part paragraphs."""
    paragraphs = [part for part in (text or "").split("\n\n") if part.strip()]
    return format_html_join("", "<p>{}</p>", ((coded(part),) for part in paragraphs))


def coded(text: str) -> SafeString:
    """Escape a line; what stands between backticks becomes code. The list of choices is left out: the type names them."""
    text = "\n".join(line for line in text.split("\n") if not line.startswith("* `")).strip()
    return mark_safe(_CODE.sub(r"<code>\1</code>", conditional_escape(text)))


def _documented(path: str, method: str, operation: Mapping[str, Any], components: Mapping[str, Any]) -> Documented:
    media, schema, example = _body(operation, components)
    answers = [_answer(code, answer, components) for code, answer in operation["responses"].items()]
    return Documented(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary") or operation["operationId"].replace("_", " "),
        text=prose(operation.get("description", "")),
        scopes=sorted({scope for rule in operation.get("security", []) for scope in rule.get("bearer", [])}),
        parameters=[_parameter(item) for item in operation.get("parameters", [])],
        body=list(_fields(schema, components)),
        curl=_curl(path, method, operation, media, example, _files(schema, components)),
        answers=[answer for answer in answers if not answer.problem],
        problems=[answer for answer in answers if answer.problem],
    )


def _body(operation: Mapping[str, Any], components: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], Any]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        given: Mapping[str, Any] = next(iter(content.get("examples", {}).values()), {})
        return media, schema, given.get("value", schema_example(schema, components))
    return "", {}, None


def _answer(code: str, answer: Mapping[str, Any], components: Mapping[str, Any]) -> Answer:
    content = answer.get("content", {})
    nothing: tuple[str, Any] = ("", {})
    media, held = next(iter(content.items()), nothing)
    if media == "application/problem+json":
        return Answer(code, coded(answer.get("description", "")), True)
    schema = held.get("schema", {})
    example = ""
    if media == "application/json":
        example = json.dumps(schema_example(schema, components), indent=2, ensure_ascii=False, default=str)
    return Answer(code, coded(answer.get("description", "")), False, media, example, list(_fields(schema, components)))


def _parameter(item: Mapping[str, Any]) -> Line:
    return Line(
        item["name"], kind_of(item.get("schema", {})), item.get("required", False), coded(item.get("description", "")), item["in"]
    )


def _fields(schema: Mapping[str, Any], components: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Line]:
    """Flatten an object's fields to dotted lines, three deep; what lies below is in the schema."""
    schema = _resolved(schema, components)
    required = set(schema.get("required", ()))
    for name, part in schema.get("properties", {}).items():
        inner = _resolved(part, components)
        listed = inner.get("type") == "array"
        below = _resolved(inner.get("items", {}), components) if listed else inner
        told = part.get("description") or inner.get("description", "")
        yield Line(f"{prefix}{name}", kind_of(inner, below if listed else None), name in required, coded(told))
        if below.get("properties") and depth < 2:
            yield from _fields(below, components, f"{prefix}{name}{'[]' if listed else ''}.", depth + 1)


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return components.get(schema["$ref"].rsplit("/", 1)[-1], {})
    for key in ("allOf", "oneOf", "anyOf"):
        if schema.get(key):
            return {**_resolved(schema[key][0], components), **{name: part for name, part in schema.items() if name != key}}
    return schema


def kind_of(schema: Mapping[str, Any], items: Mapping[str, Any] | None = None) -> str:
    """Say a schema's type in a few words."""
    if schema.get("enum"):
        values = [str(value) for value in schema["enum"] if value not in (None, "")]
        return "one of " + ", ".join(values[:12]) + (" and more" if len(values) > 12 else "")
    kind = schema.get("type", "object" if "properties" in schema else "any")
    if kind == "array":
        inner = kind_of(items if items is not None else schema.get("items", {}))
        return inner.replace("one of ", "any of ", 1) if inner.startswith("one of ") else f"list of {inner}"
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    more = [schema["format"]] if "format" in schema else []
    if "maxLength" in schema:
        more.append(f"at most {schema['maxLength']:,} characters")
    if "minimum" in schema and "maximum" in schema:
        more.append(f"{schema['minimum']:,} to {schema['maximum']:,}")
    return f"{words} ({', '.join(more)})" if more else words


def _files(schema: Mapping[str, Any], components: Mapping[str, Any]) -> set[str]:
    properties = _resolved(schema, components).get("properties", {})
    return {name for name, part in properties.items() if part.get("format") == "binary"}


def _curl(path: str, method: str, operation: Mapping[str, Any], media: str, example: Any, files: set[str]) -> str:
    lines = [f'curl {"" if method == "get" else f"-X {method.upper()} "}"$PLUMBLINE{path}"']
    if any("bearer" in rule for rule in operation.get("security", [])):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    for item in operation.get("parameters", []):
        if item["in"] == "header" and (item.get("required") or item["name"] == "Idempotency-Key"):
            value = "$(uuidgen)" if item["name"] == "Idempotency-Key" else str(item.get("example", "")).replace('"', '\\"')
            lines.append(f'-H "{item["name"]}: {value}"')
    if media == "multipart/form-data":
        lines += [f'-F "{name}={"@" if name in files else ""}{value}"' for name, value in (example or {}).items()]
    elif media:
        body = json.dumps(example, indent=2, ensure_ascii=False, default=str).replace("'", "'\\''")
        lines += [f'-H "Content-Type: {media}"', f"-d '{body}'"]
    return " \\\n  ".join(lines)


class ReferencePage(TemplateView):
    """Base of the reference's pages; anybody may read them."""

    title = "API"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the page and its neighbours."""
        crumbs = [("API", reverse("api:docs")), (self.title, "")] if self.title != "API" else []
        return super().get_context_data(title=self.title, crumbs=crumbs, groups=groups().values(), **kwargs)


class OverviewPage(ReferencePage):
    """How to call the API, and what there is."""

    template_name = "api/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the address to call and the limits."""
        address = self.request.build_absolute_uri("/").rstrip("/")
        limits = {kind: f"{limit_for(kind):,}" for kind in ("token", "user", "anonymous")}
        more = {"address": address, "limits": limits, "max_body": f"{max_body() // 1024:,}", "max_depth": MAX_DEPTH}
        return super().get_context_data(**more, **kwargs)


class ProblemsPage(ReferencePage):
    """Each kind of problem, what it means and what to do: where the `type` of a problem leads."""

    template_name = "api/problems.html"
    title = "Problems"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the kinds."""
        return super().get_context_data(problems=list(_in_words()), **kwargs)


def _in_words() -> Iterable[dict[str, Any]]:
    for kind in TYPES.values():
        yield {"kind": kind, "meaning": coded(kind.meaning), "remedy": coded(kind.remedy)}


class ResourcePage(ReferencePage):
    """The operations of one resource."""

    template_name = "api/resource.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the resource. Raises Http404."""
        group = groups().get(self.kwargs["tag"])
        if group is None:
            raise Http404
        self.title = group.name
        return super().get_context_data(group=group, **kwargs)

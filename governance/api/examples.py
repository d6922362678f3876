"""Examples for the schema: what a feature gives, filled up with plausible values of the right type."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

_PLAIN: tuple[tuple[type, Any], ...] = (
    (serializers.FileField, "inventory.csv"),
    (serializers.BooleanField, True),
    (serializers.IntegerField, 3),
    (serializers.FloatField, 0.5),
    (serializers.DecimalField, "12.50"),
    (serializers.EmailField, "ada.lindqvist@example.com"),
    (serializers.URLField, "https://example.com/"),
    (serializers.UUIDField, "0b7e6b1a-8f2d-4d3c-9a51-5d6a0c1e2f30"),
    (serializers.DateTimeField, "2026-10-12T09:30:00Z"),
    (serializers.DateField, "2026-10-12"),
    (serializers.SlugField, "claims-triage"),
    (serializers.CharField, "Text"),
    (serializers.DictField, {}),
)


def input_example(input_class: Any) -> dict[str, Any]:
    """Return an example body: the class's own `example` first, then required fields by type."""
    given: Mapping[str, Any] = getattr(input_class, "example", {})
    made = {}
    for name, field in input_class().fields.items():
        if field.read_only:
            continue
        if name in given:
            made[name] = given[name]
        elif field.required:
            made[name] = example_of(field)
    return made


def example_of(field: Any) -> Any:
    """Return a plausible value of a field."""
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        return [example_of(field.child)]
    if isinstance(field, serializers.MultipleChoiceField):
        return [next(iter(field.choices), "")]
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices), "")
    if isinstance(field, serializers.Serializer):
        return input_example(type(field))
    return next((value for kind, value in _PLAIN if isinstance(field, kind)), None)


def schema_example(schema: Mapping[str, Any], components: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value that fits a JSON schema, for the reference pages."""
    if "$ref" in schema:
        return schema_example(components.get(schema["$ref"].rsplit("/", 1)[-1], {}), components, depth + 1)
    for key in ("allOf", "oneOf", "anyOf"):
        if schema.get(key):
            return schema_example(schema[key][0], components, depth)
    if "example" in schema or "default" in schema:
        return schema.get("example", schema.get("default"))
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object" if "properties" in schema else "")
    kind = next((name for name in kind if name != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" and depth < 6:
        return {name: schema_example(inner, components, depth + 1) for name, inner in schema.get("properties", {}).items()}
    if kind == "array" and depth < 6:
        return [schema_example(schema.get("items", {}), components, depth + 1)]
    return _plain_value(kind, schema)


def _plain_value(kind: str, schema: Mapping[str, Any]) -> Any:
    formats = {
        "date-time": "2026-10-12T09:30:00Z",
        "date": "2026-10-12",
        "uri": "https://example.com/",
        "email": "ada.lindqvist@example.com",
        "uuid": "0b7e6b1a-8f2d-4d3c-9a51-5d6a0c1e2f30",
        "decimal": "12.50",
    }
    if kind == "string":
        return formats.get(schema.get("format", ""), "text")
    return {"integer": max(1, schema.get("minimum", 1)), "number": 0.5, "boolean": True}.get(kind)

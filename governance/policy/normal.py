"""The normal form of a policy: every optional value there, so that two files that mean the same have the same digest."""

import copy
from typing import Any

from governance.policy import schema


def filled(value: Any, node: schema.Schema | None = None) -> Any:
    """Return a sound document with what was left out filled in, names in the schema's order."""
    node = schema.resolved(node if node is not None else schema.schema())
    if isinstance(value, dict):
        return _filled_mapping(value, node)
    if isinstance(value, list):
        return [filled(item, node.get("items", {})) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _filled_mapping(value: dict[str, Any], node: schema.Schema) -> dict[str, Any]:
    known = node.get("properties")
    if known is None:
        other = node.get("additionalProperties", {})
        return {name: filled(value[name], other if isinstance(other, dict) else {}) for name in sorted(value)}
    whole = {}
    for name, inner in known.items():
        if name in value:
            whole[name] = filled(value[name], inner)
        elif "default" in schema.resolved(inner):
            whole[name] = copy.deepcopy(schema.resolved(inner)["default"])
    return whole


def slim(value: Any, node: schema.Schema | None = None) -> Any:
    """Return a document without what its defaults say anyway: how a file shows it. `filled(slim(x)) == x`.

    What the schema marks `x-written` is shown even then: people agree to what they read, not to what is understood.
    """
    node = schema.resolved(node if node is not None else schema.schema())
    if isinstance(value, list):
        return [slim(item, node.get("items", {})) for item in value]
    if not isinstance(value, dict):
        return value
    if "properties" not in node:  # names of its own: in an order that no database changes
        return {name: value[name] for name in sorted(value)}
    kept = {}
    for name, inner in node["properties"].items():
        if name not in value:
            continue
        found = schema.resolved(inner)
        if (
            "default" not in found
            or found.get("x-written")
            or value[name] != found["default"]
            or type(value[name]) is not type(found["default"])
        ):
            kept[name] = slim(value[name], inner)
    return kept


def changed(document: dict[str, Any], path: schema.Path_, value: Any) -> dict[str, Any]:
    """Return a document with the value at a path replaced; the given one stays as it is."""
    whole = copy.deepcopy(document)
    around: Any = whole
    for step in path[:-1]:
        around = around[step]
    around[path[-1]] = value
    return whole

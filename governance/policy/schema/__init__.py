"""The published JSON Schema of a policy file, and the few ways in which everything else looks at it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "policy-v1.json"
VERSION = "policy-v1"
Schema = dict[str, Any]
Path_ = tuple[str | int, ...]


@cache
def schema() -> Schema:
    """The JSON Schema as it is published. Treat it as read-only."""
    loaded: Schema = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def resolved(node: Schema) -> Schema:
    """A node with what its reference says, its own words first."""
    if "$ref" not in node:
        return node
    target = schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return {**resolved(target), **{name: value for name, value in node.items() if name != "$ref"}}


def node_at(path: Path_) -> Schema:
    """The schema of the value at a path; empty where the schema knows no such place."""
    found: Schema = schema()
    for step in path:
        found = resolved(found)
        inner = found.get("items") if isinstance(step, int) else found.get("properties", {}).get(step)
        if inner is None and isinstance(found.get("additionalProperties"), dict):
            inner = found["additionalProperties"]
        if inner is None:
            return {}
        found = inner
    return resolved(found)


def properties(path: Path_ = ()) -> dict[str, Schema]:
    """The known names of the mapping at a path, in the order in which a file shows them."""
    found: dict[str, Schema] = node_at(path).get("properties", {})
    return found

"""The published schema is a schema, and every word of it is there."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registry.contracts.plumbfile import file_schema
from registry.contracts.shape import (
    FAILURES,
    LOGGING,
    RUNGS,
    choices,
    logging_minimum,
    node,
    parts,
    place,
    pointer,
    schema,
)
from registry.contracts.validate import validate


def nodes(found: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, found
    for key, below in found.get("properties", {}).items():
        yield from nodes(below, f"{path}/{key}")
    if "items" in found:
        yield from nodes(found["items"], f"{path}[]")


@pytest.mark.parametrize("published", [schema(), file_schema()], ids=["contract", "file"])
def test_it_is_json_schema_2020_12(published):
    Draft202012Validator.check_schema(published)


@pytest.mark.parametrize(("path", "found"), list(nodes(schema())), ids=lambda one: one if isinstance(one, str) else "")
def test_every_place_is_named_bounded_and_closed(path, found):
    assert found["title"] and found["description"].endswith(".")
    if found["type"] == "object":
        assert found["additionalProperties"] is False
    if found["type"] == "array":
        assert found["maxItems"]
    if found["type"] == "string":
        assert "oneOf" in found or "const" in found or found["maxLength"]
    if found["type"] in ("number", "integer"):
        assert "minimum" in found and "maximum" in found


def test_its_example_is_sound():
    assert [validate(example) for example in schema()["examples"]] == [[]]


def test_nothing_is_demanded_of_a_draft():
    assert validate({}) == []
    assert (
        validate({part: [] if found["type"] == "array" else {} for part, found in parts().items() if found["type"] != "string"})
        == []
    )


def test_the_words_in_code_are_those_of_the_schema():
    assert set(RUNGS) == set(choices(node(("kill_switch", "rungs", 0))))
    assert set(FAILURES) == set(node(("fallback",))["properties"]) - {"description"}
    assert {field for added in LOGGING for field in added} <= set(choices(node(("auditability", "fields", 0))))
    assert logging_minimum(0) == LOGGING[0] and set(logging_minimum(4)) == {field for added in LOGGING for field in added}


def test_a_place_is_named_in_words_and_as_a_pointer():
    assert place(("authority", "tools", 1, "effect")) == "Authority, tool 2, effect"
    assert place(()) == "The contract"
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"

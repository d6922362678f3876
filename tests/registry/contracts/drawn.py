"""Contracts drawn at random by hypothesis: sound ones, of the published schema."""

from typing import Any

from hypothesis import strategies as st

from registry.contracts.consistency import inconsistencies
from registry.contracts.shape import Contract, schema

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n")
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=12)
PATTERNS: dict[str, Any] = {
    "^[A-Z]{3}$": st.sampled_from(["EUR", "USD", "NOK"]),
    "^[0-9a-f]{64}$": st.text("0123456789abcdef", min_size=64, max_size=64),
    "^[0-9a-f]{7,64}$": st.text("0123456789abcdef", min_size=7, max_size=12),
    "^(previous|[1-9][0-9]{0,5})$": st.sampled_from(["previous", "1", "13"]),
}


def value(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any value that the schema allows at this node."""
    if "const" in node:
        return st.just(node["const"])
    if "oneOf" in node:
        return st.sampled_from([option["const"] for option in node["oneOf"]])
    if node["type"] == "object":
        needed = set(node.get("required", ()))
        drawn = {key: value(below) for key, below in node["properties"].items()}
        return st.fixed_dictionaries(
            {key: one for key, one in drawn.items() if key in needed},
            optional={key: one for key, one in drawn.items() if key not in needed},
        )
    if node["type"] == "array":
        return st.lists(value(node["items"]), max_size=min(3, node["maxItems"]))
    return _scalar(node)


def _scalar(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    if node["type"] == "boolean":
        return st.booleans()
    if node["type"] == "integer":
        return st.integers(node["minimum"], node["maximum"])
    if node["type"] == "number":
        return st.floats(node["minimum"], node["maximum"], allow_nan=False) | st.integers(
            int(node["minimum"]), int(node["maximum"])
        )
    if "pattern" in node:
        return PATTERNS.get(node["pattern"], LINE)
    return st.text(LETTERS, max_size=min(40, node["maxLength"]))


def contracts() -> st.SearchStrategy[Contract]:
    """Contracts in which nothing is wrong."""
    return value(schema()).filter(lambda contract: not inconsistencies(contract))

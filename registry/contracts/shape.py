"""The published schema, read once, and the few ways in which everything else looks at it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).parent / "schema" / "contract-v1.json"
VERSION = "contract-v1"

Schema = dict[str, Any]
Contract = dict[str, Any]
Path_ = tuple[str | int, ...]


@cache
def schema() -> Schema:
    """The JSON Schema as it is published. Treat it as read-only."""
    loaded: Schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def parts() -> dict[str, Schema]:
    """The parts of a contract in reading order, each with its schema."""
    return {key: node for key, node in schema()["properties"].items() if key != "schema"}


FIVE = ("inputs", "outputs", "authority", "fallback", "auditability")

FAILURES = ("vendor_down", "slow", "refusal", "over_budget", "bad_output")
"""The failure modes for which a contract says what happens."""

RUNGS = ("human_review", "no_tools", "no_retrieval", "safer_model", "off")
"""The ladder below normal, from the lightest to the last."""

AUDIENCES = ("nobody", "internal", "customer", "public")
"""From the narrowest to the widest."""

EFFECTS = ("read", "write", "irreversible")
"""From the lightest to the heaviest."""

LOGGING: tuple[tuple[str, ...], ...] = (
    ("prompt", "prompt_version", "model", "output_fingerprint"),
    ("user", "sources", "human_edit"),
    ("trace", "retrieval_sources", "safety_signals"),
    ("immutable_trail", "retention_controls", "incident_deadlines"),
    ("tool_calls", "approvals", "rollback_artefacts"),
)
"""What each tier adds to the logging minimum of the tier below it."""


def logging_minimum(tier: int) -> tuple[str, ...]:
    """All that a tier must log at least."""
    return tuple(field for added in LOGGING[: max(tier, 0) + 1] for field in added)


def node(path: Path_) -> Schema | None:
    """The schema of the value at a path, or None where the schema knows no such place."""
    found: Schema | None = schema()
    for step in path:
        if found is None:
            return None
        found = found.get("items") if isinstance(step, int) else found.get("properties", {}).get(step)
    return found


def choices(found: Schema) -> dict[str, str]:
    """The choices of a value and what each is called."""
    return {option["const"]: option["title"] for option in found.get("oneOf", ())}


def said(path: Path_, value: Any) -> str:
    """How a chosen value is called: `said(("outputs", "audience"), "public")` is "The public"."""
    found = node(path)
    return choices(found).get(value, str(value)) if found else str(value)


def pointer(path: Path_) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def place(path: Path_) -> str:
    """A path in words: `Authority, tool 2, effect`."""
    words: list[str] = []
    for end in range(1, len(path) + 1):
        step, found = path[end - 1], node(path[:end])
        title = str(found["title"]) if found else str(step)
        words.append(f"{title} {step + 1}" if isinstance(step, int) else title)
    if not words:
        return "The contract"
    folded = [word for index, word in enumerate(words) if not _is_row_holder(path, index)]
    return ", ".join([folded[0], *(lower_first(word) for word in folded[1:])])


def _is_row_holder(path: Path_, index: int) -> bool:
    """A list whose row is named next needs no name of its own: `tool 2` says it."""
    return index + 1 < len(path) and isinstance(path[index + 1], int)


def lower_first(text: str) -> str:
    """The first letter small, unless the word is an abbreviation."""
    return text if text[1:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]

"""The table of dialects, read once and checked: which attribute of a span feeds which field, and how good a source it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from registry.usage.models import Outcome

FILE = Path(__file__).with_name("dialects.yaml")
FIELDS = (
    "claim", "service", "agent", "feature", "environment", "operation", "provider", "model", "region", "server", "endpoint",
    "prompt", "prompt_version", "tool", "entity", "classes", "tokens_in", "tokens_out", "tokens_cached", "cost_said",
    "outcome", "finish", "task", "error", "override_reason", "fingerprint",
)  # fmt: skip
"""What a span can say. Some lead to others: `server` to a region, `finish` to an outcome, `entity` to a tool's name."""
LOGGING = (
    "user", "sources", "retrieval_sources", "human_edit", "safety_signals", "tool_calls", "approvals", "rollback_artefacts",
    "immutable_trail", "prompt_version", "model", "output_fingerprint", "trace", "prompt",
)  # fmt: skip
"""Logging fields of policy that a span can show; each has one bit of a mask."""
BIT = {key: 1 << place for place, key in enumerate(LOGGING)}
SECTIONS = {"version", "fields", "logging", "texts", "events", "operations", "outcomes", "refusals", "servers"}
MOST_KEYS = 20_000
"""Attribute names that are remembered, known or not; beyond that all are forgotten and looked at anew."""


class BadDialects(ValueError):
    """The table contradicts itself or names what there is not."""


class Meaning(NamedTuple):
    """What one attribute says: `field` (None: none) and how late it comes in its order, bits of logging fields, a text."""

    field: str | None = None
    rank: int = 0
    bits: int = 0
    text: str = ""


@dataclass(frozen=True)
class Operation:
    """What an operation's word means: its name here, and whether it is a call of a model, of a tool, or neither."""

    name: str
    call: str


class Dialects:
    """The table in the form in which spans are read."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        _check(data)
        self.fields: dict[str, list[str]] = {name: list(data["fields"][name]) for name in FIELDS}
        self.logging: dict[str, list[str]] = {name: list(names) for name, names in data["logging"].items()}
        self.texts: dict[str, list[str]] = {kind: list(names) for kind, names in data["texts"].items()}
        self.operations = {word: Operation(name, one["is"]) for name, one in data["operations"].items() for word in one["said"]}
        self.outcomes = {word: int(Outcome[name.upper()]) for name, words in data["outcomes"].items() for word in words}
        self.refusals = frozenset(data["refusals"])
        self.servers = tuple(re.compile(pattern) for pattern in data["servers"])
        self.events = {name: kind for kind, names in data["events"].items() for name in names}
        self._exact = self._known()
        self._patterns = [
            (re.compile("^" + re.escape(name).replace(r"\*", ".+") + "$"), Meaning(text=kind, rank=rank))
            for kind, names in self.texts.items()
            for rank, name in enumerate(names)
            if "*" in name
        ]
        self.kept: dict[str, Meaning | None] = dict(self._exact)

    def meaning(self, key: str) -> Meaning | None:
        """Return what an attribute means, None for one that says nothing here; remembered under its name."""
        found = next((meaning for pattern, meaning in self._patterns if pattern.match(key)), None)
        if len(self.kept) >= MOST_KEYS:
            self.kept = dict(self._exact)
        if len(key) <= 200:
            self.kept[key] = found
        return found

    def _known(self) -> dict[str, Meaning]:
        """Return what each attribute means that is named in full."""
        bits: dict[str, int] = {}
        for name, keys in self.logging.items():
            for key in keys:
                bits[key] = bits.get(key, 0) | BIT[name]
        known = {key: Meaning(bits=mask) for key, mask in bits.items()}
        for name, keys in self.fields.items():
            for rank, key in enumerate(keys):
                known[key] = Meaning(name, rank, bits.get(key, 0))
        for kind, keys in self.texts.items():
            for rank, key in enumerate(keys):
                if "*" not in key:
                    known[key] = Meaning(rank=rank, text=kind)
        return known


@lru_cache(maxsize=1)
def dialects() -> Dialects:
    """Return the table that is shipped. Raises BadDialects; asked for at start, so that a broken one never serves."""
    return Dialects(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def table() -> str:
    """Return the table of fields as it stands in docs/observations.md: Markdown, one row a field."""
    held = dialects()
    rows = [(name, keys) for name, keys in held.fields.items()]
    rows += [(f"logging: {name}", keys) for name, keys in held.logging.items()]
    rows += [(f"text: {kind}", keys) for kind, keys in held.texts.items()]
    lines = ["| field | attributes, the first that says something counts |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {', '.join(f'`{key}`' for key in keys)} |" for name, keys in rows)])


def _check(data: Mapping[str, Any]) -> None:
    if data.get("version") != 1 or set(data) != SECTIONS:
        raise BadDialects(f"The table of dialects needs version 1 and exactly {', '.join(sorted(SECTIONS))}.")
    if wrong := set(data["fields"]) ^ set(FIELDS):
        raise BadDialects(f"Fields that are missing or unknown: {', '.join(sorted(wrong))}.")
    if wrong := set(data["logging"]) - set(LOGGING):
        raise BadDialects(f"Logging fields that there are not: {', '.join(sorted(wrong))}.")
    seen: set[str] = set()
    for key in _once(data):
        if key in seen:
            raise BadDialects(f"{key} is named twice: one attribute means one thing.")
        seen.add(key)
    if wrong := {one["is"] for one in data["operations"].values()} - {"model", "tool", "neither"}:
        raise BadDialects(f"An operation is a call of a model, of a tool, or neither; not {', '.join(sorted(wrong))}.")


def _once(data: Mapping[str, Any]) -> Iterator[str]:
    for names in (*data["fields"].values(), *data["texts"].values()):
        yield from names
    for one in data["operations"].values():
        yield from (f"operation {word}" for word in one["said"])

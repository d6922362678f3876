"""What a contract names: prompts, retrieval sources, tools and routes, each with the version it means. Pure functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.core import digest
from registry.assets.models import Asset, AssetVersion
from registry.contracts.canonical import line_feeds, text_hash

ROUTES = "routes"
"""The key under which the routes of a surface stand: a contract has one list of them, without a name of its own."""
LONGEST_LABEL = 200
SHORT = 12
"""Digits of a commit or hash that stand for a label where the contract gives none."""

Kind = Asset.Kind
DigestOf = AssetVersion.DigestOf


@dataclass(frozen=True, slots=True)
class Named:
    """One asset as a contract names it: its kind and key, the label of the version, its hash, and what is held of it."""

    kind: str
    key: str
    label: str
    digest: str
    digest_of: str
    held: dict[str, Any] = field(default_factory=dict)


def prompt(row: Mapping[str, Any]) -> Named:
    """Return a prompt as a contract's row names it; the hash is that of the words wherever they are known."""
    place = {name: row.get(name, "") for name in ("repository", "path", "commit")}
    label = row.get("version") or place["commit"][:SHORT]
    if row.get("text"):
        held = {**place, "text": line_feeds(row["text"])}
        found, of = text_hash(held["text"]), DigestOf.WORDS
    elif row.get("sha256"):
        held, found, of = dict(place), row["sha256"], DigestOf.GIVEN
    elif place["repository"] and place["commit"]:
        held, found, of = dict(place), digest.digest(place), DigestOf.PLACE
    else:
        held = {**place, "facts": [{"version": label}]}
        found, of = facts_digest(held), DigestOf.FACTS
    return Named(Kind.PROMPT, row["key"], (label or found[:SHORT])[:LONGEST_LABEL], found, of, held)


def source(row: Mapping[str, Any]) -> Named:
    """Return a retrieval source; its snapshot is its version, and where it has none the hash of what is said of it."""
    held = {name: row.get(name, "") for name in ("snapshot", "documents", "access")}
    found = facts_digest(held)
    return Named(Kind.RETRIEVAL, row["key"], (held["snapshot"] or found[:SHORT])[:LONGEST_LABEL], found, DigestOf.FACTS, held)


def routes(contract: Mapping[str, Any], endpoints: Mapping[str, Mapping[str, Any]], label: str) -> Named | None:
    """Return the routes of a contract with what the catalogue says of each endpoint, so that a silent swap changes the hash."""
    rows = [{**dict(row), **endpoints.get(row["endpoint"], {})} for row in contract.get("routes", [])]
    if not rows:
        return None
    held = {"facts": [_as_written(row) for row in rows]}
    return Named(Kind.ROUTE, ROUTES, label, facts_digest(held), DigestOf.FACTS, held)


def tool(facts: Mapping[str, Any], label: str) -> Named:
    """Return a tool of the catalogue; `facts` is what the catalogue says that it can do."""
    held = {"facts": [_as_written(facts)]}
    return Named(Kind.TOOL, facts["key"], label, facts_digest(held), DigestOf.FACTS, held)


def prompts_and_sources(contract: Mapping[str, Any]) -> Iterator[Named]:
    """Return what a contract itself gives versions of, each key once."""
    yield from (prompt(row) for row in _once(contract.get("prompts", [])))
    yield from (source(row) for row in _once(contract.get("retrieval", [])))


def tool_keys(contract: Mapping[str, Any]) -> list[str]:
    """Return the keys of the tools that a contract lets a model call."""
    return list(dict.fromkeys(row["key"] for row in contract.get("authority", {}).get("tools", [])))


def endpoint_keys(contract: Mapping[str, Any]) -> list[str]:
    """Return the keys of the endpoints that a contract routes to."""
    return list(dict.fromkeys(row["endpoint"] for row in contract.get("routes", [])))


def facts_digest(held: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON of snapshot, documents, access scope and facts."""
    names = ("snapshot", "documents", "access")
    return digest.digest({**{name: held.get(name, "") for name in names}, "facts": held.get("facts", [])})


def clashing(label: str, found: str) -> str:
    """Return the label under which other words are kept that came under a label already taken."""
    return f"{label} ({found[:8]})"


def _once(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({row["key"]: row for row in rows}.values())


def _as_written(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whole shares as integers, so that the same routes have the same hash from any database."""
    return {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in row.items()}

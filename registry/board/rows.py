"""The lines of an answer as rows of a file, for CSV, XLSX and JSON. People by reference; everything else in plain words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from registry.board import telling
from registry.board.question import STANDINGS, STOPS

Read = Callable[[Mapping[str, Any]], Any]
TOUCHED: tuple[tuple[str, str, Read], ...] = (
    ("standing", "Standing", lambda line: STANDINGS[line["standing"]]),
    ("model", "Model", lambda line: line["model"]),
    ("tool", "Tool", lambda line: line["tool"]),
    ("region", "Region", lambda line: line["region"]),
    ("vendor", "Vendor", lambda line: (line["vendor"] or {}).get("name") or line["provider"]),
    ("endpoint", "Endpoint", lambda line: (line["endpoint"] or {}).get("key", "")),
    ("surface", "Surface", lambda line: (line["surface"] or {}).get("key", "")),
    ("surface_name", "Surface name", lambda line: (line["surface"] or {}).get("name") or line["named"]),
    ("tier", "Tier", lambda line: (line["surface"] or {}).get("tier")),
    ("owner", "Owner", lambda line: line["owner"]),
    ("team", "Team", lambda line: (line["team"] or {}).get("name", "")),
    ("data_classes", "Data classes", lambda line: ", ".join(line["classes"])),
    ("classes_from", "Data classes from", lambda line: ", ".join(line["classes_from"])),
    ("calls", "Calls", lambda line: line["calls"]),
    ("first_at", "First call, UTC", lambda line: line["first_at"]),
    ("last_at", "Last call, UTC", lambda line: line["last_at"]),
    ("reasons", "Why not approved", telling.reasons),
    ("revision", "Revision", lambda line: (line["revision"] or {}).get("number")),
    ("revision_sha256", "Revision SHA-256", lambda line: (line["revision"] or {}).get("sha256", "")),
    ("in_force_since", "In force since, UTC", lambda line: (line["approval"] or {}).get("since", "")),
    ("change", "Change", lambda line: (line["approval"] or {}).get("change", "")),
    ("policy", "Policy", lambda line: (line["approval"] or {}).get("policy", "")),
    ("approved_by", "Approved by", lambda line: _people(line, "person")),
    ("approved_as", "Approved as", lambda line: _people(line, "position")),
    ("approved_at", "Approved at, UTC", lambda line: _people(line, "at")),
    ("findings", "Findings", lambda line: ", ".join(line["findings"])),
    ("ledger_entries", "Ledger entries", lambda line: _people(line, "entry")),
)
STOPPED: tuple[tuple[str, str, Read], ...] = (
    ("goes_on", "Goes on", lambda line: "yes" if line["works"] else "no"),
    ("surface", "Surface", lambda line: line["surface"]["key"]),
    ("surface_name", "Surface name", lambda line: line["surface"]["name"]),
    ("tier", "Tier", lambda line: line["surface"]["tier"]),
    ("owner", "Owner", lambda line: line["owner"]),
    ("team", "Team", lambda line: (line["team"] or {}).get("name", "")),
    ("loses", "Loses", lambda line: ", ".join(line["gone"])),
    ("takes_over", "Takes over", lambda line: ", ".join(line["takes_over"])),
    ("why", "Why nothing else does", lambda line: " ".join(line["why"])),
    ("instead", "Instead", lambda line: line["instead"]),
    ("calls", "Calls", lambda line: line["calls"]),
    ("last_at", "Last call, UTC", lambda line: line["last_at"]),
)


def table(content: Mapping[str, Any], form: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Return heads and rows of an answer; in JSON the heads are the columns' keys."""
    columns = STOPPED if content["question"]["asks"] == STOPS else TOUCHED
    heads = [key if form == "json" else label for key, label, _ in columns]
    return heads, ([read(line) for _, _, read in columns] for line in content["lines"])


def _people(line: Mapping[str, Any], part: str) -> str:
    said = (each[part] for each in (line["approval"] or {}).get("people", ()))
    return ", ".join(str(each) for each in said if each)

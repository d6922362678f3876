"""What stops if a vendor, an endpoint or a model stops: what would become of each surface, beside what it did lately."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from governance.core import digest
from registry.board.grouping import Seen
from registry.board.question import Question
from registry.catalog.models import Endpoint, Vendor
from registry.continuity import queries as continuity
from registry.continuity.foresee import Line
from registry.surfaces.models import Surface


def things(question: Question) -> list[Any]:
    """Return what is to stop: the vendors, the endpoints, and the endpoints of the models that are named."""
    vendors = list(Vendor.objects.filter(key__in=question.vendors))
    named = Endpoint.objects.filter(key__in=question.endpoints) | Endpoint.objects.filter(model__in=question.models)
    return vendors + list(named.select_related("vendor").order_by("key")) if question.endpoints or question.models else vendors


def plain(user: Any, question: Question, found: Iterable[Seen]) -> list[dict[str, Any]]:
    """Return one line for each surface that relies on it or called it, those that would stop first.

    A surface that loses several things at once goes on only where it would go on without each of them: what takes over one
    may be what another lost, so that is said as "why" and never reckoned as safe.
    """
    gone = things(question)
    foreseen: dict[str, list[Line]] = {}
    for thing in gone:
        for line in continuity.seen(user, continuity.outlook(thing))[0]:
            foreseen.setdefault(line.surface, []).append(line)
    calls = _calls(found)
    owners = _owners(foreseen.keys() | calls.keys())
    wanted = {row["key"] for row in owners.values()}
    lines = [_line(owners[key], foreseen.get(key, []), calls.get(key)) for key in sorted(wanted)]
    kept = (line for line in lines if _fits(line, question))
    return sorted(kept, key=lambda line: (line["works"], -(line["surface"]["tier"] or 0), -line["calls"], line["surface"]["key"]))


def _calls(found: Iterable[Seen]) -> dict[str, dict[str, Any]]:
    calls: dict[str, dict[str, Any]] = {}
    for seen in found:
        if seen.surface is None:
            continue
        held = calls.setdefault(Surface(pk=seen.surface).key, {"calls": 0, "first": seen.first_at, "last": seen.last_at})
        held["calls"] += seen.calls
        held["first"], held["last"] = min(held["first"], seen.first_at), max(held["last"], seen.last_at)
    return calls


def _owners(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    numbers = [int(key.removeprefix("S-")) for key in keys]
    rows = Surface.objects.filter(pk__in=numbers).order_by()
    found = rows.values("pk", "name", "tier", "state", "owner__ref", "owner__is_active", "team__key", "team__name")
    return {(key := Surface(pk=row["pk"]).key): {**row, "key": key} for row in found}


def _line(row: Mapping[str, Any], foreseen: list[Line], calls: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what would become of one surface; one that only called it, and is approved for nothing, loses that too."""
    works = bool(foreseen) and all(line.works for line in foreseen)
    told = [asdict(line) for line in foreseen]
    return {
        "surface": {"key": row["key"], "name": row["name"], "tier": row["tier"], "state": row["state"]},
        "owner": row["owner__ref"] if row["owner__is_active"] else "",
        "team": {"key": row["team__key"], "name": row["team__name"]} if row["team__key"] else None,
        "works": works,
        "approved": bool(foreseen),
        "gone": list(dict.fromkeys(each for line in told for each in line["gone"])),
        "takes_over": list(dict.fromkeys(each for line in told for each in line["takes_over"])),
        "why": list(dict.fromkeys(each for line in told for each in line["why"])),
        "instead": next((line["instead"] for line in told if line["instead"]), ""),
        "calls": calls["calls"] if calls else 0,
        "first_at": digest.plain(calls["first"]) if calls else "",
        "last_at": digest.plain(calls["last"]) if calls else "",
    }


def _fits(line: Mapping[str, Any], question: Question) -> bool:
    """Whether a line is within what the question is narrowed to."""
    if question.surfaces and line["surface"]["key"] not in question.surfaces:
        return False
    return not question.teams or (line["team"] or {}).get("key") in question.teams


def totals(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Add up what would stop and what would go on."""
    stopped = [line for line in lines if not line["works"]]
    return {
        "lines": len(lines),
        "calls": sum(line["calls"] for line in lines),
        "stop": len(stopped),
        "stop_calls": sum(line["calls"] for line in stopped),
        "go_on": len(lines) - len(stopped),
    }

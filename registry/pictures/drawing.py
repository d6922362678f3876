"""The map as plain data: what page, file, document and REST draw or tell from the same."""

from collections.abc import Iterable
from typing import Any

from governance.ui import pictures
from registry.pictures.queries import Found
from registry.pictures.ways import APPROVED, NOT_APPROVED, UNKNOWN

COLUMNS = ("Surfaces", "Endpoints", "Vendors", "Data classes")
TOGETHER = {"surface": "Surfaces", "team": "Surfaces, by team", "tier": "Surfaces, by tier"}
HEAD = ("from", "to", "approved", "calls", "calls_approved", "calls_not_approved", "calls_unknown")


def data(found: Found) -> dict[str, Any]:
    """Return what `pictures.drawn` draws."""
    columns = []
    for number, column in enumerate(found.map.columns):
        labels = [(box.key, found.named[box.key]) for box in column]
        nodes = [{"key": key, "name": one.name, "detail": one.detail, "url": one.url, "tone": one.tone} for key, one in labels]
        columns.append({"name": TOGETHER[found.by] if number == 0 else COLUMNS[number], "nodes": nodes})
    links = [
        {"start": each.start, "end": each.end, "weight": calls, "kind": kind, "said": "" if calls else "no calls"}
        for each in found.map.streams
        for kind, calls in each.tally.kinds
    ]
    title = "Map of surfaces, endpoints, vendors and data classes"
    return {"picture": "flow", "columns": columns, "links": links, "title": title, "unit": "calls", "finding": finding(found)}


def picture(found: Found) -> pictures.Picture:
    """Return the map drawn."""
    return pictures.drawn(data(found))


def finding(found: Found) -> str:
    """Say what the map shows, what is not approved first."""
    calls = {standing: found.map.calls(standing) for standing in (NOT_APPROVED, UNKNOWN, APPROVED)}
    total = sum(calls.values())
    over = f"{found.surfaces:,} surface{'s'[: found.surfaces != 1]}, {found.approved:,} with a contract in force."
    if not total:
        return f"{over} No calls were seen from {found.asked.since:%-d %B} to {found.asked.until:%-d %B %Y}."
    bad = f"{calls[NOT_APPROVED]:,} of {total:,} calls were not approved" if calls[NOT_APPROVED] else f"{total:,} calls were seen"
    unclear = f", of {calls[UNKNOWN]:,} it cannot be told" if calls[UNKNOWN] else ""
    none = "" if calls[NOT_APPROVED] else ", none of them unapproved"
    return f"{bad}{none}{unclear}, from {found.asked.since:%-d %B} to {found.asked.until:%-d %B %Y}. {over}"


def table(found: Found) -> Iterable[list[Any]]:
    """Return the streams as rows: ends by name, whether a contract allows it, calls in all and by standing."""
    for each in found.map.streams:
        names = [found.named[each.start].name, found.named[each.end].name]
        calls = [each.tally.calls[standing] for standing in (APPROVED, NOT_APPROVED, UNKNOWN)]
        yield [*names, "yes" if each.tally.allowed else "no", each.tally.total, *calls]

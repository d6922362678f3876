"""What the pages of one path, one trace, one sealed hour and a surface's tab show, as plain data for their templates."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from governance.ledger.models import Entry
from governance.ui import pictures
from governance.ui.pictures import Series
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from registry.usage import queries
from registry.usage.models import FIGURES, ClassesFrom, Observation, SealedHour, UsagePath
from registry.usage.observed import queries as observed
from registry.usage.observed import words
from registry.usage.pricing import company_currency
from registry.usage.queries import Row, Where
from registry.usage.sealing import hours

MOST_LINES = 100
NAMES = {
    "claim": "Surface as named",
    "service": "Service",
    "agent": "Agent",
    "feature": "Feature",
    "environment": "Environment",
    "operation": "Operation",
    "provider": "Provider",
    "model": "Model",
    "endpoint_said": "Endpoint as named",
    "region": "Region",
    "prompt": "Prompt",
    "tool": "Tool",
}
MATCHED = {
    "claim": "by the key or id that the span names",
    "claim_alias": "by another name that the span gives it",
    "source": "because its source sends for it alone",
    "service": "by the name of the service",
    "agent": "by the name of the agent",
    "": "",
}
CLASSES = {
    ClassesFrom.SPAN: "said by the program",
    ClassesFrom.CONTRACT: "all that the contract in force names, since the program said none",
    ClassesFrom.NOWHERE: "not known",
}


def overview(user: Any, path: UsagePath) -> dict[str, Any]:
    """Return what a path's page shows: what was seen, what it was matched to, what speaks against it, its calls by day."""
    start, end = observed.period()
    days = queries.series(user, start=start, end=end, where=Where(paths=[path.pk]))[()]
    return {
        "said": [(label, getattr(path, name)) for name, label in NAMES.items() if getattr(path, name)],
        "matched_how": MATCHED.get(path.matched_by, ""),
        "classes": path.classes.split(),
        "classes_from": CLASSES[ClassesFrom(path.classes_from)],
        "missing": [each.replace("_", " ") for each in path.missing.split()],
        "reasons": words.reasons_of(path),
        "figures": figures(total(days)),
        "picture": by_day(days, "stop" if path.standing == "not_approved" else ""),
        "first_days": observed.SHOWN_DAYS,
    }


def total(rows: Sequence[Row]) -> Row:
    """Add rows up."""
    names = (*FIGURES, "slowest_ms")
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    sums["slowest_ms"] = max((row.slowest_ms for row in rows), default=0)
    first = [row.first_at for row in rows if row.first_at]
    last = [row.last_at for row in rows if row.last_at]
    return Row({}, **sums, first_at=min(first, default=None), last_at=max(last, default=None))


def figures(row: Row) -> list[tuple[str, str]]:
    """Return what calls came to, as label and words."""
    currency = company_currency()
    found = [("Calls", f"{row.calls:,}")]
    if row.errors:
        found.append(("Failed", f"{row.errors:,}"))
    if row.overridden:
        found.append(("Changed by a person", f"{row.overridden:,}"))
    if row.refused:
        found.append(("Refused by the model", f"{row.refused:,}"))
    found += [("Tokens in", f"{row.tokens_in:,}"), ("Tokens out", f"{row.tokens_out:,}")]
    found.append(("Cost", words.money(row.cost, currency) if row.calls > row.unpriced else "no price known"))
    if row.mean_ms is not None:
        found.append(("Mean time", f"{row.mean_ms:,.0f} ms"))
    if row.tasks:
        found.append(("Tasks done well", f"{row.tasks_ok:,} of {row.tasks:,}"))
    return found


def by_day(rows: Sequence[Row], tone: str = "") -> Any:
    """Draw calls by day."""
    points = [(f"{row.of['day']:%-d %b}", row.calls) for row in rows]
    return pictures.bars([Series("Calls", points, tone=tone)], title=f"Calls by day, {len(points)} days")


def calls(user: Any, path: UsagePath, before: str) -> dict[str, Any]:
    """Return single calls of a path, newest first."""
    rows, older = observed.calls_of(path, before=before)
    return {"calls": [call_line(row) for row in rows], "older": older, "is_later": bool(before)}


def call_line(row: Observation) -> dict[str, Any]:
    """Return one call as a line."""
    trace = row.trace.hex if isinstance(row.trace, UUID) else ""
    return {
        "at": row.at,
        "outcome": words.outcome_of(row.outcome),
        "tokens_in": row.tokens_in,
        "tokens_out": row.tokens_out,
        "latency_ms": row.latency_ms,
        "cost": words.money(row.cost, company_currency()),
        "error": row.error,
        "override_reason": row.override_reason,
        "trace": trace,
        "trace_url": reverse("usage-trace", args=[trace]) if trace else "",
    }


def sealed(sealed_hour: SealedHour) -> dict[str, Any]:
    """Return what the page of a sealed hour shows: its entry, and its deliveries."""
    rows = hours.batches_of(sealed_hour.hour).select_related("source", "sender")
    entry = Entry.objects.filter(
        kind="usage.hour_sealed", subject_type="registry.sealedhour", subject_id=str(sealed_hour.pk)
    ).first()
    return {"batches": rows[:200], "entry": entry, "more": max(sealed_hour.batches - 200, 0)}


def tab(user: Any, surface: Surface) -> dict[str, Any]:
    """Return what a surface's tab shows: what its revision in force allows beside what was seen of late."""
    start, end = observed.period()
    where = Where(surfaces=[surface.pk])
    by = ("endpoint", "model", "provider", "region", "tool", "standing", "path", "revision")
    rows = queries.sums(user, start=start, end=end, by=by, where=where)
    revision = surface.in_force
    contract: Mapping[str, Any] = revision.contract if revision else {}
    days = queries.series(user, start=start, end=end, by=("standing",), where=where)
    return {
        "revision": revision,
        "routes": _routes(contract, rows),
        "tools": _tools(contract, rows),
        "classes": _classes(user, contract, where, start, end),
        "not_approved": _against(rows),
        "figures": figures(total(rows)),
        "picture": _by_standing(days) if rows else None,
        "list_url": f"{reverse('usage-paths')}?surface={surface.pk}",
        "seen": bool(rows),
        "days": observed.SHOWN_DAYS,
    }


def _routes(contract: Mapping[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The routes of the revision in force, each with what was seen of it, then endpoints that were seen without one."""
    models = [row for row in rows if not row.of["tool"]]
    keys = [row["endpoint"] for row in contract.get("routes") or ()]
    ids = {row.of["endpoint"] for row in models} - {None}
    named = Endpoint.objects.select_related("vendor").filter(Q(key__in=keys) | Q(pk__in=ids)).order_by("name")
    by_key = {each.key: each for each in named}
    found = []
    for key in dict.fromkeys(keys):
        endpoint = by_key.get(key)
        some = [row for row in models if endpoint is not None and row.of["endpoint"] == endpoint.pk]
        roles = ", ".join(row["role"] for row in contract["routes"] if row["endpoint"] == key)
        found.append(_line(str(endpoint or key), endpoint, roles, some, approved=True))
    for endpoint in by_key.values():
        if endpoint.key not in keys:
            some = [row for row in models if row.of["endpoint"] == endpoint.pk]
            found.append(_line(str(endpoint), endpoint, "", some, approved=False))
    for model, region in dict.fromkeys((row.of["model"], row.of["region"]) for row in models if row.of["endpoint"] is None):
        some = [row for row in models if row.of["endpoint"] is None and (row.of["model"], row.of["region"]) == (model, region)]
        found.append(_line(model or "Model not said", None, "", some, approved=False, region=region))
    return found


def _line(
    name: str, endpoint: Endpoint | None, roles: str, rows: Sequence[Row], *, approved: bool, region: str = ""
) -> dict[str, Any]:
    row = total(rows)
    if not row.calls:
        state = ("wait", "Not seen")
    elif approved:
        state = ("held", "As approved")
    else:
        state = ("stop", "Not approved")
    return {
        "name": name,
        "url": endpoint.get_absolute_url() if endpoint else "",
        "vendor": endpoint.vendor.name if endpoint else "",
        "region": endpoint.region if endpoint else region,
        "roles": roles,
        "state": state,
        "calls": row.calls,
        "last_at": row.last_at,
    }


def _tools(contract: Mapping[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    allowed = [row["key"] for row in (contract.get("authority") or {}).get("tools") or ()]
    seen = {row.of["tool"] for row in rows if row.of["tool"]}
    keys = [*allowed, *sorted(seen - set(allowed))]
    return [
        _line(key, None, "", [row for row in rows if row.of["tool"] == key], approved=key in allowed)
        for key in dict.fromkeys(keys)
    ]


def _classes(user: Any, contract: Mapping[str, Any], where: Where, start: Any, end: Any) -> list[dict[str, Any]]:
    allowed = [row["key"] for row in (contract.get("inputs") or {}).get("data_classes") or ()]
    rows = queries.sums(user, start=start, end=end, by=("data_class", "classes_from"), where=where)
    said = [row for row in rows if row.of["data_class"]]
    keys = [*allowed, *sorted({row.of["data_class"] for row in said} - set(allowed))]
    found = []
    for key in dict.fromkeys(keys):
        line = _line(key, None, "", [row for row in said if row.of["data_class"] == key], approved=key in allowed)
        by_program = sum(row.calls for row in said if row.of["data_class"] == key and row.of["classes_from"] == ClassesFrom.SPAN)
        found.append({**line, "by_program": by_program})
    return found


def _against(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What was not approved, most calls first: ways of use that differ in nothing of this are one line."""
    some = [row for row in rows if row.of["standing"] != "approved"][:MOST_LINES]
    paths = UsagePath.objects.in_bulk([row.of["path"] for row in some])
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in some:
        if (path := paths.get(row.of["path"])) is None:
            continue
        key = (words.what(path), path.region, path.standing, tuple(path.reasons))
        line = found.setdefault(key, _way(path))
        line["calls"] += row.calls
        line["last_at"] = max(filter(None, (line["last_at"], row.last_at)), default=None)
    return sorted(found.values(), key=lambda line: -line["calls"])


def _way(path: UsagePath) -> dict[str, Any]:
    told = {"path": path, "what": words.what(path), "region": path.region, "state": words.standing_of(path)}
    return {**told, "reasons": words.reasons_of(path), "calls": 0, "last_at": None}


def _by_standing(days: Mapping[tuple[Any, ...], Sequence[Row]]) -> Any:
    tones = {"approved": ("As approved", "ok"), "not_approved": ("Not approved", "stop"), "unknown": ("Cannot be told", "warn")}
    series = [
        Series(tones[key][0], [(f"{row.of['day']:%-d %b}", row.calls) for row in days[(key,)]], tone=tones[key][1])
        for key in tones
        if (key,) in days
    ]
    return pictures.bars(series, title=f"Calls by day, {observed.SHOWN_DAYS} days")

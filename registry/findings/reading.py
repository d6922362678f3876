"""What a finding's page shows: calls by day, what was approved beside what was seen, where, and the last calls."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.policy import queries as policy
from governance.ui import pictures
from governance.ui.pictures import Series
from registry.catalog.models import Endpoint
from registry.findings import queries
from registry.findings.differences import against
from registry.findings.models import Finding
from registry.usage import queries as usage
from registry.usage.models import Observation, UsagePath
from registry.usage.queries import Where

DAYS, LAST, MOST_PATHS = 28, 10, 100


def overview(user: Any, finding: Finding) -> dict[str, Any]:
    """Return all that the overview shows."""
    paths = list(
        usage.visible_to(user)
        .filter(finding_paths__finding=finding)
        .select_related("source", "endpoint", "revision")
        .order_by("-pk")[:MOST_PATHS]
    )
    return {
        "picture": _by_day(user, finding, paths),
        "beside": _beside(finding, paths),
        "calls": _last_calls(finding, paths),
        "finding": finding,
    }


def where_seen(user: Any, finding: Finding) -> dict[str, Any]:
    """Return the ways of use that a finding rests on, each with what it came to."""
    paths = list(queries.paths_of(finding).filter(pk__in=usage.visible_to(user).values("pk")).select_related("source", "endpoint")
                 .order_by("-pk")[:MOST_PATHS])  # fmt: skip
    counted = usage.last([path.pk for path in paths])
    lines = [
        {
            "who": path.claim or path.service or path.agent or "–",
            "source": path.source,
            "model": path.model or path.tool or "–",
            "region": path.region or "–",
            "environment": path.environment or "–",
            "says": against(path.reasons),
            "row": counted.get(path.pk),
        }
        for path in paths
    ]
    return {"lines": lines, "more": len(paths) == MOST_PATHS}


def _by_day(user: Any, finding: Finding, paths: Iterable[UsagePath]) -> Any:
    pks = [path.pk for path in paths]
    if not pks:
        return None
    end = clock.today()
    days = usage.series(user, start=end - timedelta(days=DAYS - 1), end=end, where=Where(paths=pks))[()]
    points = [(f"{row.of['day']:%-d %b}", row.calls) for row in days]
    if not any(calls for _, calls in points):
        return None
    tone = "stop" if finding.is_open else ""
    return pictures.bars([Series("Calls", points, tone=tone)], title=f"Calls by day, last {DAYS} days", unit="calls")


def _beside(finding: Finding, paths: list[UsagePath]) -> list[dict[str, Any]]:
    """Return what is approved now beside what was seen: models with their regions, data classes, tools."""
    surface = finding.surface
    if surface is None:
        return []
    contract = surface.in_force.contract if surface.in_force is not None else {}
    routes = [row["endpoint"] for row in contract.get("routes", ())]
    known = {each.key: each for each in Endpoint.objects.filter(key__in=routes)}
    names = {each.key: each.name for each in policy.data_classes(retired=True)}
    approved = [
        f"{known[key].model}, {known[key].region or 'any region'}" if key in known else key for key in dict.fromkeys(routes)
    ]
    classes = [row["key"] for row in contract.get("inputs", {}).get("data_classes", ())]
    tools = [row["key"] for row in contract.get("authority", {}).get("tools", ())]
    seen_models = _distinct(f"{path.model}, {path.region or 'region not said'}" for path in paths if path.model)
    seen_classes = _distinct(key for path in paths if path.classes_from == "span" for key in path.classes.split())
    seen_tools = _distinct(path.tool for path in paths if path.tool)
    lines = [
        ("Models", approved, seen_models),
        ("Data classes", [names.get(key, key) for key in classes], [names.get(key, key) for key in seen_classes]),
        ("Tools", tools, seen_tools),
    ]
    return [{"what": what, "approved": held, "seen": seen} for what, held, seen in lines if seen]


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _last_calls(finding: Finding, paths: list[UsagePath]) -> list[Observation]:
    """Return the last calls that are still kept one by one: those of the day before it was last seen."""
    last = finding.tally.last_at if hasattr(finding, "tally") else None
    if last is None or not paths:
        return []
    rows = Observation.objects.filter(path__in=[path.pk for path in paths], at__gte=last - timedelta(days=1), at__lte=last)
    by_pk = {path.pk: path for path in paths}
    found = list(rows.order_by("-at")[:LAST])
    for row in found:
        row.seen = by_pk[row.path_id]  # type: ignore[attr-defined]
    return found

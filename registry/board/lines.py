"""Lines of an answer as plain data: what was seen beside what was approved. People appear by reference only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from governance.core import digest
from registry.board import approving
from registry.board.grouping import Group
from registry.catalog.models import Endpoint
from registry.findings.models import Finding, FindingPath
from registry.surfaces.models import Surface
from registry.usage.models import Standing

CALLED = ("pk", "key", "name", "model", "region", "vendor__key", "vendor__name")


@dataclass(frozen=True)
class Known:
    """What the lines name, by id: read once for all of them."""

    surfaces: Mapping[int, dict[str, Any]]
    endpoints: Mapping[int, dict[str, Any]]
    approvals: Mapping[int, list[approving.Approval]]
    findings: Mapping[int, list[str]]


def endpoints_of(groups: Iterable[Group]) -> dict[int, dict[str, Any]]:
    """Return the endpoints that were reached, with model and vendor, by id."""
    wanted = {group.first.endpoint for group in groups if group.first.endpoint}
    rows = Endpoint.objects.filter(pk__in=wanted).order_by().values(*CALLED) if wanted else ()
    return {row["pk"]: dict(row) for row in rows}


def plain(groups: Collection[Group], endpoints: Mapping[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of these groups in their order. A fixed number of statements, however many they are."""
    known = Known(
        _surfaces({group.first.surface for group in groups if group.first.surface}),
        endpoints,
        approving.approvals({group.first.revision for group in groups if group.first.revision}),
        _findings([path for group in groups if group.first.standing != Standing.APPROVED for path in group.paths]),
    )
    return [_line(group, known) for group in groups]


def _findings(paths: list[int]) -> dict[int, list[str]]:
    """Return the findings that rest on paths; a reader who sees the path may know that there is one."""
    found: dict[int, list[str]] = {}
    rows = FindingPath.objects.filter(path__in=paths).order_by("finding").values_list("path", "finding") if paths else ()
    for path, finding in rows:
        found.setdefault(path, []).append(Finding(pk=finding).key)
    return found


def _surfaces(wanted: set[int]) -> dict[int, dict[str, Any]]:
    if not wanted:
        return {}
    rows = Surface.objects.filter(pk__in=wanted).order_by()
    found = rows.values("pk", "name", "tier", "state", "owner__ref", "owner__is_active", "team__key", "team__name")
    return {row["pk"]: dict(row) for row in found}


def _line(group: Group, known: Known) -> dict[str, Any]:
    seen = group.first
    endpoint = known.endpoints.get(seen.endpoint or 0)
    approval = _approval(group, known)
    return {
        "model": endpoint["model"] if endpoint else seen.model,
        "tool": seen.tool if not seen.model else "",
        "region": seen.region or (endpoint["region"] if endpoint else ""),
        "endpoint": {"key": endpoint["key"], "name": endpoint["name"]} if endpoint else None,
        "vendor": {"key": endpoint["vendor__key"], "name": endpoint["vendor__name"]} if endpoint else None,
        "provider": "" if endpoint else seen.provider,
        **_where(group, known),
        "classes": sorted(group.classes),
        "classes_from": sorted(group.classes_from),
        "calls": group.calls,
        "first_at": _moment(group.first_at),
        "last_at": _moment(group.last_at),
        "standing": seen.standing,
        "reasons": list(seen.reasons),
        "revision": {"number": approval.number, "sha256": approval.sha256} if approval else None,
        "approval": _plain(approval) if approval else None,
        "findings": list(dict.fromkeys(key for path in sorted(group.paths) for key in known.findings.get(path, ()))),
        "paths": sorted(group.paths),
    }


def _where(group: Group, known: Known) -> dict[str, Any]:
    """Return the surface with whoever answers for it, or what a program that nobody registered called itself."""
    seen = group.first
    surface = known.surfaces.get(seen.surface or 0)
    if surface is None:
        return {"surface": None, "named": seen.claim or seen.service, "owner": "", "team": None}
    team = {"key": surface["team__key"], "name": surface["team__name"]} if surface["team__key"] else None
    return {
        "surface": {
            "key": Surface(pk=surface["pk"]).key,
            "name": surface["name"],
            "tier": surface["tier"],
            "state": surface["state"],
        },
        "named": "",
        "owner": surface["owner__ref"] if surface["owner__is_active"] else "",
        "team": team,
    }


def _approval(group: Group, known: Known) -> approving.Approval | None:
    """Return by what the revision held at the last call; it was in force then, or the call would not have matched it."""
    found = known.approvals.get(group.first.revision or 0, [])
    return approving.at(found, group.last_at) if group.last_at else None


def _plain(approval: approving.Approval) -> dict[str, Any]:
    told = {name: value for name, value in asdict(approval).items() if name not in ("number", "sha256")}
    plain: dict[str, Any] = digest.plain(told)
    return plain


def _moment(at: datetime | None) -> str:
    return str(digest.plain(at)) if at else ""

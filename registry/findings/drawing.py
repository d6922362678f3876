"""Draws findings from paths: right after a path is seen for the first time, and again by the clock for what goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from governance.core import clock
from governance.policy import queries as policy
from registry.findings import actions, counting
from registry.findings.differences import Difference, Look, against, differences, program, title
from registry.findings.models import Finding
from registry.findings.rules import NOTICE
from registry.usage import queries as usage
from registry.usage.models import UsagePath
from registry.usage.seen import seen_of

BESIDE = ("surface__owner", "surface__team__lead", "endpoint", "source__team__lead", "source__surface__owner")
AT_ONCE = 500


@dataclass
class Group:
    """What several paths say of one finding: the first of them, and what their calls come to."""

    difference: Difference
    path: UsagePath
    look: Look
    paths: list[int] = field(default_factory=list)
    calls: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def take(self, path: int, row: usage.Row | None) -> None:
        """Add a path and what it came to."""
        self.paths.append(path)
        if row is None or row.first_at is None or row.last_at is None:
            return
        self.calls += row.calls
        self.first_at = row.first_at if self.first_at is None else min(self.first_at, row.first_at)
        self.last_at = row.last_at if self.last_at is None else max(self.last_at, row.last_at)


def look_of(path: UsagePath, today: date) -> Look:
    """Return what findings are drawn from, of a path with its endpoint."""
    return Look(
        names=seen_of(path).names,
        source=path.source_id,
        surface=path.surface_id,
        endpoint=path.endpoint_id,
        reasons=path.reasons,
        missing=path.missing.split(),
        deprecated=ends_soon(path.endpoint, today),
    )


def ends_soon(endpoint: Any, today: date) -> bool:
    """Whether the vendor of an endpoint ends it within the notice, or has ended it."""
    return endpoint is not None and endpoint.deprecates_on is not None and endpoint.deprecates_on <= today + NOTICE


def draw(pks: Sequence[int]) -> int:
    """Open, see again and count what some paths (by id) show; return how many findings they concern. Harmless twice."""
    found = _groups(pks)
    known = {finding.identity: finding for finding in Finding.objects.filter(identity__in=list(found))}
    rules, concerned = policy.usage_rules(), dict[int, list[int]]()
    for identity, group in found.items():
        finding = known.get(identity)
        if finding is None and group.calls < rules.finding(group.difference.kind).after_calls:
            continue
        if finding is None or _is_back(finding, group):
            finding = _opened(group)
        concerned[finding.pk] = group.paths
    actions.rest_on(concerned)
    counting.recount(list(concerned))
    return len(concerned)


def _groups(pks: Sequence[int]) -> dict[str, Group]:
    today, rows = clock.today(), usage.last(pks)
    found: dict[str, Group] = {}
    for path in UsagePath.objects.filter(pk__in=list(pks)).select_related(*BESIDE).order_by("pk"):
        look = look_of(path, today)
        for each in differences(look):
            group = found.setdefault(each.identity, Group(each, path, look))
            group.take(path.pk, rows.get(path.pk))
    return found


def _is_back(finding: Finding, group: Group) -> bool:
    """Whether what was settled was seen since."""
    return bool(finding.settled_at and group.last_at and group.last_at > finding.settled_at)


def _opened(group: Group) -> Finding:
    path, found = group.path, group.difference
    now = clock.now()
    return actions.open_finding(
        found.kind,
        identity=found.identity,
        title=title(
            found,
            group.look,
            who=called(path),
            endpoint=str(path.endpoint) if path.endpoint is not None else "",
            region=path.endpoint.region if path.endpoint is not None else "",
        ),
        detail=detail(path),
        surface=path.surface,
        endpoint=path.endpoint if found.is_about_endpoint else None,
        source=path.source,
        at=group.last_at or now,
        first_at=group.first_at or now,
        calls=group.calls,
    )


def called(path: UsagePath) -> str:
    """Return what whoever makes the calls of a path is called: the surface, else the program, else the source."""
    if path.surface is not None:
        return path.surface.name
    if name := program(seen_of(path).names):
        return f"“{name}”"
    return f"a program of {path.source}" if path.source is not None else "a program without a name"


def detail(path: UsagePath) -> str:
    """Say all that speaks against a path, as sentences."""
    return " ".join(f"{said}." for said in against(path.reasons))

"""Ends findings whose cause is gone or allowed by now: each path is matched again as if it were called at this moment."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from governance.core import clock
from governance.core.errors import StaleState
from registry.changes.models import InForce
from registry.findings import actions
from registry.findings.differences import Look, differences
from registry.findings.drawing import ends_soon
from registry.findings.models import Finding, FindingKind, FindingPath
from registry.findings.rules import QUIET
from registry.usage.matching import book as books
from registry.usage.matching.match import NotYours, Reach
from registry.usage.models import UsagePath
from registry.usage.seen import seen_of

AT_ONCE = 200
BY_CHANGE = frozenset(
    {
        FindingKind.MODEL_NOT_APPROVED,
        FindingKind.REGION_NOT_APPROVED,
        FindingKind.DATA_CLASS,
        FindingKind.TOOL,
        FindingKind.NOTHING_IN_FORCE,
    }
)
"""Kinds that a revision in force allows."""
BY_CATALOGUE = frozenset({FindingKind.UNKNOWN_ENDPOINT, FindingKind.OUT_OF_USE, FindingKind.ENDPOINT_DEPRECATED})
RELATED = ("surface", "endpoint", "owner", "tally")


def settle_all() -> list[str]:
    """Settle every finding that no longer stands; return their keys."""
    settled: list[str] = []
    after = 0
    while batch := list(_unsettled().filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = batch[-1].pk
        settled += settle_among(batch)
    return settled


def _unsettled() -> Any:
    return Finding.objects.filter(state__in=Finding.UNSETTLED, finding_paths__isnull=False).distinct().select_related(*RELATED)


def settle_among(findings: Collection[Finding]) -> list[str]:
    """Settle those of some unsettled findings, all of them with paths, that no longer stand."""
    held: dict[int, list[int]] = {}
    for pk, path in FindingPath.objects.filter(finding__in=findings).values_list("finding_id", "path_id"):
        held.setdefault(pk, []).append(path)
    now = clock.now()
    today = _as_of_now({path for paths in held.values() for path in paths}, now)
    forced = _in_force(finding.surface_id for finding in findings if finding.kind in BY_CHANGE)
    settled = []
    for finding in findings:
        paths = held.get(finding.pk, [])
        stands = any(finding.identity in today.get(path, frozenset()) for path in paths)
        if not stands:
            told = _allowed(finding, forced)
        elif _is_quiet(finding, now):
            told = {"resolution": Finding.Resolution.GONE, "reason": f"Not seen for {QUIET.days} days."}
        else:
            continue
        try:
            settled.append(actions.settle(finding, **told).key)
        except StaleState:  # somebody decided meanwhile
            continue
    return settled


def _as_of_now(pks: Iterable[int], now: datetime) -> Mapping[int, frozenset[str]]:
    """Return of each path what would be found if it were called now, as identities."""
    book, found = books.current(), {}
    for path in UsagePath.objects.filter(pk__in=list(pks)).select_related("source", "endpoint"):
        source = path.source
        reach = Reach(source.pk, source.kind, source.surface_id, source.team_id) if source is not None else Reach()
        seen = seen_of(path)
        match = book.fields(seen, now, reach)
        if isinstance(match, NotYours):
            found[path.pk] = frozenset[str]()
            continue
        soon = match.endpoint == path.endpoint_id and ends_soon(path.endpoint, now.date())
        look = Look(seen.names, path.source_id, match.surface, match.endpoint, match.reasons, match.missing, soon)
        found[path.pk] = frozenset(each.identity for each in differences(look))
    return found


def _in_force(surfaces: Iterable[int | None]) -> Mapping[int, InForce]:
    """Return what came into force last on each surface, with its change."""
    wanted = [pk for pk in surfaces if pk is not None]
    rows = InForce.objects.filter(surface__in=wanted).select_related("change", "revision").order_by("since", "pk")
    return {row.surface_id: row for row in rows}


def _allowed(finding: Finding, forced: Mapping[int, InForce]) -> dict[str, Any]:
    """Return how a finding that stands no more is settled: by which change and from when, or by what else."""
    last = forced.get(finding.surface_id) if finding.surface_id is not None else None
    if finding.kind in BY_CHANGE and last is not None and last.revision is not None and last.since >= finding.opened_at:
        return {"resolution": Finding.Resolution.CHANGE, "change": last.change, "since": last.since}
    if finding.kind == FindingKind.UNKNOWN_SURFACE:
        return {"resolution": Finding.Resolution.REGISTRATION}
    if finding.kind in BY_CATALOGUE or finding.kind == FindingKind.DATA_CLASS:
        return {"resolution": Finding.Resolution.CATALOGUE}
    return {"resolution": Finding.Resolution.GONE}


def _is_quiet(finding: Finding, now: datetime) -> bool:
    tally = getattr(finding, "tally", None)
    return tally is not None and tally.last_at is not None and tally.last_at < now - QUIET and finding.opened_at < now - QUIET

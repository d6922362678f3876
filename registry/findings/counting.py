"""How often findings were seen: tallies, counted from the sums of their paths. Derived, so neither history nor ledger."""

from collections.abc import Collection, Iterable
from datetime import datetime

from registry.findings.models import Finding, FindingPath, FindingTally
from registry.usage import queries as usage


def raise_to(finding: Finding, *, calls: int, first_at: datetime | None, last_at: datetime | None) -> FindingTally:
    """Let a tally say at least so many calls, first and last seen then at the latest and earliest."""
    tally, _ = FindingTally.objects.get_or_create(finding=finding)
    if _raised(tally, calls, first_at, last_at):
        tally.save(update_fields=["calls", "first_at", "last_at"])
    finding.tally = tally
    return tally


def recount(findings: Collection[int]) -> None:
    """Count findings again by id, all in the same few statements.

    A tally never falls: calls that were moved to the path of a surface, once that was registered, were seen all the same.
    """
    held: dict[int, list[int]] = {}
    for finding, path in FindingPath.objects.filter(finding__in=findings).values_list("finding_id", "path_id"):
        held.setdefault(finding, []).append(path)
    seen = usage.last({path for paths in held.values() for path in paths})
    tallies = FindingTally.objects.in_bulk(list(held))
    moved = []
    for finding, paths in held.items():
        rows = [seen[path] for path in paths if path in seen and seen[path].calls]
        if rows and finding in tallies:
            calls, first, last = sum(row.calls for row in rows), _least(r.first_at for r in rows), _most(r.last_at for r in rows)
            if _raised(tallies[finding], calls, first, last):
                moved.append(tallies[finding])
    if moved:
        FindingTally.objects.bulk_update(moved, ["calls", "first_at", "last_at"], batch_size=200)


def _raised(tally: FindingTally, calls: int, first_at: datetime | None, last_at: datetime | None) -> bool:
    """Raise a tally in memory; say whether anything moved."""
    before = (tally.calls, tally.first_at, tally.last_at)
    tally.calls = max(tally.calls, calls)
    tally.first_at, tally.last_at = _least((tally.first_at, first_at)), _most((tally.last_at, last_at))
    return before != (tally.calls, tally.first_at, tally.last_at)


def _least(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _most(moments: Iterable[datetime | None]) -> datetime | None:
    return max((each for each in moments if each is not None), default=None)

"""Who approved what held: for each revision how it came into force, who said yes, under which policy, and where that stands."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.approvals.models import Decision
from governance.ledger.models import Entry
from registry.changes.models import InForce

YES = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS)
DECISION = "governance.decision"


@dataclass(frozen=True)
class Yes:
    """One person's yes: for which position, when, and under which number and digest the ledger has it."""

    person: str
    position: str
    at: datetime
    on_behalf_of: str
    conditions: bool
    entry: int | None
    entry_sha256: str


@dataclass(frozen=True)
class Approval:
    """How a revision came into force, once: by which change, since when, under which policy, on whose word."""

    number: int
    sha256: str
    since: datetime
    change: str
    request: str
    policy: str
    waived_by: str
    people: tuple[Yes, ...]


def approvals(revisions: Collection[int]) -> dict[int, list[Approval]]:
    """Return for each revision every time that it came into force, the first one first. Three statements for all."""
    if not revisions:
        return {}
    held = (
        InForce.objects.filter(revision__in=revisions)
        .order_by("since", "pk")
        .values_list(
            "revision",
            "revision__number",
            "revision__digest",
            "since",
            "change",
            "change__request",
            "change__request__policy_version__label",
            "revision__policy_version__label",
            "change__clearance__waived_by",
        )
    )
    rows = list(held)
    said = _said({row[5] for row in rows if row[5]})
    found: dict[int, list[Approval]] = defaultdict(list)
    for revision, number, digest, since, change, request, policy, under, waived in rows:
        found[revision].append(
            Approval(
                number,
                digest,
                since,
                f"C-{change}" if change else "",
                f"A-{request}" if request else "",
                policy or under,
                waived or "",
                said.get(request, ()),
            )
        )
    return found


def _said(requests: Collection[int]) -> dict[int, tuple[Yes, ...]]:
    if not requests:
        return {}
    rows: list[Any] = list(
        Decision.objects.filter(request__in=requests, verdict__in=YES)
        .order_by("pk")
        .values_list("pk", "request", "person__ref", "position__name", "decided_at", "on_behalf_of__ref", "verdict")
    )
    entries = {
        subject: (seq, digest)
        for subject, seq, digest in Entry.objects.filter(
            subject_type=DECISION, subject_id__in=[str(row[0]) for row in rows]
        ).values_list("subject_id", "seq", "digest")
    }
    found: dict[int, list[Yes]] = defaultdict(list)
    for pk, request, person, position, at, behalf, verdict in rows:
        seq, digest = entries.get(str(pk), (None, ""))
        found[request].append(Yes(person, position, at, behalf or "", verdict == Decision.Verdict.CONDITIONS, seq, digest))
    return {request: tuple(each) for request, each in found.items()}


def at(found: list[Approval], moment: datetime) -> Approval | None:
    """Return by which of several comings into force a revision held at a moment."""
    return next((each for each in reversed(found) if each.since <= moment), None)

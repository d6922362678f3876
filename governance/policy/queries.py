"""What holds, and what held: the version in force at a moment, its tiers, classes and routes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from governance.core import clock
from governance.core.asking import asked
from governance.core.errors import Invalid, Unavailable
from governance.core.reading import once
from governance.ledger.models import Entry
from governance.policy import incidentrules, normal, proofrules, routes, usagerules
from governance.policy.incidentrules import IncidentRules
from governance.policy.models import DataClass, PolicyDraft, PolicyVersion, Tier
from governance.policy.proofrules import ProofRules
from governance.policy.routes import Route
from governance.policy.usagerules import UsageRules

T = TypeVar("T")
_documents: dict[tuple[int, str], dict[str, Any]] = {}
_incident_rules: dict[tuple[int, str], IncidentRules] = {}
_proof_rules: dict[tuple[int, str], ProofRules] = {}
_usage_rules: dict[tuple[int, str], UsageRules] = {}
KEPT = 16


def latest(at: datetime | None = None) -> PolicyVersion | None:
    """Return the version that held at a moment, or None before the first. Its document is loaded when asked for."""
    return _latest(at) if at is not None else once("policy in force", _latest)


def _latest(at: datetime | None = None) -> PolicyVersion | None:
    known = PolicyVersion.objects.filter(effective_at__lte=at or clock.now()).defer("document")
    return known.order_by("-effective_at", "-number").first()


def in_force(at: datetime | None = None) -> PolicyVersion:
    """Return the version that held at a moment (now). Raises Unavailable before the company has a policy."""
    version = latest(at)
    if version is None:
        raise Unavailable("There is no policy yet.", fix="Set up the company first: that puts the first policy in force.")
    return version


def document(version: PolicyVersion | None = None) -> dict[str, Any]:
    """Return a version's whole document (that of the one in force). Versions never change, so it is kept; read only."""
    # a version from before a field was known has its default
    return _kept(_documents, version, lambda found: normal.filled(found.document))


def incident_rules(version: PolicyVersion | None = None) -> IncidentRules:
    """Return what a version (the one in force) says about incidents: clocks, templates, causes. Kept like documents."""
    return _kept(_incident_rules, version, lambda found: incidentrules.of(document(found)))


def proof_rules(version: PolicyVersion | None = None) -> ProofRules:
    """Return what a version (the one in force) says about proof: retention, packs, rooms, reviews. Kept like documents."""
    return _kept(_proof_rules, version, lambda found: proofrules.of(document(found)))


def usage_rules(version: PolicyVersion | None = None) -> UsageRules:
    """Return what a version (the one in force) says about what is observed: texts, findings, money. Kept like documents."""
    return _kept(_usage_rules, version, lambda found: usagerules.of(document(found)))


def _kept(shelf: dict[tuple[int, str], T], version: PolicyVersion | None, make: Callable[[PolicyVersion], T]) -> T:
    """Return what is made of a version (of the one in force), made once and kept for the last few versions asked for."""
    version = version or in_force()
    key = (version.number, version.digest)
    if key not in shelf:
        if len(shelf) >= KEPT:
            shelf.pop(next(iter(shelf)))
        shelf[key] = make(version)
    return shelf[key]


def route_for(
    subject: str,
    *,
    tier: int | None = None,
    change_kinds: Iterable[str] = (),
    regulated: bool = False,
    version: PolicyVersion | None = None,
) -> Route:
    """Return who approves a subject under the policy in force. Raises Invalid when policy names nobody.

    `regulated` says that regulated data or a decision that law protects is touched; see `is_regulated`.
    """
    route = routes.resolve(document(version), subject, tier=tier, change_kinds=change_kinds, regulated=regulated)
    if route is None:
        raise Invalid(
            f"Policy names nobody who approves a {subject}.", fix="A risk officer adds an approval route in the policy."
        )
    return route


def route_or_none(subject: str, *, tier: int | None = None) -> Route | None:
    """Return the route of a subject, or None where policy demands no approval of such a thing."""
    return routes.resolve(document(), subject, tier=tier)


def is_regulated(data_classes: Iterable[str], *, decides: bool = False) -> bool:
    """Whether named data classes, or a decision about people with sensitive data, make a thing regulated now."""
    return routes.is_regulated(document(), data_classes, decides=decides)


def tiers() -> dict[int, Tier]:
    """Return the tiers by number."""
    return {tier.number: tier for tier in asked(tiers_question())}


def tiers_question() -> QuerySet[Tier]:
    """Return what `tiers` asks."""
    return Tier.objects.all()


def tier(number: int) -> Tier:
    """Return one tier. Raises Invalid for a number that no tier has."""
    found = Tier.objects.filter(number=number).first()
    if found is None:
        raise Invalid(f"There is no tier {number}.", fix="Tiers are 0 to 4.", fields={"tier": ["One of 0 to 4."]})
    return found


def data_classes(*, retired: bool = False) -> QuerySet[DataClass]:
    """Return the data classes from the least to the most sensitive."""
    return DataClass.objects.all() if retired else DataClass.objects.filter(is_retired=False)


def raci_defaults(number: int) -> dict[str, dict[str, list[str]]]:
    """Return a tier's default RACI: kind of decision -> letter -> position keys; A always has exactly one."""
    rows = tier(number).raci
    return {kind: {"R": row["R"], "A": [row["A"]], "C": row["C"], "I": row["I"]} for kind, row in rows.items()}


def newest() -> PolicyVersion:
    """Return the version with the highest number, which may hold only later. Raises Unavailable without any."""
    version = PolicyVersion.objects.order_by("-number").defer("document").first()
    return version or in_force()


def is_applied(version: PolicyVersion) -> bool:
    """Whether the rows were brought in line with a version."""
    applied = Entry.objects.filter(kind="policy.applied", subject_type="governance.policyversion")
    return applied.filter(subject_id=str(version.pk)).exists()


def upcoming() -> QuerySet[PolicyVersion]:
    """Return the versions that are adopted and hold only later, the next one first."""
    return PolicyVersion.objects.filter(effective_at__gt=clock.now()).order_by("effective_at", "number").defer("document")


def open_draft() -> PolicyDraft | None:
    """Return the draft that waits for approval, if there is one."""
    return PolicyDraft.objects.filter(state=PolicyDraft.State.PROPOSED).select_related("author").first()

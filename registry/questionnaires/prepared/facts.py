"""Everything that prepared answers look at, gathered once in a fixed number of statements, as one person may see it (R3)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count

from governance.charter import queries as charters
from governance.charter.models import Charter
from governance.core import clock
from governance.people import roles
from governance.policy import queries as policy
from governance.policy.models import PolicyVersion
from governance.proofs import queries as proofs
from governance.proofs.models import Checkpoint
from registry.catalog.models import DataRule, Endpoint, VendorTerm
from registry.controls import queries as controls
from registry.coverage import queries as coverage
from registry.evals import queries as evals
from registry.evals.models import EvalRun
from registry.evidence import queries as evidence
from registry.evidence.models import Evidence, EvidenceUse
from registry.modes import queries as modes
from registry.risks import queries as risks
from registry.risks.models import Risk
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState
from registry.switches import queries as drills
from registry.switches.models import Drill

YEAR = timedelta(days=365)
LATEST = 200
Contract = Mapping[str, Any]


@dataclass
class Facts:
    """What is held, at a moment, for a person."""

    user: Any
    at: datetime
    live: Sequence[Surface]
    others: int
    endpoints: Sequence[Endpoint]
    terms: Mapping[str, Sequence[VendorTerm]]
    rules: Sequence[DataRule]
    drilled: Sequence[Drill]
    raised: Sequence[Any]
    risks: Sequence[Risk]
    runs: Sequence[EvalRun]
    evidence: Sequence[Evidence]
    serving: Mapping[str, Sequence[EvidenceUse]]
    controls: Mapping[str, Counter[str]]
    version: PolicyVersion | None
    charter: Charter | None
    checkpoint: Checkpoint | None
    coverage: Any
    document: Contract = field(default_factory=dict)

    @property
    def sees_all(self) -> bool:
        """Whether nothing was left out because this person may not see it."""
        return bool(roles.reads_all(self.user))

    @cached_property
    def contracts(self) -> list[tuple[Surface, Contract]]:
        """The live surfaces with the contract that is in force."""
        return [(each, each.in_force.contract) for each in self.live if each.in_force is not None]

    @cached_property
    def vendors(self) -> list[Any]:
        """The vendors behind the endpoints in use, and those of surfaces that name one themselves, by name."""
        found = {each.vendor.pk: each.vendor for each in self.endpoints}
        found |= {each.vendor.pk: each.vendor for each in self.live if each.vendor is not None}
        return sorted(found.values(), key=lambda vendor: vendor.name)

    def part(self, name: str) -> list[tuple[Surface, Any]]:
        """Return live surfaces whose contract in force says something in one of its parts, with that part."""
        return [(surface, contract[name]) for surface, contract in self.contracts if contract.get(name)]

    def passed(self, kind: str) -> list[Drill]:
        """Return the newest drill of a kind that passed on each live surface, the newest first."""
        newest: dict[int, Drill] = {}
        for drill in self.drilled:
            if drill.kind == kind:
                newest.setdefault(drill.surface_id, drill)
        return list(newest.values())

    def about(self, *words: str) -> list[Evidence]:
        """Return current evidence whose title or note has one of these words."""
        said = [(each, f"{each.title} {each.note}".casefold()) for each in self.evidence]
        return [each for each, text in said if any(word in text for word in words)]

    def proving(self, *keys: str) -> list[Evidence]:
        """Return current evidence that serves one of these controls, each once."""
        found = {use.evidence_id: use.evidence for key in keys for use in self.serving.get(key, ())}
        return list(found.values())

    def standing(self, key: str) -> tuple[int, int]:
        """Return on how many surfaces a control is met, of how many it is demanded."""
        counts = self.controls.get(key, Counter())
        return counts["met"], sum(counts[status] for status in ("met", "not_met", "expired", "excepted"))


def gather(user: Any) -> Facts:
    """Read what prepared answers look at, through each feature's own door."""
    now = clock.now()
    seen = surfaces.visible_to(user)
    live = list(seen.filter(state=SurfaceState.LIVE).select_related("owner", "vendor", "in_force").order_by("-tier", "pk"))
    endpoints = _endpoints(user, live)
    vendors = {each.vendor_id for each in endpoints} | {each.vendor_id for each in live if each.vendor_id}
    held = [each.pk for each in live]
    uses = _uses(user, now)
    return Facts(
        user=user,
        at=now,
        live=live,
        others=seen.exclude(state__in=(SurfaceState.LIVE, SurfaceState.RETIRED)).count(),
        endpoints=endpoints,
        terms=_terms(vendors),
        rules=list(
            DataRule.objects.visible_to(user)
            .filter(endpoint__in=[each.pk for each in endpoints])
            .select_related("data_class", "endpoint")
        ),
        drilled=list(
            drills.visible_to(user)
            .filter(surface__state=SurfaceState.LIVE, outcome=Drill.Outcome.PASSED, run_at__gte=now - YEAR)
            .order_by("-run_at", "-pk")
        ),
        raised=list(modes.raises_visible_to(user).filter(state="done").order_by("-pk")[:20]),
        risks=list(risks.visible_to(user).filter(state__in=("open", "accepted")).order_by("-score", "pk")),
        runs=_runs(user, held),
        evidence=_evidence(user, now),
        serving=uses,
        controls=_controls(user),
        version=policy.in_force(),
        charter=charters.in_force() if charters.visible_to(user).exists() else None,
        checkpoint=proofs.latest(),
        coverage=coverage.of(user, "nist-ai-rmf-1.0"),
        document=policy.document(),
    )


def _endpoints(user: Any, live: Sequence[Surface]) -> list[Endpoint]:
    """Return the endpoints that contracts in force name."""
    keys = {
        row["endpoint"]
        for each in live
        if each.in_force is not None
        for row in each.in_force.contract.get("routes") or ()
        if row.get("endpoint")
    }
    found = Endpoint.objects.visible_to(user).select_related("vendor").exclude(state="retired").order_by("key")
    return [each for each in found if each.key in keys]


def _terms(vendors: set[int]) -> dict[str, list[VendorTerm]]:
    by_topic: dict[str, list[VendorTerm]] = defaultdict(list)
    for term in VendorTerm.objects.filter(vendor__in=vendors).select_related("vendor").order_by("vendor__name"):
        by_topic[term.topic].append(term)
    return by_topic


def _runs(user: Any, live: Sequence[int]) -> list[EvalRun]:
    """Return the newest run of each suite on each live surface, of the latest two hundred, newest first."""
    rows = evals.runs_visible_to(user).filter(status="finished", surface__state=SurfaceState.LIVE)
    found: dict[tuple[int, int], EvalRun] = {}
    for run in rows.select_related("suite", "surface").order_by("-started_at", "-pk")[:LATEST]:
        found.setdefault((run.surface_id, run.suite_id), run)
    return list(found.values())


def _evidence(user: Any, now: datetime) -> list[Evidence]:
    found = evidence.visible_to(user).filter(state=Evidence.State.CURRENT).exclude(expires_on__lt=now.date())
    return list(found.order_by("-collected_on", "-pk")[: LATEST * 10])


def _uses(user: Any, now: datetime) -> dict[str, list[EvidenceUse]]:
    """Return what current evidence serves on the surfaces that the person sees, by control, the newest first."""
    rows = evidence.serving(now.date()).exclude(expires_on__lt=now.date()).select_related("evidence")
    if not roles.reads_all(user):
        rows = rows.filter(surface__in=surfaces.visible_to(user).values("pk"))
    by_control: dict[str, list[EvidenceUse]] = defaultdict(list)
    for use in rows.order_by("-pk")[: LATEST * 10]:
        by_control[use.control].append(use)
    return by_control


def _controls(user: Any) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows = controls.visible_to(user).filter(surface__state=SurfaceState.LIVE).order_by().values_list("control", "status")
    for control, status, number in rows.annotate(number=Count("pk")):
        counts[control][status] = number
    return counts

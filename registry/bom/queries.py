"""Reads for bills: a fixed number of statements for each 250 surfaces."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from governance.core import clock, company
from governance.core.errors import Invalid
from governance.people import roles
from governance.policy import queries as policy
from registry.bom import checking, parts
from registry.bom.bill import VERSIONS, Bill
from registry.bom.parts import Held, Library
from registry.catalog.models import Endpoint, Tool, VendorTerm
from registry.evals import queries as evals
from registry.surfaces import facts
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

BATCH = 250
TERMS_TOLD = (VendorTerm.Topic.TRAINING, VendorTerm.Topic.RETENTION, VendorTerm.Topic.SUBPROCESSORS)


def library() -> Library:
    """Read the catalogue and the names."""
    terms: dict[int, tuple[tuple[str, str], ...]] = {}
    for term in VendorTerm.objects.filter(topic__in=TERMS_TOLD).order_by("vendor", "topic"):
        terms[term.vendor_id] = (*terms.get(term.vendor_id, ()), (f"vendor_{term.topic}", term.says))
    return Library(
        endpoints={each.key: each for each in Endpoint.objects.select_related("vendor").order_by("key")},
        tools={each.key: each for each in Tool.objects.select_related("vendor").order_by("key")},
        names=facts.names(),
        terms=terms,
    )


def held(rows: QuerySet[Surface], now: datetime) -> Iterator[Held]:
    """Yield surfaces with what holds of each, in the order of their keys."""
    tiers = policy.tiers()
    suites, models = evals.suites(), evals.endpoint_models()
    for batch in batches(rows.select_related("team", "in_force").order_by("pk").iterator(BATCH)):
        runs = evals.latest_runs([surface.pk for surface in batch])
        for surface in batch:
            contract = surface.in_force.contract if surface.in_force is not None else {}
            tier = tiers[surface.tier or 0]
            standings = evals.standing(surface.pk, contract, tier, runs, suites, now, models=models)
            team = surface.team.name if surface.team else ""
            yield Held(surface, surface.in_force, surface.in_force_since, team, tuple(standings))


def batches(rows: Iterable[Surface]) -> Iterator[list[Surface]]:
    """Cut rows into lists of at most BATCH."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def of_surface(surface: Surface, version: str = VERSIONS[0]) -> bytes:
    """Return the bill of one surface that the reader may see. Raises Invalid for a version that is not spoken."""
    now, spoken = clock.now(), _spoken(version)
    bill = Bill(library())
    for each in held(Surface.objects.filter(pk=surface.pk), now):
        bill.add(each)
    return checking.written(bill.of_surface(company=str(company.current()), made=now, version=spoken))


def of_company(user: Any, version: str = VERSIONS[0]) -> bytes:
    """Return the bill of all surfaces that a person sees. Raises Invalid for a version that is not spoken."""
    now, spoken = clock.now(), _spoken(version)
    bill = Bill(library())
    for each in held(surfaces.visible_to(user), now):
        bill.add(each)
    whole = roles.reads_all(user)
    return checking.written(bill.of_company(company=str(company.current()), made=now, whole=whole, version=spoken))


def _spoken(version: str) -> str:
    if version not in VERSIONS:
        raise Invalid(f"CycloneDX {version[:20]!r} is not spoken here.", fix=f"Choose one of {', '.join(VERSIONS)}.")
    return version


def counted(user: Any) -> list[tuple[str, int]]:
    """Return what the bill of all surfaces that a person sees would hold, in figures, without making it."""
    rows = surfaces.visible_to(user)
    contracts = list(rows.exclude(in_force=None).values_list("in_force__contract", flat=True))
    models = evals.endpoint_models()
    endpoints = {key for contract in contracts for key in parts.named(contract, "routes", "endpoint")}
    return [
        ("Surfaces", rows.count()),
        ("Contracts in force", len(contracts)),
        ("Endpoints", len(endpoints)),
        ("Models", len({models.get(key, key) for key in endpoints})),
        ("Prompts", sum(len(contract.get("prompts", [])) for contract in contracts)),
        ("Sources", sum(len(contract.get("retrieval", [])) for contract in contracts)),
        ("Tools", len({key for contract in contracts for key in parts.tools_of(contract)})),
    ]

"""Reads of controls: how one surface stands now, and the kept results for lists and figures."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from governance.core.asking import foretell
from governance.people import periods, roles
from governance.policy.models import PolicyVersion
from registry.controls import facts, held
from registry.controls.ground import Ground, ground, questions, read_catalogue
from registry.controls.models import ByItself, ControlResult
from registry.controls.standing import Standing, judge
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface, SurfaceState


def standing(
    surface: Surface,
    *,
    contract: Mapping[str, Any] | None = None,
    tier: int | None = None,
    revision: Revision | None = None,
    at: datetime | None = None,
    version: PolicyVersion | None = None,
) -> Standing:
    """Return how the controls of a surface stand now, computed from what is held, never from kept results.

    Of itself it looks at the revision in force, or at the last proposed one where none is; `revision` (or `contract` and
    `tier`) looks at another. `at` is another moment for what time alone changes; `version` another policy.
    """
    shared = ground(at, version)
    return judge(facts_of(surface, shared, contract=contract, tier=tier, revision=revision))


def facts_of(
    surface: Surface,
    shared: Ground,
    *,
    contract: Mapping[str, Any] | None = None,
    tier: int | None = None,
    revision: Revision | None = None,
) -> held.Held:
    """Return the facts of one surface over shared ones, reading only the part of the catalogue that it names."""
    if revision is not None:
        subject = facts.Subject(surface, revision.tier, revision.contract, revision.number, revision.digest)
    elif contract is not None:
        subject = facts.Subject(surface, surface.tier or 0, contract)
    else:
        newest = None if surface.in_force_id else surface.revisions.order_by("-number").first()
        subject = facts.subject_of(surface, newest)
    if tier is not None:
        subject = facts.Subject(surface, tier, subject.contract, subject.number, subject.digest)
    endpoints, tools = _catalogue(subject)
    foretell([*questions(shared, endpoints, tools), *facts.questions([subject], shared)])
    read_catalogue(shared, endpoints, tools)
    return facts.load([subject], shared)[0]


def _catalogue(subject: facts.Subject) -> tuple[set[str], set[str]]:
    """The endpoints and tools that its contract names, by key."""
    endpoints = {row["endpoint"] for row in subject.contract.get("routes") or ()}
    tools = {row["key"] for row in (subject.contract.get("authority") or {}).get("tools") or ()}
    return endpoints, tools


def standings(pks: Iterable[int], shared: Ground) -> Iterable[Standing]:
    """Yield how many surfaces stand, in a fixed number of queries for each 500 of them."""
    return (judge(found) for found in facts.of_surfaces(pks, shared))


def visible_to(user: Any) -> QuerySet[ControlResult]:
    """Return the kept results of the surfaces that a person may see."""
    found = ControlResult.objects.select_related("surface")
    if roles.reads_all(user):
        return found
    return found.filter(surface__in=surfaces.visible_to(user).values("pk"))


def by_itself(user: Any) -> QuerySet[ByItself]:
    """Return what is evidence by itself for the surfaces that a person may see, retired ones apart."""
    found = ByItself.objects.select_related("surface").exclude(surface__state=SurfaceState.RETIRED)
    if roles.reads_all(user):
        return found
    return periods.touching(found.filter(surface__in=surfaces.visible_to(user).values("pk")), user, "on")


def shown_on(user: Any, surface: Surface) -> dict[str, list[ByItself]]:
    """Return what shows the controls of a surface that somebody sees by itself, by control, the newest first."""
    found: dict[str, list[ByItself]] = {}
    rows = periods.touching(ByItself.objects.filter(surface=surface), user, "on")
    for row in rows.order_by("control", "-on", "-pk"):
        found.setdefault(row.control, []).append(row)
    return found

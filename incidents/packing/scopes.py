"""An incident as what a pack is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from governance.core.errors import NotVisible
from governance.packs.sections import INCIDENT, PackScope, Scope, Subject
from incidents.cases import queries
from incidents.cases.models import Incident, IncidentEndpoint, IncidentSurface
from registry.packing.scopes import subject_of
from registry.surfaces import queries as surfaces


def resolve(user: Any, ids: tuple[str, ...]) -> Scope:
    """Return an incident with the surfaces that it touched and the vendors behind what failed. Raises NotVisible."""
    wanted = {int(each) for each in ids if each.isdecimal() and len(each) < 19}
    chosen = list(queries.visible_to(user).filter(pk__in=wanted).order_by("pk"))
    if not ids or len(chosen) != len(set(ids)):
        raise NotVisible("There is no such incident that you can see.", fix="Choose an incident from those that are offered.")
    pks = [each.pk for each in chosen]
    touched = {each.surface_id for each in chosen if each.surface_id}
    touched |= set(IncidentSurface.objects.filter(incident__in=pks).values_list("surface_id", flat=True))
    vendors = {each.vendor_id for each in chosen if each.vendor_id}
    vendors |= set(IncidentEndpoint.objects.filter(incident__in=pks).values_list("endpoint__vendor_id", flat=True))
    seen = surfaces.visible_to(user).filter(pk__in=touched).order_by("pk").values_list("pk", flat=True)
    label = ", ".join(f"{each.key} {each.title}" for each in chosen)
    subjects = tuple(subject_of(each) for each in chosen)
    return Scope(label, subjects, tuple(seen), (), tuple(sorted(vendors)), tuple(pks))


def find(user: Any, words: str, limit: int) -> list[Subject]:
    """Offer incidents by key or words."""
    key = queries.KEY.match(words.strip())
    named = Q(title__icontains=words) | (Q(pk=int(key.group(1))) if key else Q())
    return [subject_of(each) for each in queries.visible_to(user).filter(named).order_by("-pk")[:limit]]


def named(user: Any, keys: Iterable[str]) -> tuple[Subject, ...]:
    """Return incidents by their keys. Raises NotVisible."""
    found: dict[int, Incident] = {}
    for key in keys:
        known = queries.KEY.match(key.strip())
        incident = queries.visible_to(user).filter(pk=int(known.group(1)) if known else 0).first()
        if incident is None:
            raise NotVisible(f"There is no incident {key[:40]} that you can see.", fix="Check the key, or ask its owner.")
        found[incident.pk] = incident
    return tuple(subject_of(found[pk]) for pk in sorted(found))


SCOPE = PackScope(
    INCIDENT, "An incident", resolve, find, named, hint="What happened, the surfaces it touched, and what was learned.", order=50
)

"""Reads behind the levers: in what capacity somebody leads an incident, and what of its surfaces can be taken out of use."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from governance.core.errors import NotVisible
from governance.people import roles
from incidents.cases import queries as cases
from incidents.cases.models import Incident, IncidentEndpoint
from registry.catalog.models import Endpoint
from registry.modes import queries as modes
from registry.quarantine import held
from registry.quarantine import queries as quarantine
from registry.surfaces import facts
from registry.surfaces.models import Surface


def leading(user: Any, incident: Incident) -> str:
    """Return in what capacity a person leads an open incident, in words; empty where they do not."""
    if not incident.is_open or not roles.may_write(user):
        return ""
    if user.pk == incident.commander_id:
        return f"Commander of {incident.key}"
    return f"Owner of {incident.key}" if user.pk == incident.owner_id else ""


def mode_standing(user: Any, incident: Incident, surface: Surface) -> str:
    """Return in what capacity a person may lower the mode of an incident's surface; empty where they may not."""
    return modes.standing(user, surface) or leading(user, incident)


def quarantine_standing(user: Any, incident: Incident, kind: str, thing: Any) -> str:
    """Return in what capacity a person may take a thing out of use for an incident; empty where they may not.

    Whoever leads it may for what its surfaces name, its endpoints, and its vendor; for anything else as without an incident.
    """
    found = quarantine.standing(user, kind, thing)
    if found or not (lead := leading(user, incident)):
        return found
    key = thing if kind == held.SOURCE else thing.key
    return lead if any((each.kind, each.key) == (kind, key) for each in things(incident)) else ""


def surface_of(user: Any, incident: Incident, key: str) -> Surface:
    """Return a surface that an incident touches, by its key, with what a lever needs. Raises NotVisible."""
    found = next((each for each in cases.surfaces_of(incident) if each.key == key.upper()), None)
    if found is None:
        raise NotVisible(f"{incident.key} does not touch {key[:40]}.", fix="Add the surface to the incident first.")
    return Surface.objects.select_related("owner", "team__lead", "in_force").get(pk=found.pk)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that could be taken out of use for every surface: its kind, key and name."""

    kind: str
    key: str
    name: str


def things(incident: Incident, surfaces: Iterable[Surface] | None = None) -> list[Thing]:
    """Return what could be taken out of use because of an incident, least to most: sources, tools, endpoints, vendors.

    Those that the contracts in force of its surfaces name, its own endpoints, and the vendors of both. Two statements at most
    where the surfaces are handed in with what is in force.
    """
    touched = cases.surfaces_of(incident) if surfaces is None else surfaces
    contracts = [each.in_force.contract for each in touched if each.in_force is not None]
    sources = dict.fromkeys(key for contract in contracts for key in held.sources_of(contract))
    called = [key for contract in contracts for key in held.tools_of(contract)]
    routed = {key for contract in contracts for key in held.endpoints_of(contract)}
    theirs = IncidentEndpoint.objects.filter(incident=incident).values("endpoint")
    found = Endpoint.objects.filter(Q(key__in=routed) | Q(pk__in=theirs))
    endpoints = list(found.select_related("vendor").order_by("name"))
    tools = {key: facts.names().of("tools", key) for key in dict.fromkeys(called)}
    vendors = {each.vendor.key: each.vendor.name for each in endpoints}
    return [
        *(Thing(held.SOURCE, key, key) for key in sources),
        *(Thing(held.TOOL, key, name) for key, name in tools.items()),
        *(Thing(held.ENDPOINT, each.key, each.name) for each in endpoints),
        *(Thing(held.VENDOR, key, name) for key, name in vendors.items()),
    ]

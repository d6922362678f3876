"""Who answers for a new incident (R1), and whose model it was: read from RACI, owner and contract."""

from collections.abc import Iterable, Sequence
from typing import Any

from governance.people import rules as people
from governance.people.bench import bench
from governance.people.models import Position, Role, User
from governance.people.queries import active_people
from registry.catalog.models import Endpoint
from registry.surfaces import queries as surfaces
from registry.surfaces.models import RaciRow, Surface


def answering(surface: Surface | None) -> User | None:
    """Return who answers for an incident until somebody takes it.

    Whoever the surface's RACI makes accountable for incidents, else the surface's owner, else a risk officer, else an
    administrator. None only where the company has nobody.
    """
    if surface is not None:
        for person in (_accountable(surface), surface.owner):
            if person is not None and people.may_own(person):
                return person
    for role in (Role.RISK_OFFICER, Role.ADMINISTRATOR):
        found = active_people().filter(role=role).order_by("pk").first()
        if found is not None:
            return found
    return None


def _accountable(surface: Surface) -> User | None:
    line = next(each for each in surfaces.raci_of(surface) if each.decision == RaciRow.Decision.INCIDENT)
    for party in line.row.get("A", ()):
        if party.kind == "person":
            return User.objects.filter(ref=party.key).first()
        position = Position.objects.filter(key=party.key).first()
        seats = bench().deciders(position, surface.team_id) if position is not None else []
        if seats:
            return seats[0].person
    return None


def endpoints_of(surface: Surface | None) -> list[Endpoint]:
    """Return the endpoints that a surface's contract in force routes to, the primary one first."""
    contract = surface.in_force.contract if surface is not None and surface.in_force is not None else {}
    routes: Sequence[Any] = contract.get("routes", [])
    keys = [row["endpoint"] for row in sorted(routes, key=lambda row: row.get("role") != "primary") if row.get("endpoint")]
    found = {each.key: each for each in Endpoint.objects.filter(key__in=keys).select_related("vendor")}
    return [found[key] for key in keys if key in found]


def vendor_of(surface: Surface | None, endpoints: Iterable[Endpoint]) -> Any:
    """Return whose model it was: the first endpoint's vendor, else the surface's, else that of its primary route."""
    for endpoint in endpoints:
        return endpoint.vendor
    if surface is None:
        return None
    if surface.vendor_id:
        return surface.vendor
    return next((endpoint.vendor for endpoint in endpoints_of(surface)), None)

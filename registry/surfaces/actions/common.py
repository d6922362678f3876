"""What several writers of surfaces need: the row under lock, and the checks of people and tiers."""

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.people import rules as people_rules
from governance.people.models import User
from governance.policy import queries as policy
from registry.surfaces import queries
from registry.surfaces.models import Surface, SurfaceState

FACTS = ("name", "purpose", "team", "pattern", "vendor", "topic", "external_id", "started_on", "review_on", "attributes")
"""What an edit may change: neither owner nor tier nor state, which have actions of their own."""


def locked(surface: Surface, expected_version: int | None = None) -> Surface:
    """Return the surface as it stands now, held until the transaction ends. Raises StaleState."""
    now = (
        Surface.objects.select_for_update(of=("self",))
        .select_related("owner", "team__lead", "vendor", "in_force")
        .get(pk=surface.pk)
    )
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def require_edit(actor: User, surface: Surface) -> None:
    """Raise Denied unless the person may edit the surface."""
    require(queries.may_edit(actor, surface))


def require_owner(person: User | None, field: str = "owner") -> None:
    """Raise Invalid unless the person can answer for something (R1)."""
    if person is None:
        return
    verdict = people_rules.may_own(person)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={field: [verdict.reason]})


def require_tier(number: int | None) -> None:
    """Raise Invalid for a tier that policy does not have."""
    if number is not None:
        policy.tier(number)


def require_open(surface: Surface) -> None:
    """Raise Conflict once the surface is retired."""
    if surface.state == SurfaceState.RETIRED:
        raise Conflict(f"{surface} is retired; its record is closed.", fix="Register a new surface.")

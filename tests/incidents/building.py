"""Ready-made incidents for tests, made through actions."""

from typing import Any

from incidents.cases import actions
from incidents.cases.models import Incident
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface

WHAT = "The chat told three callers a copay of 25 euros. The card says 40."


def make_incident(*, actor: Any, surface: Surface | None = None, **more: Any) -> Incident:
    """An incident as somebody reports it: a hallucination, without a surface unless one is given."""
    given = {"what": WHAT, "category": "hallucination", **more}
    return actions.open_case(actor=actor, surface=surface, **given)


def make_case_surface(world: Any, tier: int = 2) -> Surface:
    """A surface of the Claims team with a catalogue beside it; Noor owns it."""
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=tier)

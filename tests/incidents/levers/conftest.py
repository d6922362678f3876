"""An open incident of a live surface of tier 0; Noor owns the surface, Priya commands."""

from typing import Any

import pytest

from incidents.cases.models import Incident
from incidents.running import actions as running
from registry.surfaces.models import Surface
from tests.incidents.building import make_incident
from tests.registry.modes.conftest import surface

__all__ = ["surface"]


@pytest.fixture
def incident(world: Any, surface: Surface) -> Incident:
    made = make_incident(actor=world.noor, surface=surface)
    return running.name_role(made, actor=world.noor, role="commander", person=world.priya)

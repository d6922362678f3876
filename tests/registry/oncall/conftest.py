"""A rota of Claims with two people in turns, a path that calls it, and a surface."""

from datetime import date, time
from typing import Any

import pytest

from governance.people import actions as people
from registry.oncall import actions
from registry.oncall.actions import LayerTerms, StepTerms
from registry.oncall.models import EscalationPath, Rota
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

FIRST = date(2026, 6, 1)  # a Monday
DURING = "2026-06-03T12:00:00+00:00"  # Wednesday: the first person's week


def weekly(*people: Any, **more: Any) -> LayerTerms:
    """Weekly turns of some people from the first Monday of June, 09:00."""
    return LayerTerms(**{"name": "Primary", "people": people, "starts_on": FIRST, "handover": time(9, 0)} | more)


@pytest.fixture
def june(freeze: Any) -> Any:
    """The clock, held on a Wednesday in June 2026."""
    return freeze(DURING)


@pytest.fixture
def rota(world: Any, june: Any) -> Rota:
    """Noor's week, then Sam's, in Berlin."""
    made = actions.make_rota(actor=world.rosa, name="Claims on call", team=world.team("claims"), time_zone="Europe/Berlin")
    return actions.set_layer(made, weekly(world.noor, world.sam), actor=world.rosa)


@pytest.fixture
def path(world: Any, rota: Rota) -> EscalationPath:
    """The rota, then Engineering after ten minutes."""
    steps = [StepTerms([rota], 5), StepTerms([world.position("engineering")], 10)]
    return actions.make_path(actor=world.rosa, name="Claims", team=world.team("claims"), steps=steps)


@pytest.fixture
def surface(world: Any) -> Surface:
    """A surface of Claims that Noor owns."""
    return make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def lead(world: Any) -> Any:
    """Tomas, who leads Claims here, and governs nothing."""
    people.change_team(world.team("claims"), actor=world.ada, changes={"lead": world.tomas})
    return world.tomas

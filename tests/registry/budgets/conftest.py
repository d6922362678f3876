"""A surface with an objective, and a short way to count."""

from collections.abc import Callable
from datetime import datetime
from itertools import count as numbers
from typing import Any

import pytest

from governance.core import clock
from registry.budgets import actions
from registry.budgets.models import Objective
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface

TERMS: dict[str, Any] = {"name": "Right answers", "bad_means": "A claim in the wrong queue.", "target": "0.99"}


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=0)


@pytest.fixture
def objective(world: Any, surface: Surface) -> Objective:
    """Of each 1,000 events 10 may be bad; services count."""
    return actions.add(surface, actor=world.noor, expected_events=1000, **TERMS)


@pytest.fixture
def counts(world: Any) -> Callable[..., actions.Counted]:
    """Count as a service does: `counts(objective, good=990, bad=10)`."""
    keys = numbers(1)

    def send(objective: Objective, good: int = 0, bad: int = 0, at: datetime | None = None) -> actions.Counted:
        item = actions.Item(f"batch-{next(keys)}", at or clock.now(), good, bad)
        return actions.count_many(objective, [item], actor=world.noor)

    return send

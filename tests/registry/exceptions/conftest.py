"""A surface of tier 2, and an exception on it, asked for by its owner and approved by Security."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from registry.exceptions import actions
from registry.exceptions.models import ControlException
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface
from tests.world import World


def in_days(days: int) -> date:
    """A day so many days from today."""
    return clock.today() + timedelta(days=days)


@pytest.fixture
def surface(world: World) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def ask(world: World, surface: Surface) -> Callable[..., ControlException]:
    """Ask for an exception; anything of it may be said otherwise."""

    def ask_for(**changes: Any) -> ControlException:
        said: dict[str, Any] = {
            "actor": world.noor,
            "surfaces": [surface],
            "controls": ["rate_limits"],
            "reason": "The gateway is not live yet.",
            "measures": "A daily cap.",
            "expires_on": in_days(20),
        }
        return actions.ask_for(**said | changes)

    return ask_for


def approve(exception: ControlException, *people: Any) -> ControlException:
    """Let people approve it for the hash they saw."""
    for person in people:
        approvals.decide(exception.request, actor=person, verdict="approve", digest=exception.digest)
    return ControlException.objects.select_related("owner", "requester", "request", "extends").get(pk=exception.pk)


@pytest.fixture
def held(world: World, ask: Callable[..., ControlException]) -> ControlException:
    """An exception in force for twenty days."""
    return approve(ask(), world.priya)

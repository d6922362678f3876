"""Surfaces, and terms of a guest's access to one of them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from governance.core import clock
from registry.guests import actions
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

QUARTER = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def today(freeze: Any) -> Any:
    """The day after the quarter that is audited."""
    return freeze("2026-04-01 09:00")


@pytest.fixture
def surface(world: Any, freeze: Any) -> Surface:
    """A surface that was made in the quarter."""
    with freeze_at("2026-02-02 09:00"):
        return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def other(world: Any) -> Surface:
    """A surface out of every scope here."""
    return make_surface(actor=world.tomas, owner=world.tomas, team=world.team("support"), name="Reply drafts")


def freeze_at(moment: str) -> Any:
    """Let something happen at a moment of the past."""
    return clock.telling(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def terms(ends: str = "2026-05-01 12:00") -> actions.Terms:
    """The quarter, until a moment."""
    return actions.Terms(*QUARTER, datetime.fromisoformat(ends).replace(tzinfo=UTC))


@pytest.fixture
def let_in(world: Any, today: Any, surface: Surface) -> Any:
    """Let Gus, a guest who has an account, look at the surface; words of the decision may be others."""

    def make(**more: Any) -> Any:
        given = {
            "purpose": "Annual audit",
            "scope": surface.key,
            "surfaces": [surface],
            "terms": terms(),
            "contact": world.rosa,
            "reason": "The annual audit.",
            "person": world.gus,
        }
        return actions.let_in(actor=world.ada, **{**given, **more}).access

    return make

"""A live surface with a contract, and calls of it: as approved, of another model, and of a surface that nobody registered."""

from typing import Any

import pytest

from registry.surfaces.models import Surface
from tests.registry.modes.conftest import surface
from tests.registry.usage.observing import call, deliver

__all__ = ["surface"]


@pytest.fixture
def observed(world: Any, surface: Surface) -> Surface:
    """Three calls as approved, two of a model that is in no catalogue, one of a program that is not known."""
    key = surface.key
    calls = [call(claim=key, classes=("internal",)) for _ in range(3)]
    calls += [call(claim=key, model="newer-model", classes=("internal",)) for _ in range(2)]
    deliver([*calls, call(claim="", service="somebody-elses", model="their-model", provider="")])
    return surface

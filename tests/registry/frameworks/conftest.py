"""A customer-facing surface, and the ten answers that clear its checklist."""

from collections.abc import Callable
from typing import Any

import pytest

from registry.frameworks import actions, queries
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface
from tests.world import World

HOW = "The gateway filters it."


@pytest.fixture
def surface(world: World) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def answer(world: World, surface: Surface) -> Callable[..., Any]:
    """Answer one item; anything of it may be said otherwise."""

    def say(item: str = "LLM01:2026", **changes: Any) -> Any:
        said: dict[str, Any] = {"framework": "owasp-llm-2026", "item": item, "status": "mitigated", "reason": HOW}
        return actions.answer(changes.pop("surface", surface), actor=changes.pop("actor", world.noor), **said | changes)

    return say


@pytest.fixture
def cleared(surface: Surface, answer: Callable[..., Any]) -> Surface:
    """The surface with every item of the edition in use answered."""
    for item in queries.edition().items:
        answer(item.id)
    return surface

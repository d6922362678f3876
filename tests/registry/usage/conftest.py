"""A live surface with one route and one tool, and short ways to change what is in force."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.approvals import actions as approvals
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface

TOOLS = [{"key": "claims.read", "effect": "read", "limits": "Own region"}]


@pytest.fixture
def approve(world: Any) -> Callable[..., Change]:
    """Bring a contract into force for a surface of tier 0: `approve(surface, routes=[...])`."""

    def bring(surface: Surface, **parts: Any) -> Change:
        told = {"authority": {**CONTRACT["authority"], "tools": TOOLS}, **parts}
        contract = contract_for(world.noor, **told)
        change = changes.propose(surface, actor=world.noor, title="Next", why="It helps.", contract=contract, record=RECORD)
        approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
        surface.refresh_from_db()
        change.refresh_from_db()
        assert change.state == "in_force"
        return change

    return bring


@pytest.fixture
def live(world: Any, approve: Callable[..., Change]) -> Surface:
    """Claims triage, live on tier 0: internal data to Meridian large, EU, and one tool that reads."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    approve(surface)
    return surface

"""A surface whose first contract is proposed and names a suite; CI asks its gate."""

from collections.abc import Callable
from typing import Any

import pytest

from registry.changes import actions as changes
from registry.changes.models import Change
from registry.evals import actions as evals
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface
from tests.registry.evals.files import plain_run

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def suite(world: Any) -> EvalSuite:
    return evals.add_suite(
        actor=world.noor, name="Triage accuracy", key="triage-accuracy", good="The queue a handler would have chosen."
    )


@pytest.fixture
def surface(world: Any, suite: EvalSuite) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def change(world: Any, surface: Surface) -> Change:
    """Revision 1, proposed; it asks for 95 % of triage-accuracy."""
    contract = contract_for(world.noor)
    return changes.propose(surface, actor=world.noor, title="First", why="Saves time.", contract=contract, record=RECORD)


@pytest.fixture
def ask(world: Any, surface: Surface, change: Change, api_as: Any) -> Ask:
    """Ask the gate as the surface's owner would: `ask(plain_run(19, 1), limits={...})`."""
    client = api_as(world.noor, "evals:write")

    def post(
        *files: bytes, status: int = 200, suite: str = "triage-accuracy", headers: Any = None, **more: Any
    ) -> dict[str, Any]:
        body = {"results": [{"suite": suite, "text": file.decode()} for file in files], **more}
        answer = client.post(f"/api/v1/gates/{surface.key}", body, format="json", headers=headers or {})
        assert answer.status_code == status, answer.content
        return dict(answer.json())

    return post


@pytest.fixture
def good() -> bytes:
    """A run in which 20 of 20 cases passed, each with cost and latency."""
    return plain_run(rows=[{"name": f"case {n}", "outcome": "pass", "cost": 0.01, "latency_ms": 100 + n} for n in range(20)])

"""A surface of tier 2 with a contract in force, and the suite that the contract names."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.approvals import actions as approvals
from registry.changes import actions as changes
from registry.evals import actions, formats
from registry.evals.models import EvalRun, EvalSuite
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface
from tests.registry.evals.files import plain_run


@pytest.fixture
def suite(world: Any) -> EvalSuite:
    return actions.add_suite(
        actor=world.noor,
        name="Triage accuracy",
        key="triage-accuracy",
        purpose="Whether a claim lands in the right queue.",
        good="The queue a handler would have chosen.",
        thresholds={"2": 0.95},
        cases_at={"repository": "git.example.com/claims/evals", "path": "triage.jsonl", "commit": "4f1d2c9a"},
        case_count=4,
    )


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def live(world: Any, surface: Surface) -> Surface:
    """The surface with its contract in force: prompt triage v31, model meridian-2.1-large."""
    contract = contract_for(world.noor, evals=[{"suite": "triage-accuracy"}])
    change = changes.propose(surface, actor=world.noor, title="First", why="Saves time.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    return Surface.objects.select_related("in_force", "owner", "team__lead").get(pk=surface.pk)


@pytest.fixture
def record(world: Any, live: Surface, suite: EvalSuite) -> Callable[..., EvalRun]:
    """Record a run: `record(passed=9, failed=1)`, or with named cases: `record(cases={"a": "pass"})`."""

    def run(*, actor: Any = None, revision: Any = None, group: str = "", commit: str = "", **said: Any) -> EvalRun:
        report = formats.read(plain_run(**said))
        given = {"revision": revision, "group": group, "commit": commit}
        return actions.record_run(live, actor=actor or world.noor, suite=suite, report=report, **given)

    return run

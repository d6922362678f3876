"""A live surface of tier 0 with a tool and a source: owned by Noor, approved by Sam, of the team Claims."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core.clock import now
from governance.people import actions as people
from registry.changes import actions as changes
from registry.modes import actions
from registry.modes.models import ModeRaise
from registry.surfaces import actions as surface_actions
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface

TOOLS = [{"key": "claims.read", "effect": "read", "limits": "Own region", "rate": {"calls": 10, "per": "minute"}}]


def bring_live(world: Any, surface: Surface, **parts: Any) -> Surface:
    """Bring a contract into force for a surface of tier 0, and return the surface as it stands then."""
    contract = contract_for(world.noor, authority={**CONTRACT["authority"], "tools": TOOLS}, **parts)
    change = changes.propose(surface, actor=world.noor, title="First", why="It saves time.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    return Surface.objects.get(pk=surface.pk)


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    return bring_live(world, made, retrieval=[{"key": "plan-documents", "snapshot": "2026-10-01"}])


@pytest.fixture
def lowered(world: Any, surface: Surface) -> Surface:
    """The same, with its tools taken away by its owner."""
    actions.lower(surface, actor=world.noor, to="no_tools", reason="It booked twice.")
    return Surface.objects.get(pk=surface.pk)


@pytest.fixture
def asked(world: Any, lowered: Surface) -> ModeRaise:
    """A raise to normal that waits for the team's lead."""
    return actions.ask_to_raise(lowered, actor=world.noor, to="normal", reason="The booking is mended.")


def agree(raised: ModeRaise, *approvers: Any) -> ModeRaise:
    """Let people approve it for the hash they saw."""
    for person in approvers:
        approvals.decide(raised.request, actor=person, verdict="approve", digest=raised.digest)
    return ModeRaise.objects.select_related("surface", "request").get(pk=raised.pk)


@pytest.fixture
def served(world: Any, live_server: Any) -> tuple[Surface, str]:
    """A live surface on a live server, and a token of somebody it is shared with."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))
    surface_actions.share(surface, actor=world.noor, with_=world.ben)
    ends = now().replace(year=now().year + 1, day=1)
    made = people.create_token(world.ben, actor=world.ben, name="worker", scopes_wanted=["decisions:read"], expires_at=ends)
    return surface, made.secret


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the JavaScript SDKs as locked. Without Node or its registry skipped; failed with REQUIRE_NODE set."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "read.mjs", "listen.mjs"):
        shutil.copy(Path(__file__).parent / "node" / name, folder)
    npm = shutil.which("npm")
    command = [npm or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False) if npm else None
    if done is None or done.returncode:
        why = f"the JavaScript SDKs cannot be installed: {done.stderr[-300:] if done else 'there is no npm'}"
        if os.environ.get("REQUIRE_NODE"):
            pytest.fail(why)
        pytest.skip(why)
    return folder

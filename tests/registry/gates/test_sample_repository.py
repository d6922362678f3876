"""A team's repository against a live server: its contract is proposed, its build is blocked, then it passes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from governance.approvals import actions as approvals
from governance.core.clock import now
from governance.people import actions as people
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.evals import actions as evals
from registry.surfaces import actions as surfaces
from registry.surfaces.rules import EDIT
from tests.registry.building import make_catalog, make_surface

HERE = Path(__file__).parent / "sample_repository"
SCRIPTS = Path(__file__).parents[3] / "docs" / "ci"


@pytest.mark.django_db(transaction=True)
def test_a_build_is_blocked_with_the_reason_and_then_passes(world: Any, live_server: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    evals.add_suite(actor=world.noor, name="Triage accuracy", key="triage-accuracy", good="What a handler would choose.")
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    surfaces.share(surface, actor=world.noor, with_=world.bot, permission=EDIT)
    scopes = ["registry:read", "registry:write", "evals:write"]
    ends = now().replace(year=now().year + 1, day=1)
    token = people.create_token(world.bot, actor=world.ada, name="ci", scopes_wanted=scopes, expires_at=ends).secret

    def build(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the documentation as CI would: in the repository, with nothing but Python."""
        env = {"PLUMBLINE_URL": live_server.url, "PLUMBLINE_TOKEN": token, "COMMIT": "9c1f3aa4", "PATH": os.environ["PATH"]}
        command = [sys.executable, "-I", str(SCRIPTS / script), surface.key, *arguments]
        return subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=60, check=False)

    looked = build("contract.py", "dry_run=true")
    assert looked.returncode == 0 and looked.stdout.startswith("### Plumbline: Claims triage"), looked.stderr
    assert not Change.objects.exists()
    proposed = build("contract.py", "title=The first contract")
    assert proposed.returncode == 0, proposed.stderr
    change = Change.objects.get()
    assert (change.title, change.source_commit, change.requester) == ("The first contract", "9c1f3aa4", world.bot)

    blocked = build("gate.py", "triage-accuracy", "results/failing.json", "max_cost=1")
    assert blocked.returncode == 1 and "failed" in blocked.stdout and "95\u00a0% is asked" in blocked.stdout
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    changes.proceed(change, actor=world.system)
    change.refresh_from_db()
    assert change.state == "approved", "the gate holds what people approved"

    passed = build("gate.py", "triage-accuracy", "results/passing.json", "max_cost=1", "min_pass_rate=0.95")
    assert (passed.returncode, passed.stdout.split()[1]) == (0, "passed"), passed.stdout + passed.stderr
    changes.proceed(change, actor=world.system)
    change.refresh_from_db()
    assert change.state == "in_force"
    assert build("gate.py", "triage-accuracy", "plumbline.yaml").returncode == 1


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_the_workflow_files_can_be_read_and_call_scripts_that_exist(name: str) -> None:
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    assert isinstance(yaml.safe_load(text), dict)
    called = set(re.findall(r"ci/(\w+\.py)", text))
    assert called == {"gate.py", "contract.py"} and all((SCRIPTS / each).exists() for each in called)

"""The real OpenFeature SDKs with their OFREP providers, over a real connection: Python, and JavaScript on Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

from governance.core.clock import now
from governance.people import actions as people
from registry.modes import actions
from registry.surfaces import actions as surface_actions
from registry.surfaces.models import Surface
from scripts.ports import unused
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import agree, bring_live

NAMES = ("on", "unattended", "tools", "retrieval", "main_model")


def sdk(name: str, url: str, token: str) -> OpenFeatureClient:
    """What a team writes: a provider with an address and a token, then a client."""
    headers = {"Authorization": f"Bearer {token}"}
    api.set_provider(OFREPProvider(url, headers_factory=lambda: headers, timeout=10.0), domain=name)
    return api.get_client(domain=name)


@pytest.fixture
def served(world: Any, live_server: Any) -> tuple[Surface, str]:
    """A live surface on a live server, and a token of somebody it is shared with."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))
    surface_actions.share(surface, actor=world.noor, with_=world.ben)
    ends = now().replace(year=now().year + 1, day=1)
    made = people.create_token(world.ben, actor=world.ben, name="worker", scopes_wanted=["decisions:read"], expires_at=ends)
    return surface, made.secret


@pytest.mark.django_db(transaction=True)
def test_a_lowered_mode_is_read_by_the_sdk_and_what_fails_is_the_callers_default(
    world: Any, live_server: Any, served: tuple[Surface, str]
) -> None:
    surface, token = served
    client = sdk("worker", live_server.url, token)
    context = EvaluationContext(targeting_key="worker-1", attributes={"surface": surface.key})

    details = client.get_string_details(surface.key, "off", context)
    assert details.error_message is None, details.error_message
    assert (details.value, details.variant, details.reason) == ("normal", "normal", Reason.STATIC)
    assert (details.flag_metadata["revision"], details.flag_metadata["digest"]) == (1, surface.in_force.digest)
    assert all(client.get_boolean_value(f"{surface.key}.{name}", False) for name in NAMES)

    actions.lower(surface, actor=world.noor, to="no_tools", reason="It booked twice.")
    lowered = client.get_string_details(surface.key, "off")  # without a context, as the SDK lets one
    assert lowered.value == "no_tools"
    assert lowered.flag_metadata["set_by"] == "Owner"
    allowed = {name for name in NAMES if client.get_boolean_value(f"{surface.key}.{name}", False)}
    assert allowed == {"on", "retrieval", "main_model"}

    agree(actions.ask_to_raise(surface, actor=world.noor, to="normal", reason="Mended."), world.sam)
    assert client.get_boolean_value(f"{surface.key}.tools", False) is True

    unknown = client.get_boolean_details("S-9999.tools", False)
    assert (unknown.value, unknown.error_code, unknown.reason) == (False, ErrorCode.FLAG_NOT_FOUND, Reason.ERROR)
    wrong = client.get_boolean_details(surface.key, False)
    assert (wrong.value, wrong.error_code) == (False, ErrorCode.TYPE_MISMATCH)
    for name, other in (
        ("stranger", sdk("stranger", live_server.url, "not-a-token")),
        ("nobody", sdk("nobody", f"http://127.0.0.1:{unused()}", token)),
    ):
        failed = other.get_string_details(surface.key, "off")
        assert (failed.value, failed.error_code) == ("off", ErrorCode.GENERAL), name


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A folder with the JavaScript SDKs as locked. Without Node or its registry skipped; failed with REQUIRE_NODE set."""
    for name in ("package.json", "package-lock.json", "read.mjs"):
        shutil.copy(Path(__file__).parent / "node" / name, tmp_path)
    npm = shutil.which("npm")
    command = [npm or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False) if npm else None
    if done is None or done.returncode:
        why = f"the JavaScript SDKs cannot be installed: {done.stderr[-300:] if done else 'there is no npm'}"
        if os.environ.get("REQUIRE_NODE"):
            pytest.fail(why)
        pytest.skip(why)
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_javascript_reads_it_on_servers_and_in_browsers(
    world: Any, live_server: Any, served: tuple[Surface, str], node: Path
) -> None:
    surface, token = served
    command = ["node", "read.mjs", live_server.url, token, surface.key]
    with subprocess.Popen(command, cwd=node, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        before = json.loads(reader.stdout.readline())
        actions.lower(surface, actor=world.noor, to="no_tools", reason="It booked twice.")
        after = json.loads(reader.stdout.readline())
        assert reader.wait(timeout=30) == 0
    assert before == {
        "server": ["normal", "STATIC", "live", True],
        "web": ["normal", "STATIC", True],
        "unknown": [False, "FLAG_NOT_FOUND"],
    }
    assert after == {
        "server": ["no_tools", "STATIC", "live", False],
        "web": ["no_tools", "STATIC", False],
        "unknown": [False, "FLAG_NOT_FOUND"],
    }

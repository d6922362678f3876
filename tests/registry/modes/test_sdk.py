"""The real OpenFeature SDKs with their OFREP providers, over a real connection: Python, and JavaScript on Node."""

import json
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

from registry.modes import actions
from registry.surfaces.models import Surface
from scripts.ports import unused
from tests.registry.modes.conftest import agree

NAMES = ("on", "unattended", "tools", "retrieval", "main_model")


def sdk(name: str, url: str, token: str) -> OpenFeatureClient:
    """What a team writes: a provider with an address and a token, then a client."""
    headers = {"Authorization": f"Bearer {token}"}
    api.set_provider(OFREPProvider(url, headers_factory=lambda: headers, timeout=10.0), domain=name)
    return api.get_client(domain=name)


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

"""The real OpenFeature SDK for Python with its OFREP provider, over a real connection."""

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
from scripts.ports import unused
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import agree, bring_live

NAMES = ("on", "unattended", "tools", "retrieval", "main_model")


def sdk(name: str, url: str, token: str) -> OpenFeatureClient:
    """What a team writes: a provider with an address and a token, then a client."""
    headers = {"Authorization": f"Bearer {token}"}
    api.set_provider(OFREPProvider(url, headers_factory=lambda: headers, timeout=10.0), domain=name)
    return api.get_client(domain=name)


@pytest.mark.django_db(transaction=True)
def test_a_lowered_mode_is_read_by_the_sdk_and_what_fails_is_the_callers_default(world: Any, live_server: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))
    surface_actions.share(surface, actor=world.noor, with_=world.ben)
    ends = now().replace(year=now().year + 1, day=1)
    made = people.create_token(world.ben, actor=world.ben, name="worker", scopes_wanted=["decisions:read"], expires_at=ends)
    client = sdk("worker", live_server.url, made.secret)
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
        ("nobody", sdk("nobody", f"http://127.0.0.1:{unused()}", made.secret)),
    ):
        failed = other.get_string_details(surface.key, "off")
        assert (failed.value, failed.error_code) == ("off", ErrorCode.GENERAL), name

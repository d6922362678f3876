"""What is in quarantine is refused everywhere: to gateways, in flags, to revisions and builds. No exception lifts that."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.approvals import actions as approvals
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.changes import actions as changes
from registry.changes.holds import QUARANTINE, weigh
from registry.changes.models import Change
from registry.gates import actions as gates
from registry.gates.actions import Asked
from registry.modes import actions as modes
from registry.modes.served import allowed, served
from registry.quarantine import actions
from registry.quarantine.held import Quarantined
from registry.quarantine.models import Quarantine
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for
from tests.registry.modes.conftest import TOOLS

FLAGS, EVALUATION = "/ofrep/v1/evaluate/flags", "/access/v1/evaluation"
THINGS = {"endpoint": "meridian-large-eu", "tool": "claims.read", "source": "plan-documents"}


@pytest.fixture
def sdk(world: Any, api_as: Callable[..., APIClient]) -> APIClient:
    return api_as(world.noor, "decisions:read")


def place(world: Any, kind: str) -> Quarantine:
    found = {"endpoint": Endpoint.objects.select_related("owner", "vendor"), "vendor": Vendor.objects}.get(kind)
    thing = found.get() if found is not None else Tool.objects.get(key="claims.read") if kind == "tool" else THINGS[kind]
    return actions.place(actor=world.rosa, kind=kind, thing=thing, reason="Harm.")


def codes(sdk: APIClient, surface: Surface, action: str, kind: str) -> set[str]:
    asked = {
        "subject": {"type": "surface", "id": surface.key},
        "action": {"name": action},
        "resource": {"type": "retrieval_source" if kind == "source" else kind, "id": THINGS[kind]},
        "context": {"data_classes": ["internal"], "human_approval": True},
    }
    answer = sdk.post(EVALUATION, asked, format="json").json()
    assert answer["decision"] is (not answer["context"]["reasons"])
    return {each["code"] for each in answer["context"]["reasons"]}


def flag(sdk: APIClient, key: str) -> dict[str, Any]:
    return sdk.post(f"{FLAGS}/{key}", {}, format="json").json()


def lift(world: Any, row: Quarantine) -> None:
    asked = actions.ask_to_lift(row, actor=world.rosa, reason="Mended.")
    approvals.decide(asked.request, actor=world.sam, verdict="approve", digest=asked.digest)


@pytest.mark.parametrize(
    ("held", "action", "kind", "code"),
    [("endpoint", "send", "endpoint", "endpoint_quarantined"), ("vendor", "send", "endpoint", "endpoint_quarantined"),
     ("tool", "call", "tool", "tool_quarantined"), ("source", "retrieve", "source", "retrieval_source_quarantined")],
)  # fmt: skip
def test_gateways_are_told_no_and_yes_again_once_it_is_lifted(
    world: Any, surface: Surface, sdk: APIClient, held: str, action: str, kind: str, code: str
) -> None:
    before = codes(sdk, surface, action, kind)
    row = place(world, held)
    assert code in codes(sdk, surface, action, kind) and code not in before
    assert ("quarantine_off" in codes(sdk, surface, action, kind)) is (held in ("endpoint", "vendor"))
    lift(world, row)
    assert codes(sdk, surface, action, kind) == before


def test_flags_say_off_where_no_route_is_left_and_name_the_quarantine(world: Any, surface: Surface, sdk: APIClient) -> None:
    assert flag(sdk, surface.key)["value"] == "normal"
    row = place(world, "vendor")
    body = flag(sdk, surface.key)
    assert (body["value"], body["variant"], body["metadata"]["mode"]) == ("off", "off", "normal")
    assert (body["metadata"]["quarantined"], body["metadata"]["quarantines"]) == ("endpoint meridian-large-eu", row.key)
    assert flag(sdk, f"{surface.key}.on")["value"] is False
    bulk = sdk.post(FLAGS, {}, format="json")
    assert {each["key"]: each["value"] for each in bulk.json()["flags"]}[f"{surface.key}.unattended"] is False
    lift(world, row)
    assert flag(sdk, surface.key)["value"] == "normal"
    again = sdk.post(FLAGS, {}, format="json", headers={"If-None-Match": bulk["ETag"]})
    assert again.status_code == 200 and "quarantined" not in again.content.decode()


def test_flags_keep_the_mode_and_take_away_what_is_gone(world: Any, surface: Surface, sdk: APIClient) -> None:
    place(world, "tool")
    place(world, "source")
    body = flag(sdk, surface.key)
    assert (body["value"], body["metadata"]["quarantined"]) == ("normal", "tool claims.read, source plan-documents")
    said = {name: flag(sdk, f"{surface.key}.{name}")["value"] for name in ("on", "tools", "retrieval", "unattended")}
    assert said == {"on": True, "tools": False, "retrieval": False, "unattended": True}


ROUTES = [{"endpoint": "a", "role": "primary"}, {"endpoint": "b", "role": "fallback"}, {"endpoint": "c", "role": "safer"}]


@pytest.mark.parametrize(
    ("mode", "gone", "then"),
    [("normal", "", "normal"), ("normal", "a", "normal"), ("no_tools", "ab", "safer_model"), ("normal", "abc", "off"),
     ("safer_model", "ab", "safer_model"), ("safer_model", "c", "off"), ("off", "a", "off"),
     ("human_review", "c", "human_review")],
)  # fmt: skip
def test_the_mode_to_obey_follows_from_the_routes_that_are_left(mode: str, gone: str, then: str) -> None:
    assert served(mode, {"routes": ROUTES}, Quarantined(endpoints=dict.fromkeys(gone, "Q-1"))) == then


def test_tools_go_only_once_all_of_them_are_gone():
    contract = {"authority": {"tools": [{"key": "x"}, {"key": "y"}]}}
    assert allowed("normal", contract, Quarantined(tools={"x": "Q-1"}))["tools"]
    assert not allowed("normal", contract, Quarantined(tools={"x": "Q-1", "y": "Q-2"}))["tools"]
    assert allowed("normal", {}, Quarantined(tools={"x": "Q-1"}))["tools"]


def propose(world: Any, surface: Surface, **words: Any) -> Change:
    contract = contract_for(world.noor, authority={**CONTRACT["authority"], "tools": TOOLS}, **words)
    return changes.propose(surface, actor=world.noor, title="Next", why="Better.", contract=contract, record=RECORD)


def test_no_revision_that_names_it_comes_into_force_until_it_is_lifted(world: Any, surface: Surface) -> None:
    row = place(world, "tool")
    change = propose(world, surface)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    change = Change.objects.get(pk=change.pk)
    assert change.state == Change.State.APPROVED
    (hold,) = [each for each in weigh(change).binding if each.kind == QUARANTINE]
    assert "claims.read" in hold.what and row.key in hold.url
    lift(world, row)
    assert changes.proceed(change, actor=world.sam).state == Change.State.IN_FORCE


def test_a_rollback_passes_what_is_in_force_already_and_brings_nothing_back(world: Any, surface: Surface) -> None:
    first = surface.in_force
    second = propose(world, surface)
    approvals.decide(second.request, actor=world.sam, verdict="approve", digest=second.revision.digest)
    surface.refresh_from_db()
    place(world, "tool")  # named by both revisions
    place(world, "source")  # named by the first alone
    change = changes.roll_back(surface, actor=world.noor, to=first, why="It got worse.")
    found = {each.what.split()[1]: each.waived_by for each in weigh(change).found if each.kind == QUARANTINE}
    assert found == {"tool": "rollback", "source": ""}


def test_the_gate_does_not_let_it_through(world: Any, surface: Surface) -> None:
    place(world, "source")
    check = gates.ask_gate(surface, actor=world.noor, sent=[], asked=Asked())
    (reason,) = [each for each in check.reasons if each["code"] == "quarantined"]
    assert "plan-documents" in reason["text"] and not check.passed


def test_lowering_by_hand_goes_on_as_before(world: Any, surface: Surface, sdk: APIClient) -> None:
    place(world, "endpoint")
    modes.lower(surface, actor=world.noor, to="no_tools", reason="Twice.")
    assert (flag(sdk, surface.key)["value"], flag(sdk, surface.key)["metadata"]["mode"]) == ("off", "no_tools")

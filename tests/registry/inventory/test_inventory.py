"""Pulling inventory: a file is read without its keys, what is new is shown, and drafts are made of what is chosen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState, TooLarge
from governance.ledger.models import Entry
from registry.catalog.actions import add_endpoint
from registry.catalog.models import Endpoint, Vendor
from registry.inventory import actions, planning, queries, reading
from registry.inventory.models import Inventory
from registry.surfaces.models import Draft
from registry.usage.aliases.actions import make
from registry.usage.models import UsageAlias
from tests.registry.building import make_catalog

URL = "/api/v1/inventories"
SECRET = "sk-proj-abcdefghijklmnop1234567890"
LITELLM = f"""
model_list:
  - model_name: claims-large
    litellm_params:
      model: meridian/meridian-2.1-large
      api_base: https://eu-central.api.meridian.example/v1
      api_key: os.environ/MERIDIAN_KEY
      region_name: eu-central
  - model_name: claims-small
    litellm_params: {{model: bedrock/anthropic.claude-haiku, aws_region_name: eu-central-1, api_key: {SECRET}}}
  - model_name: letters
    litellm_params: {{model: azure/gpt-letters, api_base: "https://letters-eu.openai.azure.com"}}
    model_info: {{base_model: azure/gpt-4o}}
  - model_name: letters
    litellm_params: {{model: openai/gpt-4o-mini, api_key: {SECRET}}}
general_settings: {{master_key: {SECRET}}}
"""
PROVIDER = {
    "object": "list",
    "data": [
        {"id": "meridian-2.1-large", "object": "model", "created": 1, "shutdown_date": "2027-03-01"},
        {"id": "meridian-3-large", "display_name": "Meridian 3 large", "shutdown_date": None},
    ],
}


@pytest.fixture
def catalog(world: Any) -> dict[str, Any]:
    return make_catalog(actor=world.ada, owner=world.noor)


def read(who: Any, text: str = LITELLM, kind: str = "litellm", **given: Any) -> Inventory:
    return actions.read(actor=who, kind=kind, data=text.encode(), file_name="config.yaml", **given)


def steps(inventory: Inventory, who: Any) -> dict[str, planning.Step]:
    return {step.id: step for step in planning.plan(inventory, who).steps}


def test_a_gateways_configuration_is_read_without_its_keys(world: Any, catalog: dict[str, Any]) -> None:
    inventory = read(world.noor)
    assert [(each["provider"], each["model"], each["region"], each["group"]) for each in inventory.lines] == [
        ("meridian", "meridian-2.1-large", "eu-central", "claims-large"),
        ("bedrock", "anthropic.claude-haiku", "eu-central-1", "claims-small"),
        ("azure", "gpt-4o", "", "letters"),
        ("openai", "gpt-4o-mini", "", "letters"),
    ]
    assert inventory.lines[0]["key_ref"] == "os.environ/MERIDIAN_KEY" and inventory.secrets == 2
    entry = Entry.objects.get(kind="inventory.read")
    everything = json.dumps(inventory.lines) + entry.body + str(list(Inventory.history.values_list("lines", flat=True)))
    assert SECRET not in everything


def test_what_is_new_is_shown_and_what_is_there_is_not(world: Any, catalog: dict[str, Any]) -> None:
    found = steps(read(world.noor), world.noor)
    assert set(found) == {
        "endpoint:1", "endpoint:2", "endpoint:3", "alias:0", "alias:1",
        "registration:0", "registration:1", "registration:2",
    }  # fmt: skip
    assert found["alias:0"].thing == catalog["endpoint"] and found["alias:1"].needs == "endpoint:1"
    assert "Amazon Bedrock, a new vendor" in found["endpoint:1"].detail
    assert [found[key].chosen for key in ("endpoint:1", "alias:0", "registration:0")] == [True, True, False]
    assert not steps(read(world.ben), world.ben)["alias:0"].verdict


def test_what_is_chosen_is_drafted_all_or_nothing(world: Any, catalog: dict[str, Any]) -> None:
    inventory = read(world.noor)
    with pytest.raises(Invalid, match="not there yet"):
        actions.take(inventory, actor=world.noor, steps=["alias:1"])
    assert not UsageAlias.objects.exists()
    with pytest.raises(Invalid, match="no step"):
        actions.take(inventory, actor=world.noor, steps=["endpoint:0"])
    with pytest.raises(Denied):
        actions.take(inventory, actor=world.ben, steps=["alias:0"])
    wanted = ["endpoint:1", "alias:0", "alias:1", "registration:0"]
    actions.take(inventory, actor=world.noor, steps=wanted, expected_version=inventory.version)
    made = Endpoint.objects.get(model="anthropic.claude-haiku")
    assert (made.state, made.owner, made.vendor.name, made.vendor.state) == ("proposed", world.noor, "Amazon Bedrock", "proposed")
    assert dict(UsageAlias.objects.values_list("value", "endpoint__key")) == {
        "claims-large": "meridian-large-eu",
        "claims-small": made.key,
    }
    draft = Draft.objects.get(kind="registration")
    assert (draft.author, draft.content["name"], draft.content["source"]) == (world.noor, "Claims large", inventory.key)
    assert [each["key"] for each in inventory.made][:1] == [made.key]
    with pytest.raises((Denied, StaleState)):
        actions.take(inventory, actor=world.noor, steps=["endpoint:2"])


def test_a_providers_list_brings_the_days_on_which_models_end(world: Any, catalog: dict[str, Any]) -> None:
    gone = add_endpoint(actor=world.noor, name="Old", vendor=catalog["vendor"], model="meridian-1")
    inventory = read(world.noor, json.dumps(PROVIDER), "provider", vendor=catalog["vendor"])
    plan = planning.plan(inventory, world.noor)
    assert [(step.kind, step.chosen) for step in plan.steps] == [("ends", True), ("endpoint", False)]
    assert plan.gone == [gone]
    actions.take(inventory, actor=world.noor, steps=["ends:0:meridian-large-eu"])
    endpoint = Endpoint.objects.get(key="meridian-large-eu")
    assert (str(endpoint.deprecates_on), endpoint.state) == ("2027-03-01", "approved")
    again = read(world.noor, json.dumps(PROVIDER), "provider", vendor=catalog["vendor"])
    assert [step.kind for step in planning.plan(again, world.noor).steps] == ["endpoint"]
    with pytest.raises(Invalid, match="whose list"):
        read(world.noor, json.dumps(PROVIDER), "provider")


def test_a_list_of_ones_own(world: Any, catalog: dict[str, Any]) -> None:
    table = (
        f"Vendor,Model,Region,Deprecates on\nMeridian AI,meridian-2.1-large,EU-Central,2027-01-31\nNew Co,m1,us,{SECRET}\n,m2,,\n"
    )
    inventory = read(world.rosa, table, "plain")
    found = steps(inventory, world.rosa)
    assert set(found) == {"ends:0:meridian-large-eu", "endpoint:1", "endpoint:2"}
    assert not found["endpoint:2"].verdict and "whose model" in found["endpoint:2"].verdict.reason


BAD = {
    "litellm": ("{", "[]", "model_list: 3", "model_list: []", "a: &a [*a]", "model_list: [{model_name: x}]"),
    "provider": ("{", '{"data": 1}', "[]", "[" * 100_000, '{"data": [1, {"id": 5.5e999}]}'),
    "plain": ("name\nx\n", "model\n"),
    "cloud": ("x",),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_such_file_is_refused_with_what_to_do(kind: str, world: Any, catalog: dict[str, Any]) -> None:
    for text in BAD[kind]:
        with pytest.raises(Invalid) as error:
            read(world.noor, text, kind, vendor=catalog["vendor"])
        assert error.value.fields
    with pytest.raises(TooLarge):
        read(world.noor, "#" * (reading.MOST_BYTES + 1))


def test_auditors_look_and_guests_see_nothing(world: Any, catalog: dict[str, Any]) -> None:
    inventory = read(world.noor)
    with pytest.raises(Denied):
        read(world.aud)
    with pytest.raises(NotVisible):
        queries.get(world.gus, inventory.key)
    with pytest.raises(Denied):
        actions.discard(inventory, actor=world.aud)
    with pytest.raises(StaleState):
        actions.discard(inventory, actor=world.noor, expected_version=9)
    actions.discard(inventory, actor=world.noor)
    assert list(Entry.objects.filter(subject_type="registry.inventory").order_by("seq").values_list("kind", flat=True)) == [
        "inventory.read",
        "inventory.discarded",
    ]


def test_pages(world: Any, catalog: dict[str, Any], client_as: Callable[..., Client]) -> None:
    client = client_as(world.noor)
    sent = {"kind": "litellm", "file": SimpleUploadedFile("config.yaml", LITELLM.encode())}
    page = client.post(reverse("inventory-new"), sent)
    inventory = Inventory.objects.get()
    assert (page.status_code, page["Location"]) == (302, inventory.get_absolute_url())
    said = client.get(inventory.get_absolute_url()).content.decode()
    assert "Propose the endpoint anthropic.claude-haiku" in said and "2 keys" in said and SECRET not in said
    take = reverse("inventory-take", args=[inventory.key])
    assert 'value="endpoint:1"' in client.get(take).content.decode()
    assert client_as(world.ben).get(take).status_code == 403
    assert client.post(take, {}).status_code == 422
    assert client.post(take, {"steps": ["endpoint:1"]}).status_code == 302
    assert "What was made" in client.get(inventory.get_absolute_url()).content.decode()
    assert client.post(take, {"steps": ["endpoint:2"]}).status_code == 403
    bad = {"kind": "provider", "file": SimpleUploadedFile("models.json", b"{")}
    assert client.post(reverse("inventory-new"), bad).status_code == 422


def test_lists_cost_the_same_at_one_row_and_at_three(
    world: Any, catalog: dict[str, Any], client_as: Callable[..., Client]
) -> None:
    client = client_as(world.rosa)

    def cost() -> int:
        client.get(reverse("inventories"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("inventories")).status_code == 200
        return len(seen)

    read(world.noor)
    one = cost()
    read(world.noor)
    read(world.rosa)
    assert cost() == one <= 15


def test_by_rest(world: Any, catalog: dict[str, Any], api_as: Callable[..., APIClient]) -> None:
    api = api_as(world.noor)
    file = SimpleUploadedFile("models.json", json.dumps(PROVIDER).encode())
    made = api.post(URL, {"kind": "provider", "vendor": "meridian", "file": file}, format="multipart")
    assert made.status_code == 201 and made.json()["lines"][1]["model"] == "meridian-3-large"
    address = f"{URL}/{made.json()['key']}"
    offered = api.get(f"{address}/steps").json()
    assert [(each["id"], each["may"]) for each in offered] == [("ends:0:meridian-large-eu", True), ("endpoint:1", True)]
    done = api.post(f"{address}/takeover", {"steps": ["endpoint:1"]}, format="json")
    assert (done.json()["state"], done.json()["made"][0]["key"]) == ("taken", "meridian-3-large")
    assert api.post(f"{address}/discarding", {}, format="json").status_code == 403
    assert api_as(world.aud).get(address).status_code == 200
    assert Vendor.objects.count() == 1


def test_a_name_that_means_something_already_is_left_alone(world: Any, catalog: dict[str, Any]) -> None:
    inventory = read(world.noor)
    actions.take(inventory, actor=world.noor, steps=["alias:0"])
    assert "alias:0" not in steps(read(world.noor), world.noor)
    with pytest.raises(Conflict):
        make(actor=world.noor, attribute="model", value="claims-large", endpoint=catalog["endpoint"])

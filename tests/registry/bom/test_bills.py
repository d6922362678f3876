"""Bills of materials: valid by the official schema, made of what is in force, and silent on what must not leave."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core.errors import Invalid
from governance.ledger.models import Entry
from registry.bom import bill, checking, queries
from registry.catalog import actions as catalog
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, make_catalog, make_surface, passing_run
from tests.registry.modes.conftest import bring_live
from tests.world import World

CLASSES = [{"key": "internal", "handling": "plain"}, {"key": "customer", "handling": "redacted", "note": "Names are cut."}]


@pytest.fixture
def held(world: World) -> dict[str, Any]:
    """The catalogue, with an account and a key reference that must stay inside."""
    made = make_catalog(actor=world.ada, owner=world.noor)
    terms = {"retention": {"says": "30 days, then gone.", "source": ""}}
    catalog.set_terms(made["vendor"], actor=world.ada, terms=terms)
    return made


@pytest.fixture
def surface(world: World, held: dict[str, Any]) -> Surface:
    """A surface in force with a prompt, a source, a tool and an eval run."""
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    outputs = {**CONTRACT["outputs"], "decision": "none"}
    live = bring_live(world, made, retrieval=[{"key": "plans", "snapshot": "2026-10-01"}], outputs=outputs)
    assert live.in_force is not None
    passing_run(live, live.in_force.contract, "triage-accuracy", actor=world.rosa, failed=4)
    return live


def read(body: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(body)
    return told


def by_ref(told: dict[str, Any]) -> dict[str, Any]:
    return {each["bom-ref"]: each for each in [*told["components"], *told.get("services", [])]}


@pytest.mark.parametrize("version", bill.VERSIONS)
def test_a_surface_is_told_as_models_services_data_and_tools(world: World, surface: Surface, version: str) -> None:
    told = read(queries.of_surface(surface, version))
    assert (told["specVersion"], told["metadata"]["lifecycles"]) == (version, [{"phase": "operations"}])
    parts = by_ref(told)
    assert set(parts) == {
        "model:meridian/meridian-2.1-large",
        f"prompt:{surface.key}/triage@v31",
        f"source:{surface.key}/plans@2026-10-01",
        "endpoint:meridian-large-eu",
        "tool:claims.read",
    }
    model = parts["model:meridian/meridian-2.1-large"]
    assert (model["type"], model["supplier"]["name"]) == ("machine-learning-model", "Meridian AI")
    (metric,) = model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert (metric["type"], metric["value"]) == ("Pass rate: Triage accuracy", "0.96")
    assert f"{surface.key} r1, 100 cases" in metric["slice"]
    considered = model["modelCard"]["considerations"]
    assert considered["useCases"] == [f"{surface.key}: Suggests a queue for a claim."]
    assert f"{surface.key}: Must not see: free-text clinical notes" in considered["technicalLimitations"]
    endpoint = parts["endpoint:meridian-large-eu"]
    assert endpoint["data"][0]["classification"] == "internal"
    assert {"name": "plumbline:region", "value": "eu-central"} in endpoint["properties"]
    assert {"name": "plumbline:vendor_retention", "value": "30 days, then gone."} in endpoint["properties"]
    assert {"name": "plumbline:effect", "value": "Reads"} in parts["tool:claims.read"]["properties"]


def test_everything_it_needs_is_declared_and_it_says_that_it_is_whole(world: World, surface: Surface) -> None:
    told = read(queries.of_surface(surface))
    needs = {each["ref"]: each.get("dependsOn", []) for each in told["dependencies"]}
    assert needs["endpoint:meridian-large-eu"] == ["model:meridian/meridian-2.1-large"]
    assert set(needs) == {*by_ref(told), f"surface:{surface.key}"}
    assert {ref for refs in needs.values() for ref in refs} <= set(needs)
    assert told["compositions"] == [{"aggregate": "complete", "assemblies": [f"surface:{surface.key}"]}]
    stated = {each["name"]: each["value"] for each in told["metadata"]["component"]["properties"]}
    assert surface.in_force is not None
    assert stated["plumbline:contract_sha256"] == surface.in_force.digest


def test_no_words_of_a_prompt_no_account_no_key_and_no_person_leave(world: World, surface: Surface, held: dict[str, Any]) -> None:
    endpoint = held["endpoint"]
    catalog.change_item(endpoint, actor=world.ada, account_ref="claims-prod", key_ref="vault:claims/meridian")
    for body in (queries.of_surface(surface), queries.of_company(world.ada)):
        said = body.decode()
        for word in ("You sort claims", "claims-prod", "vault:", world.noor.name, world.noor.email, world.noor.ref):
            assert word not in said
    (prompt,) = (each for each in read(queries.of_surface(surface))["components"] if each["bom-ref"].startswith("prompt:"))
    assert prompt["hashes"][0]["alg"] == "SHA-256"


def test_a_surface_without_a_contract_is_told_as_incomplete(world: World, held: dict[str, Any]) -> None:
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    told = read(queries.of_surface(made))
    assert "components" not in told
    assert told["compositions"] == [{"aggregate": "incomplete", "assemblies": [f"surface:{made.key}"]}]


def test_the_company_has_each_model_once_with_what_every_surface_says_of_it(world: World, surface: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims letters")
    other = bring_live(world, other)
    told = read(queries.of_company(world.ada))
    (model,) = (each for each in told["components"] if each["type"] == "machine-learning-model")
    assert [each.split(":")[0] for each in model["modelCard"]["considerations"]["useCases"]] == [surface.key, other.key]
    assert {f"surface:{surface.key}", f"surface:{other.key}"} <= set(by_ref(told))
    scope = {"name": "plumbline:scope", "value": "all surfaces of the company"}
    assert scope in told["metadata"]["component"]["properties"]


def test_a_reader_gets_the_surfaces_that_they_see_and_is_told_so(world: World, surface: Surface) -> None:
    told = read(queries.of_company(world.gus))
    assert "components" not in told
    scope = {"name": "plumbline:scope", "value": "the surfaces that are visible to whoever asked"}
    assert scope in told["metadata"]["component"]["properties"]


def test_the_same_holdings_at_the_same_moment_give_the_same_bytes(
    world: World, surface: Surface, freeze: Callable[..., Any]
) -> None:
    freeze("2026-11-20T12:00:00Z")
    once, again = queries.of_surface(surface), queries.of_surface(surface)
    assert once == again
    assert read(once)["serialNumber"].startswith("urn:uuid:")


def test_the_reads_do_not_grow_with_the_surfaces(world: World, surface: Surface) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.of_company(world.ada)
        return len(caught)

    queries.of_company(world.ada)
    one = counted()
    for name in ("Letters", "Replies"):
        bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=name))
    assert counted() == one


def test_what_the_schema_refuses_never_leaves(world: World, surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**read(queries.of_surface(surface)), "version": "one"}
    with pytest.raises(checking.NotValid, match=r"CycloneDX 1\.7"):
        checking.written(broken)


def test_a_long_bill_is_checked_to_its_last_part(world: World, surface: Surface) -> None:
    told = read(queries.of_surface(surface))
    more = [{"type": "data", "bom-ref": f"prompt:{number}", "name": "x"} for number in range(3 * checking.SLICE)]
    long = {**told, "components": [*told["components"], *more]}
    assert json.loads(checking.written(long)) == long
    assert [each["bom-ref"] for part in checking.slices(long) for each in part.get("components", [])] == [
        each["bom-ref"] for each in long["components"]
    ]
    with pytest.raises(checking.NotValid):
        checking.written({**long, "components": [*long["components"], {"type": "no such type", "bom-ref": "y", "name": "y"}]})
    with pytest.raises(checking.NotValid, match="twice"):
        checking.written({**long, "components": [*long["components"], more[0]]})


def test_a_version_that_is_not_spoken_is_refused(world: World, surface: Surface) -> None:
    with pytest.raises(Invalid, match="0\\.9"):
        queries.of_surface(surface, "0.9")


def test_it_is_taken_from_the_surfaces_page_and_the_ledger_knows(
    world: World, surface: Surface, client_as: Callable[..., Any]
) -> None:
    client = client_as(world.noor)
    address = reverse("bom-surface", args=[surface.key])
    assert f"{address}?version=1.7" in client.get(surface.get_absolute_url()).content.decode()
    answer = client.get(address, {"version": "1.6"})
    assert answer["Content-Type"] == bill.MEDIA_TYPE
    assert read(answer.content)["specVersion"] == "1.6"
    entry = Entry.objects.filter(kind="export.made").order_by("-seq")[0]
    assert f"the AI bill of materials of {surface.key}" in entry.body
    assert client.get(reverse("bom")).status_code == 200
    assert read(client.get(reverse("bom-company")).content)["metadata"]["component"]["bom-ref"] == "company"


def test_who_does_not_see_the_surface_gets_nothing(
    world: World, surface: Surface, client_as: Callable[..., Any], api_as: Callable[..., Any]
) -> None:
    assert client_as(world.gus).get(reverse("bom-surface", args=[surface.key])).status_code == 404
    assert api_as(world.gus).get(f"/api/v1/surfaces/{surface.key}/bom").status_code == 404


def test_programs_take_it_over_rest(world: World, surface: Surface, api_as: Callable[..., Any]) -> None:
    api = api_as(world.noor)
    one = api.get(f"/api/v1/surfaces/{surface.key}/bom", {"version": "1.6"})
    assert (one.status_code, one["Content-Type"]) == (200, bill.MEDIA_TYPE)
    assert read(one.content)["specVersion"] == "1.6"
    whole = api.get("/api/v1/bom")
    assert read(whole.content)["metadata"]["component"]["bom-ref"] == "company"
    assert api.get("/api/v1/bom", {"version": "2"}).status_code == 400

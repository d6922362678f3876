"""OFREP by its own schema: one flag, all flags with ETag and 304, and errors in the standard's words."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from registry.modes import actions
from registry.modes.ofrep import flags
from registry.modes.ofrep.kept import AROUND, Kept
from registry.surfaces import actions as surface_actions
from registry.surfaces.models import Surface
from tests.registry.building import make_surface
from tests.registry.modes import OFREP
from tests.registry.modes.conftest import agree

ALL = "/ofrep/v1/evaluate/flags"
CONTEXT = {"context": {"targetingKey": "worker-1"}}
NAMES = ("on", "tools", "retrieval", "unattended", "main_model")


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found = yaml.safe_load(OFREP.read_text())
    # As published, an answer without a value fits each kind of answer as well, so that "one of" never holds. It means this:
    found["components"]["schemas"]["codeDefaultFlag"]["not"] = {"required": ["value"]}
    return found


def fits(schemas: dict[str, Any], name: str, body: Any) -> None:
    """Check a body against a schema of the standard's OpenAPI document."""
    Draft202012Validator({**schemas, "$ref": f"#/components/schemas/{name}"}).validate(body)


@pytest.fixture
def sdk(world: Any, api_as: Callable[..., APIClient]) -> APIClient:
    return api_as(world.noor, "decisions:read")


def one(client: APIClient, key: str, status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{ALL}/{key}", CONTEXT, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


def values(client: APIClient, key: str) -> dict[str, Any]:
    return {name: one(client, f"{key}.{name}")["value"] for name in NAMES}


def test_a_live_surface_answers_its_mode_and_what_it_rests_on(sdk: APIClient, surface: Surface, schemas: dict[str, Any]) -> None:
    body = one(sdk, surface.key)
    fits(schemas, "serverEvaluationSuccess", body)
    assert (body["value"], body["variant"], body["reason"]) == ("normal", "normal", "STATIC")
    told = body["metadata"]
    assert (told["state"], told["tier"], told["revision"], told["digest"]) == ("live", 0, 1, surface.in_force.digest)
    assert values(sdk, surface.key) == dict.fromkeys(NAMES, True)


def test_a_lowered_mode_is_served_with_position_and_step_but_no_name(
    sdk: APIClient, world: Any, surface: Surface, schemas: dict[str, Any]
) -> None:
    step = actions.lower(surface, actor=world.daniel, to="no_retrieval", reason="The index is poisoned by Mallory.")
    body = one(sdk, surface.key)
    assert (body["value"], body["metadata"]["step"], body["metadata"]["set_by"]) == ("no_retrieval", step.key, "Engineering")
    assert "Weiss" not in str(body) and "Mallory" not in str(body)
    assert values(sdk, surface.key) == {
        "on": True, "tools": False, "retrieval": False, "unattended": False, "main_model": True,
    }  # fmt: skip
    fits(schemas, "serverEvaluationSuccess", one(sdk, f"{surface.key}.tools"))


def test_what_is_not_live_is_off(sdk: APIClient, world: Any, surface: Surface) -> None:
    idea = make_surface(actor=world.noor, owner=world.noor, team=None)
    assert (one(sdk, idea.key)["value"], one(sdk, idea.key)["metadata"]["state"]) == ("off", "idea")
    surface_actions.move(surface, actor=world.noor, state="paused")
    body = one(sdk, surface.key)
    assert (body["value"], body["metadata"]["mode"], body["metadata"]["state"]) == ("off", "normal", "paused")
    assert values(sdk, surface.key) == dict.fromkeys(NAMES, False)


@pytest.mark.parametrize("key", ["S-9999", "S-9999.tools", "S-1.sideways", "x", "S-99999999999999999", "a/b", "s-0001"])
def test_an_unknown_flag_is_not_found(sdk: APIClient, surface: Surface, schemas: dict[str, Any], key: str) -> None:
    body = one(sdk, key, status=404)
    fits(schemas, "flagNotFound", body)
    assert body["errorDetails"]


def test_what_the_caller_may_not_see_is_not_found(world: Any, surface: Surface, api_as: Callable[..., APIClient]) -> None:
    stranger = api_as(world.ben, "decisions:read")
    assert one(stranger, surface.key, status=404)["errorCode"] == "FLAG_NOT_FOUND"
    assert stranger.post(ALL, CONTEXT, format="json").json() == {"flags": []}
    surface_actions.share(surface, actor=world.noor, with_=world.ben)
    assert one(stranger, surface.key)["value"] == "normal"


def test_a_bad_request_is_told_in_the_standards_words(sdk: APIClient, surface: Surface, schemas: dict[str, Any]) -> None:
    at = f"{ALL}/{surface.key}"
    broken = sdk.post(at, "{", content_type="application/json")
    listed = sdk.post(at, {"context": []}, format="json")
    text = sdk.post(at, "hello", content_type="text/plain")
    for answer, code in ((broken, "PARSE_ERROR"), (listed, "INVALID_CONTEXT"), (text, "PARSE_ERROR")):
        assert (answer.status_code, answer.json()["errorCode"], answer.json()["key"]) == (400, code, surface.key)
        fits(schemas, "evaluationFailure", answer.json())
    bulk = sdk.post(ALL, {"context": {"surfaces": "S-0001"}}, format="json")
    assert bulk.status_code == 400
    fits(schemas, "bulkEvaluationFailure", bulk.json())
    assert sdk.post(at, {}, format="json").status_code == 200  # no answer depends on the context


def test_a_token_with_the_scope_is_needed(world: Any, surface: Surface, api_as: Callable[..., APIClient], client_as: Any) -> None:
    at = f"{ALL}/{surface.key}"
    assert APIClient().post(at, CONTEXT, format="json").status_code == 401
    assert client_as(world.noor).post(at, CONTEXT, content_type="application/json").status_code == 401
    assert api_as(world.noor, "registry:read").post(at, CONTEXT, format="json").status_code == 403
    for name in ("aud", "ada"):
        assert api_as(getattr(world, name), "decisions:read").post(at, CONTEXT, format="json").status_code == 200


def test_all_flags_at_once_with_an_etag_and_304(sdk: APIClient, world: Any, surface: Surface, schemas: dict[str, Any]) -> None:
    first = sdk.post(ALL, CONTEXT, format="json")
    fits(schemas, "bulkEvaluationSuccess", first.json())
    found = {each["key"]: each for each in first.json()["flags"]}
    assert set(found) == {surface.key, *(f"{surface.key}.{name}" for name in NAMES)}
    tag = first["ETag"]
    for known in (tag, f"W/{tag}", tag.strip('"')):
        again = sdk.post(ALL, CONTEXT, format="json", HTTP_IF_NONE_MATCH=known)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    actions.lower(surface, actor=world.noor, to="off", reason="Harm.")
    after = sdk.post(f"{ALL}?flagConfigEtag=x&flagConfigLastModified=1", CONTEXT, format="json", HTTP_IF_NONE_MATCH=tag)
    assert after.status_code == 200 and after["ETag"] != tag
    assert next(each for each in after.json()["flags"] if each["key"] == surface.key)["value"] == "off"


def test_a_raise_and_a_share_are_seen_by_the_next_poll(
    world: Any, surface: Surface, lowered: Surface, api_as: Callable[..., APIClient]
) -> None:
    bot = api_as(world.ben, "decisions:read")
    empty = bot.post(ALL, CONTEXT, format="json")
    surface_actions.share(lowered, actor=world.noor, with_=world.ben)
    seen = bot.post(ALL, CONTEXT, format="json", HTTP_IF_NONE_MATCH=empty["ETag"])
    assert seen.json()["flags"][0]["value"] == "no_tools"
    agree(actions.ask_to_raise(lowered, actor=world.noor, to="normal", reason="Mended."), world.sam)
    after = bot.post(ALL, CONTEXT, format="json", HTTP_IF_NONE_MATCH=seen["ETag"])
    assert after.json()["flags"][0]["value"] == "normal"


def test_a_context_narrows_to_the_surfaces_that_it_names(sdk: APIClient, world: Any, surface: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=None)
    answer = sdk.post(ALL, {"context": {"targetingKey": "w", "surfaces": [other.key, "S-9999", "x"]}}, format="json")
    assert {each["key"].split(".")[0] for each in answer.json()["flags"]} == {other.key}


def test_what_did_not_move_costs_one_tiny_statement_beside_the_token(sdk: APIClient, world: Any, surface: Surface) -> None:
    one(sdk, surface.key)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        one(sdk, surface.key)
    assert len(asked) == 2  # the token, the surface
    for count in (1, 3):
        if count == 3:
            for _ in range(2):
                make_surface(actor=world.noor, owner=world.noor, team=None)
        with CaptureQueriesContext(connection) as asked:
            tag = sdk.post(ALL, CONTEXT, format="json")["ETag"]
        assert len(asked) == 4  # the token, the stamp, what is quarantined, the surfaces
        with CaptureQueriesContext(connection) as asked:
            assert sdk.post(ALL, CONTEXT, format="json", HTTP_IF_NONE_MATCH=tag).status_code == 304
        assert len(asked) == 2  # the token, the stamp


@pytest.mark.parametrize("number", [1, 418, 9999, 10000, 123456])
def test_a_flags_key_is_the_surfaces(number: int) -> None:
    assert flags.key_of(number) == Surface(pk=number).key
    assert flags.read_key(f"{Surface(pk=number).key}.tools") == (number, "tools")


def test_kept_answers_are_bounded() -> None:
    kept, made = Kept(most=2 * (AROUND + 10)), []

    def make(what: str) -> Callable[[], bytes]:
        return lambda: made.append(what) or b"0123456789"  # type: ignore[func-returns-value]

    for what in ("a", "b", "a", "c", "a", "b"):
        kept.get(what, make(what))
    assert made == ["a", "b", "c", "b"]

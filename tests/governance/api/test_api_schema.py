"""The schema and its pages: valid, complete, the same for everybody."""

import json
import re
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from governance.api import reference, views
from governance.api.problemtypes import TYPES, type_for
from tests.governance.api.conftest import problem


@pytest.fixture
def document() -> dict[str, Any]:
    """The schema as answered."""
    return Client().get("/api/v1/schema").json()


def test_the_schema_is_openapi_31_and_made_without_a_warning(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.1"
    validate_schema(document)
    views.schema_document.cache_clear()
    GENERATOR_STATS.reset()
    views.schema_document()
    assert not GENERATOR_STATS, (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)


def test_the_schema_is_had_as_json_and_yaml_and_once() -> None:
    client = Client()
    as_json = client.get("/api/v1/schema.json")
    as_yaml = client.get("/api/v1/schema.yaml")
    assert as_yaml["Content-Type"] == "application/yaml"
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert client.get("/api/v1/schema", headers={"Accept": "application/yaml"}).content == as_yaml.content
    assert client.get("/api/v1/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).json() == as_json.json()
    assert client.get("/api/v1/schema", headers={"If-None-Match": as_json["ETag"]}).status_code == 304


def test_each_operation_says_what_it_needs_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    paths = document["paths"]
    paint = paths["/api/v1/widgets/{key}/paint"]["post"]
    assert {"bearer": ["widgets:paint"]} in paint["security"] and {"session": []} in paint["security"]
    change = paths["/api/v1/widgets/{key}"]["patch"]
    assert {"200", "400", "401", "403", "404", "409", "412", "413", "415", "428", "429", "500"} <= set(change["responses"])
    assert next(item for item in change["parameters"] if item["name"] == "If-Match")["required"]
    names = {item["name"] for item in paths["/api/v1/widgets"]["get"]["parameters"]}
    assert names == {"q", "big", "owner", "size_min", "size_max", "colour", "day", "cursor", "limit", "count", "sort"}
    assert {item["name"] for item in paths["/api/v1/widgets/{key}"]["get"]["parameters"]} == {"key", "If-None-Match"}
    assert "text/csv" in paths["/api/v1/widgets/{key}/sheet"]["get"]["responses"]["200"]["content"]
    assert "multipart/form-data" in paths["/api/v1/widgets/uploads"]["post"]["requestBody"]["content"]
    made = paths["/api/v1/widgets"]["post"]
    assert made["requestBody"]["content"]["application/json"]["examples"]["Example"]["value"] == {
        "key": "w-1",
        "name": "First widget",
    }
    assert "Location" in made["responses"]["201"]["headers"]


def test_bodies_are_closed_and_answers_complete(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["WidgetInputRequest"]["additionalProperties"] is False
    assert schemas["PartInputRequest"]["additionalProperties"] is False
    assert set(schemas["Widget" + "Output"]["required"]) == set(schemas["WidgetOutput"]["properties"])


def test_the_root_names_the_documents() -> None:
    found = Client().get("/api/").json()
    assert found["schema"] == "http://testserver/api/v1/schema"
    assert Client().get("/api/v1/").status_code == 302


@pytest.mark.django_db
def test_every_type_of_problem_leads_to_its_explanation(settings: Any) -> None:
    settings.ROOT_URLCONF = "governance.urls"
    page = Client().get("/api/docs/problems")
    assert page.status_code == 200
    found = problem(Client().get("/api/v1/nothing"), 404, "not-found")
    address, anchor = found["type"].removeprefix("http://testserver").split("#")
    assert Client().get(address).status_code == 200
    for slug in TYPES:
        assert f'id="{slug}"' in page.content.decode()
    assert anchor in TYPES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 418, 422, 428, 429, 500, 502, 503])
def test_every_status_has_a_type(status: int) -> None:
    assert type_for(status).slug in TYPES
    assert type_for(status, "made-up").slug in TYPES


def test_the_reference_shows_every_operation_with_a_call_that_can_be_copied(document: dict[str, Any]) -> None:
    shown = {(item.method.lower(), item.path) for group in reference.groups().values() for item in group.operations}
    assert shown == {(method, path) for path, item in document["paths"].items() for method in item}
    operations = {item.id: item for group in reference.groups().values() for item in group.operations}
    curl = operations["widgets_create"].curl
    assert '-H "Authorization: Bearer $TOKEN"' in curl and "Idempotency-Key" in curl
    assert json.loads(re.search(r"-d '(.*)'", curl, re.S)[1]) == {"key": "w-1", "name": "First widget"}  # type: ignore[index]
    assert 'If-Match: \\"v3\\"' in operations["widgets_partial_update"].curl
    assert any(line.name == "parts[].count" for line in operations["widgets_create"].body)


def test_descriptions_are_escaped() -> None:
    assert reference.coded("<b> `x<y`") == "&lt;b&gt; <code>x&lt;y</code>"


@pytest.mark.django_db
def test_errors_before_any_view_are_problems_too(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["plumbline.example"]
    problem(Client().get("/api/v1/widgets", headers={"Host": "evil.example"}), 400, "invalid")

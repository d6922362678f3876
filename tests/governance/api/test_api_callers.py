"""Who may call, how often, and what is answered where nothing is."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from governance.api import throttling
from governance.core import clock
from tests.governance.api.conftest import SCOPES, Caller, problem, widget


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer ", "Bearer a b", "Bearer " + "x" * 600, "Basic abc", "Bearer \x7f", "full"]
)
def test_credentials_that_are_not_good_are_told_how_to_be(ada: Any, header: str) -> None:
    response = Client().get("/api/v1/widgets", headers={"Authorization": header})
    problem(response, 401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_deactivated_person_is_nobody(ada: Any) -> None:
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    problem(Caller("full").get("/widgets"), 401, "unauthenticated")


def test_a_token_needs_the_scope(reader: Caller, ada: Any) -> None:
    widget()
    assert reader.get("/widgets").status_code == 200
    response = reader("POST", "/widgets", {})
    found = problem(response, 403, "insufficient-scope")
    assert "widgets:write" in found["detail"]
    assert 'scope="widgets:write"' in response["WWW-Authenticate"]
    assert "widgets:paint" in problem(reader("POST", "/widgets/w-1/paint", {}), 403, "insufficient-scope")["detail"]
    problem(reader("PUT", "/widgets", {}), 405, "method-not-allowed")


def test_a_session_needs_its_csrf_token_to_write(ada: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/widgets").status_code == 200
    body = {"key": "w-1", "name": "First"}
    problem(client.post("/api/v1/widgets", body, content_type="application/json"), 403, "denied")
    client.cookies["csrftoken"] = "a" * 32
    allowed = client.post("/api/v1/widgets", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert allowed.status_code == 201


def test_too_many_calls_wait_for_the_next_minute(call: Caller, ada: Any, settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"token": "3/min", "user": "3/min", "anonymous": "2/min"},
    }
    with time_machine.travel(clock.now().replace(second=20), tick=False) as traveller:
        throttling.cache.clear()
        assert [call.get("/widgets").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = call.get("/widgets")
        problem(refused, 429, "throttled")
        assert refused["Retry-After"] == "40"
        assert Caller("reader").get("/widgets").status_code == 200
        assert [Caller("wrong").get("/widgets").status_code for _ in range(3)] == [401, 401, 429]
        traveller.shift(41)
        assert call.get("/widgets").status_code == 200
    throttling.cache.clear()


def test_the_shared_count_holds_over_processes(settings: Any) -> None:
    throttling.cache.clear()
    granted = 0
    for _ in range(40):
        throttling.forget()  # each call is another process
        granted += throttling.spend("token:x", 7, 100)
    assert granted == 40
    assert sum(throttling.spend("token:x", 7, 100) for _ in range(100)) <= 60
    throttling.cache.clear()


def test_a_process_asks_the_cache_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    throttling.cache.clear()
    throttling.forget()
    asked = []
    taken = throttling._take_block
    monkeypatch.setattr(throttling, "_take_block", lambda *args: asked.append(1) or taken(*args))
    assert all(throttling.spend("token:y", 7, 1000) for _ in range(1000))
    assert not throttling.spend("token:y", 7, 1000)
    assert len(asked) <= 52
    assert not throttling.spend("token:y", 7, 1000)
    assert len(asked) <= 52
    throttling.cache.clear()


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/v1/nothing", "/api/v1/widgets/", "/api/v2/widgets", "/api/v1/widgets/w-1/nothing"]
)
def test_where_nothing_is(call: Caller, ada: Any, path: str) -> None:
    widget()
    found = problem(call.get(path), 404, "not-found")
    if path.endswith("/"):
        assert path.rstrip("/") in found["fix"]
    problem(call("POST", path, {}), 404, "not-found")


def test_another_format_is_not_had(call: Caller, ada: Any) -> None:
    problem(call.get("/widgets", Accept="text/html"), 406, "not-acceptable")


def test_head_and_options_are_sane(call: Caller, ada: Any) -> None:
    widget()
    head = call("HEAD", "/widgets/w-1")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", '"v1"')
    options = call("OPTIONS", "/widgets/w-1?whatever=1")
    assert options.status_code == 200
    assert set(options["Allow"].replace(",", "").split()) == {"GET", "PATCH", "DELETE", "HEAD", "OPTIONS"}
    assert options.json()["documentation"].endswith("/api/docs")
    problem(call("TRACE", "/widgets"), 405, "method-not-allowed")


def test_the_scopes_of_the_tests_are_those_of_the_resource() -> None:
    assert {scope.split(":")[0] for scopes in SCOPES.values() for scope in scopes} == {"widgets"}

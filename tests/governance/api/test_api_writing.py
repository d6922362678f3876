"""Writing: bodies, versions, keys, and what is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.api import idempotency
from governance.api.models import IdempotencyKey
from governance.core import clock
from governance.core.contributions import RetentionKind, contribution
from tests.governance.api.conftest import Caller, problem, widget
from tests.governance.api.widgets import Widget, WidgetApi

NEW = {"key": "w-1", "name": "First"}


def pointers(found: dict[str, Any]) -> list[str]:
    """Return which fields were refused."""
    return [error["pointer"] for error in found["errors"]]


def test_what_is_made_has_an_address_and_a_version(call: Caller, ada: Any) -> None:
    response = call("POST", "/widgets", NEW)
    assert response.status_code == 201
    assert response["Location"] == "http://testserver/api/v1/widgets/w-1"
    assert response["ETag"] == '"v1"'
    assert response["Cache-Control"] == "no-store"
    assert Widget.objects.get().name == "First"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"nmae": "x"}, "#/nmae", "unknown_field"),
        ({"name": 3}, "#/name", "wrong_type"),
        ({"size": "3"}, "#/size", "wrong_type"),
        ({"size": True}, "#/size", "wrong_type"),
        ({"size": 1.5}, "#/size", "wrong_type"),
        ({"urgent": "yes"}, "#/urgent", "wrong_type"),
        ({"colour": "green"}, "#/colour", "invalid_choice"),
        ({"colour": ["red"]}, "#/colour", "wrong_type"),
        ({"parts": {}}, "#/parts", "wrong_type"),
        ({"parts": [{"name": "a", "count": "1"}]}, "#/parts/0/count", "wrong_type"),
        ({"parts": [{"name": "a", "count": 1, "x": 1}]}, "#/parts/0/x", "unknown_field"),
        ({"parts": [{"name": "a", "count": 1}, {"count": 1}]}, "#/parts/1/name", "required"),
        ({"parts": [3]}, "#/parts/0", "wrong_type"),
        ({"name": None}, "#/name", "null"),
        ({"name": "x" * 61}, "#/name", "max_length"),
        ({"name": "a\u0007b"}, "#/name", "control_character"),
        ({"size": 10**40}, "#/size", "max_value"),
        ({"a/b~c": 1}, "#/a~1b~0c", "unknown_field"),
    ],
)
def test_a_body_is_taken_as_declared_or_not_at_all(call: Caller, ada: Any, change: Any, pointer: str, code: str) -> None:
    found = problem(call("POST", "/widgets", {**NEW, **change}), 400, "invalid")
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in found["errors"]]
    assert not Widget.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[",
        b'{"key": "a", "key": "b"}',
        b'{"size": NaN}',
        b'{"size": Infinity}',
        b'{"size": 1e999}',
        b"\xff\xfe",
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"size": ' + b"1" * 5000 + b"}",
    ],
)
def test_a_body_that_two_readers_could_read_differently_is_refused(call: Caller, ada: Any, body: bytes) -> None:
    response = call("POST", "/widgets", body)
    problem(response, 400, "invalid" if body == b"" else "malformed")


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'"text"'])
def test_a_body_is_an_object(call: Caller, ada: Any, body: bytes) -> None:
    assert pointers(problem(call("POST", "/widgets", body), 400, "invalid")) == ["#"]


def test_a_body_may_not_be_too_large(call: Caller, ada: Any, settings: Any) -> None:
    settings.API_MAX_BODY = 1000
    problem(call("POST", "/widgets", {**NEW, "name": "x" * 1000}), 413, "too-large")


def test_only_json_is_read(call: Caller, ada: Any) -> None:
    problem(call("POST", "/widgets", "key=a", Content_Type="application/x-www-form-urlencoded"), 415, "unsupported-media-type")
    problem(call("POST", "/widgets/uploads", NEW), 415, "unsupported-media-type")


def test_a_change_names_the_version_it_changes(call: Caller, ada: Any) -> None:
    widget()
    assert problem(call("PATCH", "/widgets/w-1", {"size": 2}), 428, "precondition-required")["fix"]
    problem(call("PATCH", "/widgets/w-1", {"size": 2}, If_Match='"v2"'), 412, "precondition-failed")
    problem(call("PATCH", "/widgets/w-1", {"size": 2}, If_Match="v1"), 400, "invalid")
    assert Widget.objects.get().size == 0
    response = call("PATCH", "/widgets/w-1", {"size": 2}, If_Match='"v1"')
    assert response.status_code == 200 and response["ETag"] == '"v2"'
    assert call("PATCH", "/widgets/w-1", {"size": 3}, If_Match='W/"v2"').json()["size"] == 3
    assert call("PATCH", "/widgets/w-1", {"size": 4}, If_Match="*").json()["name"] == "Widget w-1"
    problem(call("PATCH", "/widgets/w-1", {"name": "race"}, If_Match="*"), 409, "stale")
    assert call("DELETE", "/widgets/w-1", If_Match='"v4"').status_code == 204


def test_a_transition_may_name_the_version(call: Caller, ada: Any) -> None:
    widget()
    problem(call("POST", "/widgets/w-1/paint", {}, If_Match='"v9"'), 412, "precondition-failed")
    assert call("POST", "/widgets/w-1/paint", {}).json()["colour"] == "blue"


def test_errors_of_the_house_become_problems(call: Caller, ada: Any) -> None:
    widget()
    denied = problem(call("POST", "/widgets/w-1/paint", {"reason": "forbidden"}), 403, "denied")
    assert denied["grantors"] == ["Painter"] and denied["fix"] == "Ask one."
    invalid = problem(call("POST", "/widgets/w-1/paint", {"reason": "invalid"}), 400, "invalid")
    assert pointers(invalid) == ["#/reason"]
    crash = problem(call("POST", "/widgets/w-1/paint", {"reason": "crash"}), 500, "internal")
    assert "secret" not in json.dumps(crash)
    assert crash["type"] == "http://testserver/api/docs/problems#internal"


def test_a_crash_is_seen_by_whoever_watches(ada: Any) -> None:
    widget()
    caller = Caller("full")
    caller.client = Client(raise_request_exception=True)
    with pytest.raises(ZeroDivisionError):
        caller("POST", "/widgets/w-1/paint", {"reason": "crash"})


def test_two_methods_share_an_address(call: Caller, ada: Any) -> None:
    widget(size=7)
    assert call.get("/widgets/w-1/summary").json() == {"count": 7}
    assert call("PUT", "/widgets/w-1/summary", {"reason": "because"}).json() == {"count": 1}
    assert set(problem_allow(call("DELETE", "/widgets/w-1/summary"))) == {"GET", "PUT", "HEAD", "OPTIONS"}


def problem_allow(response: Any) -> list[str]:
    """Check a 405 and return the methods it allows."""
    problem(response, 405, "method-not-allowed")
    return [name.strip() for name in response["Allow"].split(",")]


def test_a_file_comes_as_a_form(ada: Any) -> None:
    file = SimpleUploadedFile("a.csv", b"1,2,3")
    headers = {"Authorization": "Bearer full", "Idempotency-Key": "k"}
    first = Client().post("/api/v1/widgets/uploads", {"file": file, "title": "A"}, headers=headers)
    assert (first.status_code, first.json()) == (202, {"count": 5})
    other = SimpleUploadedFile("a.csv", b"1,2,4")
    problem(
        Client().post("/api/v1/widgets/uploads", {"file": other, "title": "A"}, headers=headers), 422, "idempotency-key-reused"
    )
    stray = Client().post(
        "/api/v1/widgets/uploads", {"file": SimpleUploadedFile("a", b"1"), "x": "A"}, headers={"Authorization": "Bearer full"}
    )
    assert pointers(problem(stray, 400, "invalid")) == ["#/x"]


def test_sent_twice_done_once(call: Caller, ada: Any) -> None:
    first = call("POST", "/widgets", NEW, Idempotency_Key="one")
    again = call("POST", "/widgets", b'{ "name": "First",\n "key": "w-1" }', Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true" and again["ETag"] == first["ETag"] and again["Location"] == first["Location"]
    assert Widget.objects.count() == 1
    problem(call("POST", "/widgets", {**NEW, "key": "w-2"}, Idempotency_Key="one"), 422, "idempotency-key-reused")
    problem(call("POST", "/widgets/w-1/paint", {}, Idempotency_Key="one"), 422, "idempotency-key-reused")


def test_what_was_refused_can_be_corrected_under_the_same_key(call: Caller, ada: Any) -> None:
    problem(call("POST", "/widgets", {"key": "w-1"}, Idempotency_Key="one"), 400, "invalid")
    assert call("POST", "/widgets", NEW, Idempotency_Key="one").status_code == 201


def test_a_crash_leaves_nothing_behind(call: Caller, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(idempotency, "_store", crash)
    problem(call("POST", "/widgets", NEW, Idempotency_Key="one"), 500, "internal")
    assert not Widget.objects.exists() and not IdempotencyKey.objects.exists()


def test_a_key_that_is_being_worked_on_waits_and_is_taken_over_when_its_process_died(call: Caller, ada: Any) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        call("POST", "/widgets", NEW, Idempotency_Key="one")
        IdempotencyKey.objects.update(status=None, body="", claim="of a dead process")
        Widget.objects.all().delete()
        waiting = call("POST", "/widgets", NEW, Idempotency_Key="one")
        problem(waiting, 409, "idempotency-key-in-use")
        assert waiting["Retry-After"] == "1"
        traveller.shift(timedelta(minutes=3))
        assert call("POST", "/widgets", NEW, Idempotency_Key="one").status_code == 201
        assert Widget.objects.count() == 1


def test_who_lost_the_key_meanwhile_writes_nothing(call: Caller, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = WidgetApi.serializer_class.to_representation

    def taken_over(*args: Any) -> Any:
        IdempotencyKey.objects.update(claim="of another process")
        return made(*args)

    monkeypatch.setattr(
        WidgetApi, "represent", lambda self, *args, **kwargs: taken_over(WidgetApi.serializer_class(), args[0]) and {}
    )
    monkeypatch.setattr(WidgetApi.serializer_class, "get_shout", lambda self, row: "")
    problem(call("POST", "/widgets", NEW, Idempotency_Key="one"), 409, "idempotency-key-in-use")
    assert not Widget.objects.exists()


def test_keys_are_kept_for_a_day(call: Caller, ada: Any) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        call("POST", "/widgets", NEW, Idempotency_Key="one")
        traveller.shift(timedelta(hours=25))
        problem(call("POST", "/widgets", NEW, Idempotency_Key="one"), 409, "conflict")
        kind = contribution(RetentionKind, "requests")
        assert not kind.rows().exists()
        call("POST", "/widgets/w-1/paint", {}, Idempotency_Key="two")
        assert (kind.expire(list(kind.rows())), IdempotencyKey.objects.count()) == (1, 0)


def test_a_secret_is_answered_once_and_not_kept(call: Caller, ada: Any) -> None:
    assert call("POST", "/widgets/tokens", {}, Idempotency_Key="one").json() == {"count": 42}
    assert IdempotencyKey.objects.get().body == ""
    problem(call("POST", "/widgets/tokens", {}, Idempotency_Key="one"), 409, "conflict")


@pytest.mark.parametrize("key", ["", "x" * 256, "sch\u00f6n"])
def test_a_key_is_short_and_plain(call: Caller, ada: Any, key: str) -> None:
    problem(call("POST", "/widgets", NEW, Idempotency_Key=key), 400, "invalid")

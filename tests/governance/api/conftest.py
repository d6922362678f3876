"""Widgets, somebody who calls, and tokens that need no table."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from governance.api import reference, throttling, views
from governance.api.authentication import Bearer, TokenResolver
from governance.core import contributions
from tests.governance.api.widgets import Widget

SCOPES = {"full": ["widgets:read", "widgets:write", "widgets:paint"], "reader": ["widgets:read"]}


@pytest.fixture(scope="module")
def widget_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The table of widgets, beside the product's own; gone before other tests, whose flush would stumble over it."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Widget)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Widget)


@pytest.fixture(autouse=True)
def api(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the widgets only, and forget what a process remembers of the schema and of callers."""
    settings.ROOT_URLCONF = "tests.governance.api.widgets"
    shelf = {"tests": TokenResolver("tests", resolve_token)}
    monkeypatch.setitem(contributions._items, TokenResolver, shelf)
    forget_schema()
    throttling.forget()
    yield
    forget_schema()


def forget_schema() -> None:
    """Drop what a process remembers of the schema."""
    for cached in (views.schema_document, views.schema_text, reference.groups):
        cached.cache_clear()


def resolve_token(secret: str) -> Bearer | None:
    """Tokens are called by their scopes: `full` and `reader`."""
    if secret not in SCOPES:
        return None
    user = get_user_model().objects.filter(email="ada@example.com").first()
    return Bearer(user, SCOPES[secret], secret) if user else None


@pytest.fixture
def ada(widget_table: None, db: None) -> Any:
    """A person who calls."""
    model = get_user_model()
    return model.objects.bulk_create([model(email="ada@example.com", name="Ada Lindqvist")])[0]


@pytest.fixture
def call(ada: Any) -> "Caller":
    """Calls with a token that may do everything."""
    return Caller("full")


@pytest.fixture
def reader(ada: Any) -> "Caller":
    """Calls with a token that may only read."""
    return Caller("reader")


class Caller:
    """A program that calls the API."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON (or bytes as they are) to a path under /api/v1."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = named.pop("Content-Type", "application/json")
        path = path if path.startswith("/api") else f"/api/v1{path}"
        data = {} if body is None else {"data": body, "content_type": content_type}
        return self.client.generic(method, path, headers={**self.headers, **named}, **_encoded(data))

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self("GET", path, **headers)


def _encoded(data: dict[str, Any]) -> dict[str, Any]:
    if data and not isinstance(data["data"], bytes | str):
        data["data"] = json.dumps(data["data"])
    return data


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem of this kind, and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == status
    assert found["code"] == code
    assert found["title"] and found["detail"] and found["instance"].startswith("/api")
    return found


def widget(key: str = "w-1", **fields: Any) -> Widget:
    """Store a widget."""
    return Widget.objects.create(key=key, **{"name": f"Widget {key}", **fields})

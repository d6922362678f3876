"""A source with its token, and deliveries sent by it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from governance.api import throttling
from registry.surfaces.models import Surface
from registry.usage.sources import actions, doors
from tests.registry.usage.spans import as_json


@pytest.fixture(autouse=True)
def _no_tokens_held() -> Iterator[None]:
    """What one test's tokens opened is not held for the next."""
    doors.forget()
    throttling.forget()
    yield
    doors.forget()


@pytest.fixture
def gateway(world: Any, live: Surface) -> actions.MadeSource:
    """A gateway with its token, beside a live surface."""
    return actions.make(actor=world.rosa, name="Gateway", kind="gateway")


@pytest.fixture
def send(gateway: actions.MadeSource) -> Callable[..., Any]:
    """Send spans: `send(span(), span())` as JSON, `send(body=..., kind=...)` as they are."""

    def deliver(*spans: Any, body: bytes | None = None, kind: str = "application/json", token: str = "", **headers: Any) -> Any:
        secret = gateway.secret if token == "" else token
        sent = as_json(*spans) if body is None else body
        more = {
            "CONTENT_TYPE": kind,
            "HTTP_AUTHORIZATION": f"Bearer {secret}",
            **headers,
        }  # the client leaves it out of an empty one
        return Client().post("/v1/traces", sent, content_type=kind, **more)

    return deliver

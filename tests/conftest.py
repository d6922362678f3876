"""Fixtures for all tests: the company, who is signed in, a clock that stands still.

Tests that need the database without the company mark themselves with `django_db`; those that need real commits
(threads, a live server) mark `django_db(transaction=True)` and work as well: see tests/flushing.py.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import sync_playwright
from rest_framework.test import APIClient

from governance.core import clock
from governance.people import actions
from governance.people.models import User
from governance.people.scopes import widest
from registry.usage.matching import book
from scripts import chromium as finder
from tests import flushing
from tests.world import HOST, PASSWORD, Snapshot, World

flushing.install()
_numbers = count()

HERE = Path(__file__).parent
ONCE = (
    "contracts/",
    "governance/api/test_api_schema.py",
    "governance/core/tabular/",
    "governance/documents/",
    "governance/people/test_in_browser.py",
    "governance/policy/test_files.py",
    "governance/ui/test_in_browser.py",
    "journeys/test_in_browser.py",
    "journeys/test_incident_in_browser.py",
    "journeys/test_observed_in_browser.py",
    "journeys/test_proof_in_browser.py",
    "journeys/test_red_to_green_in_browser.py",
    "launcher/",
    "registry/contracts/",
    "registry/modes/test_sdk.py",
    "registry/sheets/",
)
"""Tests whose outcome hangs on no database, or that walk all pages and addresses: they run on one of them, the last, where
all tests run on both. The whole path by REST (journeys/test_by_rest.py) is walked on each."""

DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what runs once, where the same tests run on another database after this."""
    if os.environ.get("PLUMBLINE_TEST_AGAIN") and collection_path.is_relative_to(HERE):
        where = collection_path.relative_to(HERE).as_posix() + ("/" if collection_path.is_dir() else "")
        return where.startswith(ONCE) or None
    return None


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test may use the database: the others end alike on each."""
    return bool(item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ())))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare what is loaded for good from being looked through again and again for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks no database, where the same tests run again after this.

    Tests over a real connection get a second try, which the report shows: a busy machine is not a broken page.
    """
    if os.environ.get("PLUMBLINE_TEST_AGAIN"):
        config.hook.pytest_deselected(items=[item for item in items if not asks_a_database(item)])
        items[:] = [item for item in items if asks_a_database(item)]
    for item in items:
        if item.get_closest_marker("browser") or "live_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Nothing cached (counts, throttles, login limits, what observations are matched with) leaks into the next test."""
    cache.clear()
    book.forget()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what tests make of keys, so that none lies among real ones."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def _own_keys(_keys: Path) -> None:
    """The ledger's keys lie apart, and each test's copy of its checkpoints is its own."""
    settings.KEYS, settings.LEDGER_COPY = _keys, _keys / f"{next(_numbers)}.jsonl"


@pytest.fixture(scope="session")
def world_snapshot(django_db_setup: None, django_db_blocker: Any) -> Snapshot:
    """The company's rows, built once through actions and rolled back."""
    with django_db_blocker.unblock():
        return Snapshot()


@pytest.fixture
def world(world_snapshot: Snapshot, db: None) -> World:
    """The fixed cast; see tests/world.py."""
    world_snapshot.restore()
    return World()


@pytest.fixture
def password() -> str:
    """The password of everybody in the cast."""
    return PASSWORD


@pytest.fixture
def client_as() -> Callable[..., Client]:
    """A browser in which a person is signed in: `client_as(world.noor).get("/")`.

    They have just proved once more who they are, so that sensitive pages open; `fresh=False` leaves that out.
    """

    def sign_in(user: User, *, fresh: bool = True) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if fresh:
            session = client.session
            proof = {"method": "password", "at": time.time(), "email": user.email, "reauthenticated": True}
            session["account_authentication_methods"] = [proof]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()
        return client

    return sign_in


@pytest.fixture
def api_as() -> Callable[..., APIClient]:
    """A program with a token of a person: `api_as(world.noor)`; all scopes the role allows, unless named."""

    def authorise(user: User, *scopes: str) -> APIClient:
        wanted = list(scopes) or sorted(widest(user.role))
        actor = User.objects.get(email=f"ada@{HOST}") if user.kind == User.Kind.SERVICE else user
        ends = clock.now() + timedelta(days=30)
        made = actions.create_token(user, actor=actor, name="test", scopes_wanted=wanted, expires_at=ends)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {made.secret}")
        return client

    return authorise


@pytest.fixture
def freeze() -> Iterator[Callable[[datetime | str], time_machine.Traveller]]:
    """Hold the clock still: `clock = freeze("2026-03-01")`, then `clock.shift(timedelta(days=1))`."""
    travellers: list[time_machine.travel] = []

    def stop(at: datetime | str) -> time_machine.Traveller:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        traveller = time_machine.travel(moment, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield stop
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture
def only_sqlite() -> None:
    """Skip on other databases."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")


@pytest.fixture
def only_postgresql() -> None:
    """Skip on other databases."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL; set DATABASE_URL")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium. Where there is none the tests are skipped, saying so; with CI or REQUIRE_BROWSER set they fail."""
    path = finder.find()
    if path is None:
        if os.environ.get("CI") or os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("browser tests are asked for (CI or REQUIRE_BROWSER), and there is no Chromium on this machine")
        pytest.skip(finder.ADVICE)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's own loop runs in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

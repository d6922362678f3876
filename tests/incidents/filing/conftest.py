"""A surface to report on, links that policy allows, and files in the test's own folder."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.core import clock
from governance.policy import queries as policy
from incidents.filing import actions, reading
from incidents.filing.models import ReportLink
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files go into the test's own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def surface(world: Any) -> Surface:
    """Claims triage, owned by Noor, of the Claims team."""
    return make_case_surface(world)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let policy say something about reporting: `says(public_links=True, show_who=True)`."""

    def say(**rules: bool) -> None:
        held = policy.incident_rules
        monkeypatch.setattr(policy, "incident_rules", lambda version=None: replace(held(version), **rules))

    return say


@pytest.fixture
def make_link(world: Any, says: Callable[..., None]) -> Callable[..., ReportLink]:
    """Hand out a link as Rosa, who governs."""
    says(public_links=True)

    def make(**given: Any) -> ReportLink:
        ends = clock.now() + timedelta(days=30)
        return actions.make_link(**{"actor": world.rosa, "name": "Poster in the call centre", "expires_at": ends, **given})

    return make


@pytest.fixture
def address() -> Callable[[ReportLink], str]:
    """Return the address that a link opens."""
    return reading.form_address

"""A surface, and files to hand in."""

import io
from pathlib import Path
from typing import Any

import pytest

from registry.evidence import actions
from registry.evidence.models import Evidence
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def surface(world: Any) -> Surface:
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def other(world: Any) -> Surface:
    """A surface of another team, which Noor does not see."""
    return make_surface(actor=world.ben, owner=world.ben, team=world.team("support"), name="Reply drafts", tier=2)


@pytest.fixture
def limits(world: Any, surface: Surface) -> Evidence:
    """A PDF that shows the rate limits of the surface."""
    return collect(world.noor, surface=surface, control="rate_limits")


def collect(actor: Any, data: bytes = PDF, name: str = "limits.pdf", **more: Any) -> Evidence:
    return actions.collect(actor=actor, file=io.BytesIO(data), file_name=name, **more)

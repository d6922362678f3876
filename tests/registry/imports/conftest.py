"""Files for imports, and a way to take one all the way in."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from governance.core import jobs
from registry.imports import actions
from registry.imports.models import ImportBatch

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
INVENTORY = (
    b"Ref,Use case name,Agency,Stage of development,Purpose,Owner,Date implemented,Notes\n"
    b"A-1,Claims triage,Claims,Operation and Maintenance,Sorts incoming claims,noor@example.org,3/31/2024,keep me\n"
    b"A-2,Reply drafts,Support,Planned,Drafts replies to customers,Ben Okafor,TBD,\n"
    b"A-3,Code review,Engineering,Retired,Reads changes,nobody@example.org,7/15/2023,\n"
)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    """Files go into the test's own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def bring(store: Path) -> Callable[..., ImportBatch]:
    """Upload a file and make its preview."""

    def upload(data: bytes, actor: Any, *, target: str = "surfaces", name: str = "inventory.csv", **settings: Any) -> ImportBatch:
        batch = actions.upload(BytesIO(data), actor=actor, name=name, target=target)
        jobs.run_pending()
        batch.refresh_from_db()
        if settings:
            ImportBatch.objects.filter(pk=batch.pk).update(settings=settings)
            batch.refresh_from_db()
        actions.ask_check(batch, actor=actor)
        jobs.run_pending()
        batch.refresh_from_db()
        return batch

    return upload


@pytest.fixture
def take_in(bring: Callable[..., ImportBatch]) -> Callable[..., ImportBatch]:
    """Upload a file, make its preview, and let it in."""

    def run(data: bytes, actor: Any, *, all_or_nothing: bool = False, **more: Any) -> ImportBatch:
        batch = bring(data, actor, **more)
        actions.ask_commit(batch, actor=actor, all_or_nothing=all_or_nothing)
        jobs.run_pending()
        batch.refresh_from_db()
        return batch

    return run

"""Packs without the press: pages are tried elsewhere; here they are a few bytes."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from governance.core.models import Job
from governance.documents.volumes import Bound
from governance.packs import actions, building, printing, queries
from governance.packs.collecting.work import sums
from governance.packs.models import Pack
from governance.packs.sections import Subject
from tests.registry.building import make_catalog, make_surface


@pytest.fixture
def surface(world: Any) -> Any:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def no_press(monkeypatch: Any, settings: Any, tmp_path: Path) -> None:
    """Stand in for setting and signing, in a folder of the test's own; two sections stand for all."""

    def bind(work: Any, pack: Pack, facts: Any, company: Any, progress: Any) -> Bound:
        progress(0, 1, "Setting pages")
        path = work.folder / "pdf" / "volume.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%PDF-1.7 as of " + facts["root"].encode())
        sha256, size = sums(path)
        return Bound(path, 3, size, sha256, 1, 0)

    signatures = iter(range(1000))

    def sign(source: Path, target: Path, *, reason: str, moment: Any) -> None:
        shutil.copyfile(source, target)
        with target.open("ab") as file:
            file.write(b"signature %d" % next(signatures))

    few = queries.sections
    monkeypatch.setattr(queries, "sections", lambda edition, redact: few(edition, redact)[:2])
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(printing, "bind_pack", bind)
    monkeypatch.setattr(building.signing, "sign", sign)


def of(surface: Any) -> tuple[Subject, ...]:
    return (Subject("registry.surface", str(surface.pk), surface.key, surface.name),)


def ask(actor: Any, surface: Any = None, **more: Any) -> Pack:
    today = queries.utc_today()
    terms = {"scope": "surfaces", "subjects": of(surface)} if surface else {"scope": "company"}
    return actions.ask(actor=actor, **{**terms, "starts_on": today, "ends_on": today, **more})


def build(pack: Pack, progress: Any = lambda *said: None) -> Pack:
    """Build a pack as its job would."""
    job = queries.job_of(pack)
    assert job is not None
    building.build(job, progress)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    pack.refresh_from_db()
    return pack

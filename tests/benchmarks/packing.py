"""Audit packs of 100 and of 500 surfaces, each with a quarter of history: time, memory, and a stranger's check."""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from governance.core.models import Job
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.packs import actions, building, queries, storage
from governance.packs.models import Pack
from governance.packs.sections import Subject
from governance.packs.verifier import verify
from governance.people.models import User
from registry.surfaces.models import Revision, Surface
from tests.benchmarks import controlled
from tests.benchmarks.measuring import Figure

SIZES = tuple(int(each) for each in os.environ.get("PLUMBLINE_BENCH_PACKS", "100,500").split(","))
EDITS = 20  # of each surface in the quarter, beside its contract, controls, drills and framework answers
MEGABYTES = 700


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Give the surfaces a history, build packs of few and of many, and check the largest."""
    chosen = [each.pk for each in company["surfaces"][: max(SIZES)]]
    surfaces = list(Surface.objects.filter(pk__in=chosen).order_by("pk"))
    if not Revision.objects.filter(surface=surfaces[0]).exists():
        controlled.fill(surfaces)
    _live_through(surfaces)
    with tempfile.TemporaryDirectory() as folder:
        settings.HOME = Path(folder)
        took: dict[int, tuple[Pack, float, float]] = {}
        for size in SIZES:
            took[size] = _build(surfaces[:size])
        few, many = min(SIZES), max(SIZES)
        pack, seconds, peak = took[many]
        linear = took[few][1] * many / few
        note = f"{pack.pages:,} pages, {pack.contents['rows']:,} rows, {pack.zip_size / 1e6:.1f} MB; baseline: {few} of them"
        yield Figure(f"Audit pack of {many} surfaces", seconds, "s", linear, "linear: <= 1.2x", seconds <= linear * 1.2, note)
        note = f"{took[few][2]:.0f} MB for {few} surfaces; without the presses, each of which is bounded"
        yield Figure(f"Audit pack of {many} surfaces, memory", peak, "MB", None, f"<= {MEGABYTES} MB", peak <= MEGABYTES, note)
        yield _checked(pack)


@action
def _edit(surface: Surface, number: int, *, actor: User) -> None:
    purpose = f"Purpose as it stood after edit {number}"
    transitions.change(surface, actor=actor, kind="surface.changed", changes={"purpose": purpose}, reason="Said better")


def _live_through(surfaces: list[Surface]) -> None:
    ada = User.objects.get(email="ada@example.org")
    for number in range(EDITS):
        for surface in surfaces:
            _edit(surface, number, actor=ada)


def _build(surfaces: list[Surface]) -> tuple[Pack, float, float]:
    """Build a pack as its job would. Returns it, the seconds, and the most memory of this process so far in MB."""
    ada, today = User.objects.get(email="ada@example.org"), queries.utc_today()
    subjects = tuple(Subject("registry.surface", str(each.pk), each.key, each.name) for each in surfaces)
    pack = actions.ask(actor=ada, scope="surfaces", subjects=subjects, starts_on=today, ends_on=today)
    job = queries.job_of(pack)
    assert isinstance(job, Job)
    began = time.perf_counter()
    building.build(job, lambda *told: None)
    pack.refresh_from_db()
    return pack, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _checked(pack: Pack) -> Figure:
    with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
        with storage.take(pack.zip_file, pack.zip_digest) as file:
            for piece in file.chunks():
                copy.write(piece)
        copy.flush()
        began = time.perf_counter()
        report = verify.verify(copy.name, out=lambda line: None)
        seconds = time.perf_counter() - began
    note = f"{pack.contents['about']:,} entries about the scope of {pack.size:,}"
    return Figure("The same pack, checked by a stranger", seconds, "s", None, "everything holds", not report.faults, note)

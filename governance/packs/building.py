"""The job that builds a pack. Killed anywhere, it goes on from the last whole step and leaves one frozen pack or none.

Collect in one reading, enclose the evidence, set and sign the pages, write manifest and archive, store, freeze. Steps lie in
a working folder, each noted with the hashes of what it made. What comes out depends on the checkpoint alone; only the
PDF's signature differs from build to build.
"""

import json
import shutil
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from governance.core import clock, company, digest
from governance.core.contributions import JobKind, contribution
from governance.core.errors import NotVisible, PlumblineError
from governance.core.jobs import LeaseLost
from governance.core.models import Job
from governance.documents import signing
from governance.packs import actions, archive, manifest, printing, queries, storage
from governance.packs.collecting import collect, enclosed
from governance.packs.collecting.work import Work, sums
from governance.packs.models import Pack, PackBuild
from governance.people.system import system_actor

Progress = Callable[..., None]
REASON = "The pack as it was frozen"


def build(job: Job, progress: Progress) -> dict[str, Any]:
    """Build the pack that a job names. A second run of the same job finds what the first did."""
    pack = Pack.objects.select_related("asked_by").filter(pk=job.args["pack"]).first()
    if pack is None:
        raise NotVisible("The pack is gone.")
    if pack.state == Pack.State.DISCARDED or PackBuild.objects.filter(job=str(job.pk)).exists():
        return result_of(pack)
    work = Work(folder_of(job))
    try:
        built = _build(work, pack, progress)
        _keep(pack, job, work, built)
    except LeaseLost:
        raise
    except PlumblineError as error:
        _fail(pack, str(error), job)
        raise
    except Exception as error:
        if job.attempts >= contribution(JobKind, job.kind).attempts:
            _fail(pack, f"{type(error).__name__}: {error}", job)
        raise
    work.remove()
    return result_of(pack)


def _build(work: Work, pack: Pack, progress: Progress) -> dict[str, Any]:
    """Do all steps that are not done yet. Returns the facts, the manifest and where the files lie."""
    began = time.monotonic()
    facts = work.done("collected")
    if facts is None:
        work.clear()
        found = collect.collect(work, pack, progress)
        work.finish("collected", found, work.names())
        facts = json.loads(digest.canonical(found))
    held = company.current()
    sections = queries.sections(pack.edition, frozenset(pack.redact))
    files = enclosed.wanted(sections, collect.window_again(pack, facts))
    facts["missing_evidence"] = enclosed.enclose(work, files, lambda n, total: progress(n, total, "Enclosing evidence"))
    printed = work.done("printed") or _print(work, pack, facts, held, progress)
    manifest.write_texts(work, pack, facts, held.name or "Your company", queries.about_words(pack))
    made = manifest.write_manifest(work, pack, facts, held.name or "Your company", printed)
    progress(1, 2, "Writing the archive")
    target, as_of = work.folder / "pack.zip", datetime.fromisoformat(facts["as_of"]).astimezone(UTC)
    named = [(name, work.files / name) for name in manifest.order(work.names())]
    zip_digest, zip_size = archive.write(target, named, stamp=as_of, sign=manifest.sign)
    return {
        "facts": facts,
        "manifest": made,
        "manifest_digest": sums(work.files / manifest.MANIFEST)[0],
        "printed": printed,
        "zip": (target, zip_digest, zip_size),
        "as_of": as_of,
        "files": len(named),
        "seconds": int(time.monotonic() - began),
    }


def _print(work: Work, pack: Pack, facts: dict[str, Any], held: Any, progress: Progress) -> dict[str, Any]:
    bound = printing.bind_pack(work, pack, facts, held, progress)
    target = work.path(manifest.PDF)
    signing.sign(bound.path, target, reason=REASON, moment=clock.now())
    sha256, size = sums(target)
    printed = {"sha256": bound.sha256, "size": bound.size, "pages": bound.pages}
    printed |= {"signed_sha256": sha256, "signed_size": size, "missing": bound.missing}
    work.finish("printed", printed, [manifest.PDF])
    return printed


def _keep(pack: Pack, job: Job, work: Work, built: dict[str, Any]) -> None:
    """Freeze a new pack, or record how a frozen one came out again."""
    actor, number = job.owner or system_actor(), str(job.pk)
    path, zip_digest, zip_size = built["zip"]
    if pack.is_ready:
        differs = manifest.differences(kept_manifest(pack), built["manifest"])
        actions.compare(
            pack,
            actor=actor,
            manifest=built["manifest_digest"],
            zip_digest=zip_digest,
            differs=differs,
            job=number,
            seconds=built["seconds"],
        )
        return
    facts, printed = built["facts"], built["printed"]
    found = {
        "size": facts["size"],
        "root": facts["root"],
        "as_of": built["as_of"],
        "contents": contents_of(facts, built),
        "manifest_digest": built["manifest_digest"],
        "zip_digest": zip_digest,
        "zip_size": zip_size,
        "pdf_digest": printed["signed_sha256"],
        "pdf_size": printed["signed_size"],
        "pages": printed["pages"],
        "zip_file": storage.put(pack.key, path, zip_digest),
        "pdf_file": storage.put(pack.key, work.files / manifest.PDF, printed["signed_sha256"]),
    }
    actions.freeze(pack, actor=actor, found=found, job=number, seconds=built["seconds"])
    pack.refresh_from_db()


def contents_of(facts: dict[str, Any], built: dict[str, Any]) -> dict[str, Any]:
    """Return what the pack's page tells of its contents."""
    names = ("label", "subjects", "about", "withheld", "rows", "unexplained", "cited", "span", "tables", "missing_evidence")
    evidence = sum(1 for each in built["manifest"]["files"] if each["path"].startswith("evidence/"))
    surfaces = len(facts["window"]["surface_ids"])
    return {name: facts[name] for name in names} | {"files": built["files"], "evidence": evidence, "surfaces": surfaces}


def kept_manifest(pack: Pack) -> dict[str, Any]:
    """Return the manifest inside a frozen pack. Raises Unavailable when the stored file is not the one that was built."""
    with storage.take(pack.zip_file, pack.zip_digest) as file, zipfile.ZipFile(file) as held:
        found: dict[str, Any] = json.loads(held.read(manifest.MANIFEST))
        return found


def _fail(pack: Pack, trouble: str, job: Job) -> None:
    if pack.state == Pack.State.ASKED:
        actions.fail(pack, actor=job.owner or system_actor(), trouble=trouble)


def result_of(pack: Pack) -> dict[str, Any]:
    """Return what the job's page offers at its end."""
    return {"pack": pack.key, "url": pack.get_absolute_url(), "label": "Open the pack", "sha256": pack.zip_digest}


def folder_of(job: Job) -> Path:
    """Return the working folder of a job."""
    return root() / f"{job.pk}"


def root() -> Path:
    """Return where working folders lie: on this machine's own disk."""
    return Path(settings.HOME) / "packing"


def tidy(job: Job, progress: Progress) -> dict[str, int]:
    """Remove working folders of jobs that are over, and stored files that no pack claims."""
    removed = 0
    open_jobs = set(Job.objects.filter(kind=queries.BUILD, finished_at=None).values_list("pk", flat=True))
    for path in sorted(root().iterdir()) if root().exists() else []:
        if not (path.name.isdecimal() and int(path.name) in open_jobs):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    claimed = {name for pair in Pack.objects.values_list("zip_file", "pdf_file") for name in pair}
    for name in storage.unclaimed(claimed, job.created_at):
        storage.discard(name)
        removed += 1
        progress(removed, 0, name)
    return {"removed": removed}

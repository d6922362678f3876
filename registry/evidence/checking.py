"""Whether the kept files are what was handed in: the nightly reading, what it found, and tidying up."""

from typing import Any

from governance.core import clock
from governance.ledger.letgo import explains_file, gone_files
from registry.evidence import queries, storage
from registry.evidence.models import Blob

NAMED = 5


def verify(job: Any, progress: Any) -> dict[str, Any]:
    """Read every kept file and compare its hash. Returns how many were read, and what is wrong by hash."""
    total, wrong = Blob.objects.count(), {}
    for done, (digest, name) in enumerate(Blob.objects.order_by("pk").values_list("digest", "stored_as").iterator(), start=1):
        if (said := storage.trouble(name, digest)) and explains_file(digest) is None:
            wrong[digest] = said
        progress(done, total, name)
    return {"read": total, "wrong": wrong}


def tidy(job: Any, progress: Any) -> dict[str, Any]:
    """Remove files that no evidence claims: left by a worker that died between storing and recording."""
    claimed = dict(Blob.objects.values_list("digest", "stored_as"))
    for digest in gone_files(claimed):  # let go, and left when a worker died before it was removed
        del claimed[digest]
    names = list(storage.unclaimed(set(claimed.values()), clock.now()))
    for done, name in enumerate(names, start=1):
        storage.discard(name)
        progress(done, len(names), name)
    return {"removed": len(names)}


def trouble() -> str:
    """Say what the last reading found wrong, and what to do; nothing while all is whole or was not read yet."""
    job = queries.last_check()
    wrong = (job.result or {}).get("wrong", {}) if job is not None else {}
    if not wrong:
        return ""
    named = ", ".join(f"{digest[:12]}…" for digest in sorted(wrong)[:NAMED])
    return (
        f"{len(wrong)} kept file{'s are' if len(wrong) > 1 else ' is'} missing or changed ({named}). "
        "Restore the folder evidence/ of the storage from the backup; the nightly reading looks again."
    )

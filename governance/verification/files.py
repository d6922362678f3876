"""Reads every kept file again and compares it with the hash under which it is bound."""

import hashlib
from collections.abc import Callable

from django.core.files.storage import default_storage

from governance.core.contributions import KeptFile, KeptFiles, contributed
from governance.ledger import letgo
from governance.verification.report import Report

PIECE = 1024 * 1024


def look(report: Report, progress: Callable[[str], None]) -> None:
    """Look at all files of all features, one after the other and each in pieces."""
    for kind in contributed(KeptFiles):
        progress(kind.label)
        for number, each in enumerate(kind.files()):
            _look_at(report, kind, each)
            if number % 50 == 49:
                progress(kind.label)


def _look_at(report: Report, kind: KeptFiles, each: KeptFile) -> None:
    report.files += 1
    found = sha256_of(each.name)
    if found == each.sha256:
        return
    if found is None and letgo.explains_file(each.sha256) is not None:
        report.gone += 1
        return
    where = {"model": kind.key, "id": each.id, "seen": found or "nothing"}
    if found is None:
        report.find("file-missing", each.what, f"{each.name} is not in the storage, and nothing says why.", **where)
    else:
        report.find("file-changed", each.what, f"{each.name} is not what was kept: its SHA-256 is {found}.", **where)


def sha256_of(name: str) -> str | None:
    """Return the SHA-256 of a stored file, or None when it is not there."""
    if not default_storage.exists(name):
        return None
    found = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks(PIECE):
            found.update(piece)
    return found.hexdigest()

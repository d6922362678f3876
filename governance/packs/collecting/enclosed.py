"""Evidence into the pack: each file once, under its hash, hashed again on the way in."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from governance.core import digest
from governance.core.errors import PlumblineError
from governance.ledger import letgo
from governance.packs.collecting.work import PIECE, Work, sums
from governance.packs.sections import Enclosure, PackSection, Window

INDEX = "evidence.json"


def wanted(sections: Iterable[PackSection], window: Window) -> dict[str, Enclosure]:
    """Return the files of all sections by hash, as far as this edition has them."""
    found: dict[str, Enclosure] = {}
    for section in sections:
        if section.evidence and window.shows("evidence", "attachments", f"{section.key}.evidence"):
            for each in section.evidence(window):
                found.setdefault(each.sha256, each)
    return {sha256: found[sha256] for sha256 in sorted(found)}


def enclose(work: Work, files: dict[str, Enclosure], tell: Callable[[int, int], None]) -> list[dict[str, Any]]:
    """Copy files into the pack; what lies there whole from a killed build is left. Returns what is missing, with why."""
    rows, missing = [], []
    for number, (sha256, each) in enumerate(files.items()):
        tell(number, len(files))
        why = _copy(work, sha256, each)
        rows.append({"sha256": sha256, "name": each.name, "media_type": each.media_type, "size": each.size, "missing": why})
        if why:
            missing.append({"sha256": sha256, "name": each.name, "why": why})
    work.write(INDEX, b"[" + b",".join(b"\n" + digest.canonical(row) for row in rows) + b"\n]\n")
    return missing


def _copy(work: Work, sha256: str, each: Enclosure) -> str:
    """Copy one file. Returns why it is not in the pack; nothing when it is."""
    path = work.path(f"evidence/{sha256}")
    if path.exists() and sums(path)[0] == sha256:
        return ""
    beside, sha = work.folder / "enclosing.part", hashlib.sha256()
    try:
        with each.open() as file, beside.open("wb") as out:
            while piece := file.read(PIECE):
                sha.update(piece)
                out.write(piece)
    except (PlumblineError, OSError) as error:
        note = letgo.explains_file(sha256)
        return note.said if note else f"It could not be read from the storage: {error}"
    if sha.hexdigest() != sha256:
        return "What lies in the storage is not what was handed in: its hash differs from the recorded one."
    beside.replace(path)
    return ""

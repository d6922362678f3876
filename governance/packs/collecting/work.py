"""The working folder of one build: the pack's files as they will be packed, and which steps are done.

A step is done once its note lies beside the files with the hash of each: a build that was killed finds what it has, checks
it against the note, and goes on from there. Another machine that takes the job over starts with an empty folder.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from governance.core import digest

PIECE = 1 << 20


class Work:
    """A working folder: `files` holds what will be packed, under its name in the pack."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, folder / "files"
        self.files.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Return where a file of the pack lies; its folder is there."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, data: bytes) -> None:
        """Write a small file whole."""
        self.path(name).write_bytes(data)

    @contextmanager
    def lines(self, name: str) -> Iterator["Lines"]:
        """Open a file of one JSON value a line, for writing."""
        with self.path(name).open("wb") as out:
            yield Lines(out)

    def clear(self) -> None:
        """Begin anew: take away what an earlier build left half done."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.files.mkdir(parents=True)

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def names(self) -> list[str]:
        """Return the names of all files of the pack, in order."""
        return sorted(path.relative_to(self.files).as_posix() for path in self.files.rglob("*") if path.is_file())

    def done(self, step: str) -> Any:
        """Return what a finished step noted, or None when it is not done or its files are not what they were."""
        note = self.folder / f"{step}.done"
        if not note.exists():
            return None
        try:
            told = json.loads(note.read_bytes())
        except ValueError:  # killed while it was written
            return None
        held = all((self.files / name).is_file() and sums(self.files / name)[0] == sha for name, sha in told["files"].items())
        return told["facts"] if held else None

    def finish(self, step: str, facts: Any, names: list[str]) -> None:
        """Note that a step is done: what it found out, and the hash of each file that it made."""
        told = {"facts": facts, "files": {name: sums(self.files / name)[0] for name in names}}
        beside = self.folder / f"{step}.part"
        beside.write_bytes(digest.canonical(told))
        beside.replace(self.folder / f"{step}.done")


class Lines:
    """Writes lines and counts them."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.count = out, 0

    def add(self, line: bytes) -> None:
        """Write one line."""
        self.out.write(line + b"\n")
        self.count += 1


def sums(path: Path) -> tuple[str, int]:
    """Return the SHA-256 and the size of a file, reading it in pieces."""
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            sha.update(piece)
            size += len(piece)
    return sha.hexdigest(), size

"""The file of a backup: a tar.gz of a database, the files of a home, and a manifest with the SHA-256 of each."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from scripts.console import Stop, say

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys"
FILES = "files"
# what Plumbline makes again by itself, or what is itself a copy
PASSING = ("run", "log", "static", "queue", "cache", "pango", "postgres", "backups")
CHUNK = 1024 * 1024


def kept_files(home: Path, besides: set[Path]) -> Iterator[Path]:
    """Yield every file of a home that a backup must hold; `besides` are left out, for they are saved another way."""
    for folder, folders, names in os.walk(home):
        if Path(folder) == home:
            folders[:] = [name for name in folders if not is_passing(name)]
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path in besides:
                continue
            if path.is_file() and not path.is_symlink():
                yield path
            else:
                say(f"Left out, for it is no plain file: {path}")


def is_passing(name: str) -> bool:
    """Return whether a folder directly below home holds only what is made again."""
    return name in PASSING or name.startswith(("before-restore-", ".restoring-", ".saving-"))


def pack(target: Path, database: Path, home: Path, besides: set[Path], about: dict[str, Any], keys: Path) -> int:
    """Write a backup and return how many files it holds. It appears under its name only when it is complete.

    Keys that lie in a folder of their own go in as those of the home would.
    """
    part = target.with_name(target.name + ".part")
    sums: dict[str, str] = {}
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                sums[database.name] = _add(tar, database, database.name)
                for path in kept_files(home, besides | {target, part}):
                    name = f"{FILES}/{path.relative_to(home).as_posix()}"
                    sums[name] = _add(tar, path, name)
                for path in [] if keys.is_relative_to(home) else sorted(keys.glob("*")):
                    name = f"{FILES}/{KEYS}/{path.name}"
                    if path.is_file() and name not in sums:
                        sums[name] = _add(tar, path, name)
                manifest = json.dumps({"format": FORMAT, **about, "sha256": sums}, indent=1, sort_keys=True).encode()
                entry = tarfile.TarInfo(MANIFEST)
                entry.size = len(manifest)
                tar.addfile(entry, io.BytesIO(manifest))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return len(sums) - 1


class _Hashing:
    """A file being read, and the digest of what was read: exactly that went into the archive."""

    def __init__(self, file: Any) -> None:
        self.file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.file.read(size)
        self.sum.update(data)
        return data


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as file:
        entry = tar.gettarinfo(arcname=name, fileobj=file)
        hashing = _Hashing(file)
        tar.addfile(entry, hashing)  # type: ignore[arg-type]
    return hashing.sum.hexdigest()


def unpack(source: Path, into: Path) -> dict[str, Any]:
    """Unpack a backup, check every file against the manifest and return that. Raises Stop when anything is off."""
    found: dict[str, str] = {}
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            for entry in tar:
                found[entry.name] = _take(tar, entry, into)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Stop(f"{source} cannot be read as a backup: {error}. Nothing was changed.") from None
    try:
        manifest: dict[str, Any] = json.loads((into / MANIFEST).read_text())
        wanted = manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Stop(f"{source} holds no manifest, so it is no backup of Plumbline, or not all of one.") from None
    if manifest.get("format") != FORMAT:
        raise Stop(f"{source} was written by a newer Plumbline (format {manifest.get('format')}). Use that one.")
    found.pop(MANIFEST)
    wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if wrong:
        raise Stop(f"{source} is damaged: {wrong[0]} and {len(wrong) - 1} more differ. Nothing was changed.")
    return manifest


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, into: Path) -> str:
    """Unpack one plain file inside the folder, and return its digest."""
    path = PurePosixPath(entry.name)
    if not entry.isreg() or path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(f"it holds something that a backup does not hold: {entry.name!r}")
    target = into / path
    target.parent.mkdir(parents=True, exist_ok=True)
    data = tar.extractfile(entry)
    if data is None:
        raise tarfile.TarError(f"{entry.name!r} cannot be read")
    hashing = _Hashing(data)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, entry.mode & 0o700 | 0o600), "wb") as file:
        shutil.copyfileobj(hashing, file, CHUNK)  # type: ignore[misc]
    return hashing.sum.hexdigest()

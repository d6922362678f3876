"""What a stranger has: a ZIP, its verifier, and, if they are hostile, a key of their own to forge with."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.core import digest
from governance.packs import archive
from governance.packs.verifier import verify

Change = Callable[[Path], None]
STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def check(path: Path, **given: Any) -> list[tuple[str, str, str]]:
    """Return what the verifier finds wrong."""
    return verify.verify(str(path), out=lambda line: None, **given).faults


def said(path: Path, **given: Any) -> list[str]:
    """Return what the verifier prints."""
    lines: list[str] = []
    verify.verify(str(path), out=lines.append, **given)
    return lines


class Forger:
    """Changes a pack and makes everything fit again that can be made to: manifest, signatures, seal, keys."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        raw = b"\x01" + self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(b"forger\n" + raw).digest()[:4]
        self.vkey = f"forger+{self.id.hex()}+{base64.b64encode(raw).decode()}"

    def sign(self, text: str) -> str:
        """Return a note signed by the forger."""
        signed = base64.b64encode(self.id + self.private.sign(text.encode())).decode()
        return f"{text}\n\u2014 forger {signed}\n"

    def forge(self, source: Path, folder: Path, change: Change) -> Path:
        """Return a pack like `source`, changed, and sealed by the forger, whose key is among the pack's."""
        with zipfile.ZipFile(source) as held:
            held.extractall(folder)
        (folder / archive.TABLE).unlink()
        keys = json.loads((folder / "ledger/keys.json").read_text())
        keys["keys"].append({"vkey": self.vkey, "from_size": 0, "until_size": None})
        (folder / "ledger/keys.json").write_bytes(digest.canonical(keys))
        change(folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
        pdf = next(each for each in manifest["files"] if each["path"] == "pack.pdf")
        manifest["files"] = [self._listed(folder, name, pdf) for name in names if not name.startswith("manifest.")]
        raw = digest.canonical(manifest)
        (folder / "manifest.json").write_bytes(raw)
        whole = (folder / "pack.pdf").read_bytes()
        told = f"plumbline pack manifest 1\n{digest.sha256(raw)}\n{digest.sha256(whole)} {len(whole)}\n"
        (folder / "manifest.sig").write_text(self.sign(told))
        target = folder.with_suffix(".zip")
        archive.write(target, [(name, folder / name) for name in names], stamp=STAMP, sign=self.sign)
        return target

    def _listed(self, folder: Path, name: str, pdf: dict[str, Any]) -> dict[str, Any]:
        data = (folder / name).read_bytes()
        return pdf if name == "pack.pdf" else {"path": name, "sha256": digest.sha256(data), "size": len(data)}


def without_line(name: str, wanted: Callable[[dict[str, Any]], bool] = lambda line: True, at: int = 0) -> Change:
    """Return what takes a line away: of those that are wanted the first, or the one at a place."""

    def change(folder: Path) -> None:
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if wanted(json.loads(line))][at]
        (folder / name).write_bytes(b"".join(lines[:found] + lines[found + 1 :]))

    return change


def with_words(name: str, before: bytes, after: bytes) -> Change:
    """Return what replaces words in a file."""

    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        assert before in data
        (folder / name).write_bytes(data.replace(before, after, 1))

    return change

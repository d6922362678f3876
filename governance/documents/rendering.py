"""From a template and plain data to PDF bytes. Called by jobs, never by a web request."""

import base64
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.html import strip_tags

from governance.core import digest
from governance.core.errors import PlumblineError, Unavailable
from governance.documents import install
from governance.documents.density import Density, ladder, unbounded

PRESS = Path(__file__).resolve().parent / "press"
PAGE_HOLDS = 14_000  # characters of our smallest type, generously: an A4 page of prose at 6.7 pt holds some 11,000
PATIENCE = 180  # seconds for one document; the press is ended after that


class TooLong(PlumblineError):
    """The document does not fit its pages even in the densest setting."""

    status, code = 500, "too-long"


@dataclass(frozen=True)
class Printed:
    """A finished document: its bytes, its pages, the density it took and whether something was shortened for it.

    `missing` are the characters that no font on this machine has; a stand-in is printed for them.
    """

    data: bytes
    pages: int
    step: int
    shortened: bool
    missing: str = ""

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return digest.sha256(self.data)


@cache
def engine() -> Engine:
    """Return the documents' own template engine: autoescaping, our tags built in, nothing of the site's."""
    return Engine(dirs=[str(Path(settings.BASE_DIR) / "templates")], builtins=["governance.documents.tags"])


def html(template: str, context: Mapping[str, Any], density: Density) -> str:
    """Render one setting of a document."""
    return engine().get_template(template).render(Context({**context, "density": density}, use_l10n=False))


class Press:
    """A running press. One document costs its start; many can share it: `with Press() as press: press.run(...)`."""

    def __enter__(self) -> "Press":
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONHASHSEED": "0",
            "PLUMBLINE_PANGO": str(install.unpacked_pango()),
        }
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "ignore", str(PRESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            env={**environment, **_library_path()},
        )
        return self

    def run(self, order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Send one order and return the answer. Raises Unavailable when the press cannot run on this machine."""
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        try:
            return self._exchange(order)
        finally:
            watchdog.cancel()

    def _exchange(self, order: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdin and self.process.stdout  # noqa: S101
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            status = self.process.wait()
            self.said.seek(0)
            raise install.trouble(status, self.said.read().decode(errors="replace"))
        head = json.loads(line)
        data = self.process.stdout.read(head.get("bytes", 0))
        if len(data) != head.get("bytes", 0):
            raise Unavailable("The document's printing was cut off.", fix="Ask for it again.")
        return head, data

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self.process.stdin and self.process.stdout  # noqa: S101
        if kind is not None:
            self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.said.close()


def fit(
    template: str,
    context: Mapping[str, Any],
    *,
    made: datetime,
    pages: int | None = None,
    attachments: Sequence[Mapping[str, str]] = (),
    press: Press | None = None,
) -> Printed:
    """Print a template on exactly as many `pages`, in the roomiest density that keeps to them (None: as many as it takes).

    The source data travel inside the file as `attachments`. The same arguments give the same bytes on the same versions
    of the libraries. Raises TooLong when nothing fits, Unavailable when this machine cannot print.
    """
    densities = ladder() if pages else [unbounded()]
    candidates = [html(template, context, density) for density in densities]
    hopeless = _hopeless(candidates, pages)
    densities, candidates = densities[hopeless:], candidates[hopeless:]
    order = {
        "candidates": candidates,
        "pages": pages,
        "made": made.isoformat(),
        "identifier": hashlib.sha256("\n".join(candidates).encode()).hexdigest()[:32],
        "attachments": list(attachments),
    }
    if press is None:
        with Press() as own:
            head, data = own.run(order)
    else:
        head, data = press.run(order)
    if not head["ok"]:
        raise _refusal(template, head)
    used = densities[head["candidate"]]
    return Printed(data, head["pages"], used.step, used.cuts > 0, head["missing"])


def _hopeless(candidates: Sequence[str], pages: int | None) -> int:
    """Return how many of the roomiest settings hold more characters than any page of that type could: setting them is
    what takes long. The densest is always tried."""
    most = (pages or 0) * PAGE_HOLDS
    return next((n for n, text in enumerate(candidates) if not pages or len(strip_tags(text)) <= most), len(candidates) - 1)


def attach(name: str, value: Any, description: str) -> dict[str, str]:
    """Return canonical JSON of `value` as an attachment of a document."""
    return {
        "name": name,
        "description": description,
        "relationship": "Source",
        "data": base64.b64encode(digest.canonical(value)).decode(),
    }


def _refusal(template: str, head: Mapping[str, Any]) -> PlumblineError:
    if head["kind"] == "length":
        return TooLong(f"{template} does not fit: {head['error']}.", fix="Shorten its longest texts.")
    return install.trouble(0, head["error"])


def _library_path() -> dict[str, str]:
    """Pass on what macOS needs to find Homebrew's Pango."""
    return {name: os.environ[name] for name in ("DYLD_FALLBACK_LIBRARY_PATH", "LD_LIBRARY_PATH") if name in os.environ}

"""The pieces of a volume: set side by side, each in a press of its own, and kept under the hash of what they were set from.

A piece that lies in the folder already is not set again, so a build that was killed goes on where it stopped. A piece is
written under another name and renamed, and what is known of it (pages, headings, hash) is written after it: whatever is
found half-written is set anew.
"""

import hashlib
import json
import os
import queue
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any

import pikepdf
from django.conf import settings

from governance.core import digest
from governance.core.errors import PlumblineError, Unavailable
from governance.documents import install
from governance.documents.rendering import PRESS, Press

MOST_WORKERS = 4
TURNS = 40  # pieces that one press sets before a fresh one takes over: WeasyPrint's caches grow
BREATH = 10  # seconds after which whoever waits is told that we still work

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Order:
    """A piece to set: its finished HTML, the chapter it belongs to (listed where it has a title) and whether it begins it."""

    html: str
    key: str
    title: str = ""
    level: int = 1
    first: bool = False


@dataclass(frozen=True)
class Entry:
    """A heading inside a piece that contents list: a name for links, its words, its page in the piece (from 0), its height."""

    name: str
    title: str
    page: int
    y: float


@dataclass(frozen=True)
class Leaf:
    """A piece that is set: its file, its pages, what of it is listed, and the ids that links can lead to."""

    path: Path
    pages: int
    key: str
    title: str
    level: int
    first: bool
    entries: tuple[Entry, ...] = ()
    names: frozenset[str] = frozenset()


@cache
def edition() -> str:
    """Return a hash over everything beside the HTML that decides how a piece looks: libraries, styles, fonts, the press."""
    static = Path(settings.BASE_DIR) / "static"
    files = sorted([*(static / "css").glob("*.css"), *(static / "fonts").iterdir(), *PRESS.glob("*.py")])
    sha = hashlib.sha256("".join(version(name) for name in ("weasyprint", "pydyf", "fonttools")).encode())
    for file in files:
        sha.update(hashlib.sha256(file.read_bytes()).digest())
    return sha.hexdigest()


class Setter:
    """Sets pieces into a folder. `with Setter(folder, made=...) as setter: leaves = setter.run(orders, tell)`.

    `missing` gathers the characters that no font here has, `reused` counts the pieces that lay there already.
    """

    def __init__(self, folder: Path, *, made: datetime, workers: int | None = None) -> None:
        self.folder, self.made = folder, made
        self.workers = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        self.missing: set[str] = set()
        self.reused = 0
        self.idle: queue.SimpleQueue[tuple[Press, int]] = queue.SimpleQueue()
        self.running: set[Press] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Setter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for press in list(self.running):
            self._end(press, kind)

    def one(self, order: Order) -> Leaf:
        """Set one piece in the calling thread."""
        return self._kept(order) or self._set(order)

    def run(self, orders: Iterable[Order], tell: Tell, expected: int = 0) -> list[Leaf]:
        """Set all pieces and return them in their order. At most two for each worker wait, whatever comes."""
        leaves: list[Leaf | Future[Leaf]] = []
        waiting: set[Future[Leaf]] = set()

        def still(most: int) -> None:
            """Wait until at most so many pieces are open, and tell how far we are at least every breath."""
            nonlocal waiting
            while True:
                done = len(leaves) - len(waiting)
                tell(done, max(expected, len(leaves)) if expected else 0, "Setting the pages")
                if len(waiting) <= most:
                    return
                ended, waiting = wait(waiting, timeout=BREATH, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()

        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="press")
        try:
            for order in orders:
                leaf = self._kept(order)
                if leaf is None:
                    future = pool.submit(self._set, order)
                    waiting.add(future)
                leaves.append(leaf or future)
                still(2 * self.workers)
            still(0)
        except BaseException:
            for press in list(self.running):
                press.process.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return [each.result() if isinstance(each, Future) else each for each in leaves]

    def _file(self, order: Order) -> Path:
        name = hashlib.sha256(f"{edition()}\n{self.made.isoformat()}\n{order.html}".encode()).hexdigest()
        return self.folder / f"{name}.pdf"

    def _kept(self, order: Order) -> Leaf | None:
        """Return a piece that lies there whole."""
        path = self._file(order)
        told = path.with_suffix(".json")
        if not (told.exists() and path.exists()):
            return None
        known = json.loads(told.read_text())
        if digest.sha256(path.read_bytes()) != known["sha256"]:
            return None
        self.reused += 1
        return self._leaf(order, path, known)

    def _leaf(self, order: Order, path: Path, known: dict[str, Any]) -> Leaf:
        self.missing |= set(known["missing"])
        entries = tuple(Entry(f"{path.stem[:24]}.{n}", *each) for n, each in enumerate(known["entries"]))
        names = frozenset(known["names"]).union(entry.name for entry in entries)
        return Leaf(path, known["pages"], order.key, order.title if order.first else "", order.level, order.first, entries, names)

    def _set(self, order: Order) -> Leaf:
        """Set one piece with an idle press, or a fresh one, and store it."""
        press, turns = self._take()
        try:
            made = self.made.isoformat()
            identifier = digest.sha256(order.html.encode())[:32]
            head, data = press.run({"candidates": [order.html], "pages": None, "made": made, "identifier": identifier})
        except PlumblineError as error:
            self._end(press, type(error))
            raise Unavailable(f"{order.title or order.key}: {error.message}", fix=error.fix) from error
        if turns + 1 < TURNS:
            self.idle.put((press, turns + 1))
        else:
            self._end(press, None)
        if not head["ok"]:
            raise install.trouble(0, f"{order.title or order.key}: {head['error']}")
        return self._store(order, data, head)

    def _store(self, order: Order, data: bytes, head: dict[str, Any]) -> Leaf:
        path = self._file(order)
        known = {"sha256": digest.sha256(data), "pages": head["pages"], "missing": head["missing"]}
        _write(path, data)
        known["entries"], known["names"] = landmarks(path)
        _write(path.with_suffix(".json"), json.dumps(known).encode())
        return self._leaf(order, path, known)

    def _take(self) -> tuple[Press, int]:
        try:
            return self.idle.get_nowait()
        except queue.Empty:
            press = Press().__enter__()
            self.running.add(press)
            return press, 0

    def _end(self, press: Press, kind: type[BaseException] | None) -> None:
        self.running.discard(press)
        press.__exit__(kind, None, None)


def landmarks(path: Path) -> tuple[list[tuple[str, int, float]], list[str]]:
    """Return what a piece says of itself: the words, page and height of each heading that contents list, and its ids."""
    with pikepdf.open(path) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            found = [(str(item.title), list(item.destination)) for item in outline.root]  # type: ignore[arg-type]
        entries = [(title, numbers[at[0].objgen], float(at[3])) for title, at in found]
        return entries, sorted(local_names(pdf.Root))


def local_names(root: Any) -> dict[str, Any]:
    """Return where the names of a piece lead: every element that has an id."""
    for step in ("/Names", "/Dests", "/Names"):
        root = root.get(step)
        if root is None:
            return {}
    listed = list(root)
    return {str(name): place for name, place in zip(listed[::2], listed[1::2], strict=True)}


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{id(data)}")
    fresh.write_bytes(data)
    fresh.replace(path)

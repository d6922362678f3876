"""Grows the tree again from the entries, and holds tiles, checkpoints and their copies outside the database to it."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.core import digest
from governance.ledger import tags
from governance.proofs import copies, keys, merkle, notes, tiles
from governance.proofs.models import Checkpoint, LedgerKey, Tile
from governance.proofs.tiles import WIDTH
from governance.verification.report import Report

HERE, COPY, GIVEN = "the database", "the copy outside the database", "the checkpoint that was given"


@dataclass(frozen=True, order=True)
class Mark:
    """A checkpoint to be met on the way: at which size, in which place it stands, and what it says."""

    size: int
    source: int
    root: str
    note: str
    line: int = 0


SOURCES = (HERE, COPY, GIVEN)


class Tree:
    """Takes leaf hashes in order; says what of tiles and checkpoints does not belong to them."""

    def __init__(self, report: Report, older: str | None = None) -> None:
        self.report = report
        self.size = 0
        self._full = merkle.Frontier()  # over the roots of full tiles
        self._peaks: list[bytes] = []  # of the complete subtrees of the tile that is being filled, largest first
        self._tile: list[bytes] = []
        self._roots: list[list[bytes]] = []  # of full tiles, by level: what the level above holds
        self._stored = _Tiles(report)
        self._verifiers = keys.verifiers()
        self._marks = heapq.merge(_stored(), _copied(report), _given(report, older, self._verifiers))
        self._next = next(self._marks, None)
        self._last_root, self._last_size, self._here = "", -1, -1
        self.sealed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Take in the next leaves."""
        sha, peaks, tile = hashlib.sha256, self._peaks, self._tile
        stop = self._next.size if self._next is not None else -1
        for made in leaf_hashes:
            tile.append(made)
            filled = len(tile) - 1
            while filled & 1:
                made = sha(b"\x01" + peaks.pop() + made).digest()
                filled >>= 1
            peaks.append(made)
            self.size += 1
            if len(tile) == WIDTH:
                self._full.append(made)
                self._compare(0, self.size // WIDTH - 1, b"".join(tile), made)
                tile.clear()
                peaks.clear()
            if self.size == stop:
                stop = self._meet_all()

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self._peaks:
            return self._full.root()
        *rest, made = self._peaks
        for each in reversed(rest):
            made = merkle.node(each, made)
        for each in reversed(self._full.peaks):
            made = merkle.node(each, made)
        return made

    def _meet_all(self) -> int:
        """Meet every checkpoint up to this size; return the size of the next one (-1: there is none)."""
        while self._next is not None and self._next.size <= self.size:
            self._meet(self._next)
            self._next = next(self._marks, None)
        return self._next.size if self._next is not None else -1

    def _compare(self, level: int, number: int, hashes: bytes, root: bytes) -> None:
        """Compare a full tile with the stored one, and hand its root to the level above."""
        if (number + 1) * WIDTH ** (level + 1) <= self.sealed:
            self._stored.compare(level, number, hashes, root)
        while len(self._roots) <= level:
            self._roots.append([])
        self._roots[level].append(root)
        if len(self._roots[level]) == WIDTH:
            above = b"".join(self._roots[level])
            self._roots[level].clear()
            self._compare(level + 1, number // WIDTH, above, merkle.root(tiles.cut(above)))

    def _meet(self, mark: Mark) -> None:
        """Hold a checkpoint to the tree of its size."""
        where = SOURCES[mark.source]
        what = f"Checkpoint over {mark.size:,} entries in {where}"
        self.report.checkpoints += mark.source == 0
        if mark.size < self.size:
            self._say("checkpoint-changed", what, "It stands out of order.", mark)
            return
        if self._last_size != mark.size:
            self._last_root, self._last_size = self.root().hex(), mark.size
        if mark.source == 0:
            self._here = mark.size
        elif mark.source == 1 and self._here != mark.size:
            here = f"Checkpoint over {mark.size:,} entries"
            self._say("checkpoint-missing", here, f"It is in {COPY}, and no longer here.", mark)
        if mark.root != self._last_root:
            said = "The entries up to it are not those that it was signed over."
            self._say("checkpoint-changed", what, said, mark)
        self._signed(mark, what)

    def _signed(self, mark: Mark, what: str) -> None:
        try:
            text, signed = notes.verify(mark.note, self._verifiers)
            head = notes.read_checkpoint(text)
        except notes.BadNote as error:
            self._say("checkpoint-false", what, f"Its signature does not hold: {error}.", mark)
            return
        if (head.origin, head.size, head.root.hex()) != (tags.found().origin, mark.size, mark.root):
            self._say("checkpoint-changed", what, "What it says beside the signed text is not what was signed.", mark)
        elif mark.source == 0 and not self._in_span(mark.size, signed):
            self._say("checkpoint-false", what, "It was signed by a key that was not in use at that size.", mark)

    def _is_ours(self, mark: Mark) -> bool:
        try:
            return notes.read_checkpoint(notes.verify(mark.note, self._verifiers)[0]).size == mark.size
        except notes.BadNote:
            return False

    def _in_span(self, size: int, signed: Iterable[notes.Verifier]) -> bool:
        spans = {key.vkey: (key.from_size, key.until_size) for key in self._keys()}
        return any(
            spans[each.vkey][0] <= size and (spans[each.vkey][1] is None or size <= spans[each.vkey][1])  # type: ignore[operator]
            for each in signed
        )

    def _keys(self) -> list[LedgerKey]:
        if not hasattr(self, "_known_keys"):
            self._known_keys = list(LedgerKey.objects.all())
        return self._known_keys

    def end(self, announced: set[str]) -> None:
        """Say what lies beyond the last entry, what is left of tiles, and which keys no entry announced."""
        size = self.size
        while self._next is not None:
            mark, self._next = self._next, next(self._marks, None)
            what = f"Checkpoint over {mark.size:,} entries in {SOURCES[mark.source]}"
            if self._is_ours(mark):
                said = f"Only {size:,} entries are left of the {mark.size:,} that it was signed over: the newest were cut off."
                self._say("entries-truncated", what, said, mark)
                continue
            said = f"It is of another ledger. If this database is a new one, move {copies.path()} away."
            self._say("checkpoint-false", what, said, mark)
        self._stored.end()
        for key in self._keys():
            if key.vkey not in announced:
                said = "No entry announced this key: it was put into the database past this application."
                self.report.find("key-unknown", f"Key {key.key}", said, model="governance.ledgerkey", id=key.pk, seen=key.vkey)

    def _say(self, kind: str, what: str, said: str, mark: Mark) -> None:
        seen = digest.sha256(f"{mark.root}\n{mark.note}".encode())
        self.report.find(kind, what, said, model="governance.checkpoint", id=mark.size, seen=seen)


class _Tiles:
    """The stored tiles of each level, read in order beside the tree that grows."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._levels: dict[int, Iterator[Any]] = {}
        self._waiting: dict[int, tuple[int, bytes, bytes] | None] = {}

    def compare(self, level: int, number: int, hashes: bytes, root: bytes) -> None:
        """Hold the stored tile of this number to what was computed."""
        while (held := self._peek(level)) is not None and held[0] < number:
            self._say("tile-changed", level, held[0], "It stands where no tile belongs.")
            self._take(level)
        if held is None or held[0] != number:
            self._say("tile-missing", level, number, "It is gone; proofs of the entries in it cannot be given.")
            return
        self._take(level)
        if held[1] != hashes or held[2] != root:
            self._say("tile-changed", level, number, "It does not hold the hashes of the entries below it.")

    def end(self) -> None:
        """Say of tiles that are left over."""
        top = Tile.objects.order_by("-level").values_list("level", flat=True).first()
        for level in range((top if top is not None else -1) + 1):
            while (held := self._peek(level)) is not None:
                self._say("tile-changed", level, held[0], "There are no entries below it any more.")
                self._take(level)

    def _peek(self, level: int) -> tuple[int, bytes, bytes] | None:
        if level not in self._waiting:
            rows = Tile.objects.filter(level=level).values_list("number", "hashes", "root")
            self._levels[level] = _in_order(rows, "number", 64)
            self._take(level)
        return self._waiting[level]

    def _take(self, level: int) -> None:
        row = next(self._levels[level], None)
        self._waiting[level] = None if row is None else (row[0], bytes(row[1]), bytes(row[2]))

    def _say(self, kind: str, level: int, number: int, said: str) -> None:
        self.report.find(kind, f"Tile {level}/{number}", said, model="governance.tile", id=number, seen=f"level {level}")


def _in_order(rows: QuerySet[Any, Any], by: str, at_once: int) -> Iterator[Any]:
    """Yield rows in order of their first column, a page at a time: no cursor stays open in the database meanwhile."""
    last = -1
    while found := list(rows.filter(**{f"{by}__gt": last}).order_by(by)[:at_once]):
        yield from found
        last = found[-1][0]


def _stored() -> Iterator[Mark]:
    for row in _in_order(Checkpoint.objects.values_list("size", "root", "note"), "size", 1000):
        yield Mark(row[0], 0, row[1], row[2])


def _copied(report: Report) -> Iterator[Mark]:
    before = 0
    for each in copies.read():
        if "size" not in each or each["size"] < before:
            said = "It cannot be read any more, or stands out of order."
            report.find("checkpoint-changed", f"Line {each['line']} of {COPY}", said, seen=str(each.get("size", "")))
            continue
        before = each["size"]
        yield Mark(each["size"], 1, each["root"], each["note"], each["line"])


def _given(report: Report, older: str | None, verifiers: Iterable[notes.Verifier]) -> Iterator[Mark]:
    if older is None:
        return
    text, _ = notes.verify(older, verifiers)
    head = notes.read_checkpoint(text)
    report.older = f"checkpoint over {head.size:,} entries"
    yield Mark(head.size, 2, head.root.hex(), older)

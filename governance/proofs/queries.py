"""Reads of the tree: the newest checkpoint, proofs against any size that was sealed, and heads and entries by number."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import QuerySet

from governance.core.errors import NotVisible
from governance.ledger.models import Entry
from governance.proofs import merkle, reading, tiles
from governance.proofs.models import Checkpoint, LedgerKey, Tile


def checkpoints() -> QuerySet[Checkpoint]:
    """Return all checkpoints, newest first: they hold hashes and numbers only, so that whoever is signed in may see them."""
    return Checkpoint.objects.order_by("-size")


def ledger_keys() -> QuerySet[LedgerKey]:
    """Return all keys, newest first: public halves only."""
    return LedgerKey.objects.order_by("-pk")


def latest() -> Checkpoint | None:
    """Return the newest checkpoint."""
    return checkpoints().first()


def get(size: int) -> Checkpoint:
    """Return the checkpoint of exactly this size. Raises NotVisible when there is none."""
    found = checkpoints().filter(size=size).first()
    if found is None:
        raise NotVisible(f"There is no checkpoint over {size:,} entries.")
    return found


def at_most(size: int) -> Checkpoint | None:
    """Return the newest checkpoint of at most this size."""
    return checkpoints().filter(size__lte=size).first()


def covering(seq: int) -> Checkpoint | None:
    """Return the first checkpoint under which an entry is sealed, or None when it is not sealed yet."""
    return Checkpoint.objects.filter(size__gte=seq).order_by("size").first()


def sealed_size() -> int:
    """Return how many entries are sealed."""
    return checkpoints().values_list("size", flat=True).first() or 0


def reach() -> tuple[int, int]:
    """Return how many entries there are, and how many of them are sealed, in one look."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT MAX(seq) FROM governance_entry), (SELECT MAX(size) FROM governance_checkpoint)")
        last, sealed = cursor.fetchone()
    return last or 0, sealed or 0


def inclusion(seq: int, size: int) -> list[bytes]:
    """Return the proof that entry `seq` is in the tree over the first `size` entries.

    Raises NotVisible when that much is not sealed, NotProved when there is no such entry in it.
    """
    _require_sealed(size)
    return merkle.inclusion(seq - 1, size, tiles.Hashes().span)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the proof that the tree over `new` entries extends that over `old`. Raises NotVisible and NotProved likewise."""
    _require_sealed(new)
    return merkle.consistency(old, new, tiles.Hashes().span)


def root(size: int) -> bytes:
    """Return the root over the first `size` entries, from the tiles. Raises NotVisible when that much is not sealed."""
    _require_sealed(size)
    return tiles.Hashes().span(0, size) if size else merkle.EMPTY


def leaf_hashes(first: int, last: int) -> Iterator[bytes]:
    """Yield the leaf hashes of entries from `first` to `last` (both included), as they were sealed."""
    at = first
    while at <= last:
        number, skipped = divmod(at - 1, tiles.WIDTH)
        held = Tile.objects.filter(level=0, number__range=(number, number + 63)).order_by("number")
        rows = list(held.values_list("number", "hashes"))
        if not rows or rows[0][0] != number:
            yield from reading.leaves(at, last)
            return
        for expected, (found, hashes) in enumerate(rows, start=number):
            if found != expected:
                break
            row = list(tiles.cut(bytes(hashes)))[skipped : skipped + last - at + 1]
            yield from row
            at, skipped = at + len(row), 0
            if at > last:
                return


def heads(first: int, last: int) -> Iterator[bytes]:
    """Yield the canonical heads of entries from `first` to `last` (both included)."""
    for row in reading.rows(first, last):
        yield row.head


def entries_about(tags: Collection[str], first: int, last: int) -> Iterator[Entry]:
    """Yield the entries from `first` to `last` (both included) that concern one of the things whose tags are given."""
    return reading.about(tags, first, last)


def span(start: date, end: date) -> tuple[int, int]:
    """Return the numbers of the first and last entry of whole UTC days (both included); the first is larger when none is.

    Time never runs backwards in the ledger, so the entries of a span of days are a span of numbers.
    """
    begins = datetime.combine(start, time.min, tzinfo=UTC)
    ends = datetime.combine(end, time.min, tzinfo=UTC) + timedelta(days=1)
    first = Entry.objects.filter(at__lt=begins).order_by("-at", "-seq").values_list("seq", flat=True).first() or 0
    last = Entry.objects.filter(at__lt=ends).order_by("-at", "-seq").values_list("seq", flat=True).first() or 0
    return first + 1, last


def _require_sealed(size: int) -> None:
    if size > sealed_size():
        raise NotVisible(f"{size:,} entries are not sealed yet.", fix="Checkpoints follow a few seconds behind the entries.")

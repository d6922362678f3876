"""The tree as it is stored: tiles of 256 hashes, and what is not yet a full tile computed from the newest entries.

Heights 0, 8, 16, ... of the tree are levels 0, 1, 2, ...; tile n of a level holds its hashes 256 n to 256 n + 255 (the
layout of c2sp.org/tlog-tiles). A hash of level k + 1 is the root of a full tile of level k.
"""

from collections.abc import Iterator, Mapping

from governance.proofs import merkle, reading
from governance.proofs.models import Tile

WIDTH = 256
HEIGHT = 8  # of a tile: 2 ** 8 hashes


class Hashes:
    """Hashes of spans of the tree, read as they are needed; one for each question, for it keeps what it has read."""

    def __init__(self, known: Mapping[tuple[int, int], bytes] | None = None) -> None:
        """Begin with tiles (full or not) that are known already, by level and number."""
        self._tiles: dict[tuple[int, int], bytes] = dict(known or {})

    def span(self, start: int, end: int) -> bytes:
        """Return the hash over the leaves from `start` up to but without `end`, as RFC 9162 splits them."""
        size = end - start
        if size & (size - 1) == 0 and start % size == 0:
            return self._complete(start, size.bit_length() - 1)
        middle = start + merkle.split(size)
        return merkle.node(self.span(start, middle), self.span(middle, end))

    def _complete(self, start: int, height: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        first, count = start >> (HEIGHT * level), 1 << above
        return merkle.root(self._row(level, first, count))

    def _row(self, level: int, first: int, count: int) -> list[bytes]:
        number, at = divmod(first, WIDTH)
        held = self._tile(level, number)
        wanted = held[at * merkle.SIZE : (at + count) * merkle.SIZE]
        if len(wanted) != count * merkle.SIZE:
            raise merkle.NotProved(f"tile {level}/{number} does not hold what the tree needs: entries or tiles are missing")
        return list(cut(wanted))

    def _tile(self, level: int, number: int) -> bytes:
        key = (level, number)
        if key not in self._tiles:
            self._tiles[key] = self._read(level, number)
        return self._tiles[key]

    @staticmethod
    def _read(level: int, number: int) -> bytes:
        held = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
        if held is not None:
            return bytes(held)
        first = number * WIDTH
        if level == 0:
            return b"".join(reading.leaves(first + 1, first + WIDTH))
        below = Tile.objects.filter(level=level - 1, number__range=(first, first + WIDTH - 1)).order_by("number")
        return b"".join(bytes(root) for root in below.values_list("root", flat=True))


def cut(hashes: bytes) -> Iterator[bytes]:
    """Yield the single hashes of a row."""
    for at in range(0, len(hashes), merkle.SIZE):
        yield hashes[at : at + merkle.SIZE]


def grow(first: int, leaf_hashes: list[bytes]) -> bytes:
    """Store the full tiles that leaves from tile number `first` on complete; return the hashes left over, in one row.

    Runs inside the sealing transaction: whoever comes second meets the constraint `tile_once`, and takes it back.
    """
    full = len(leaf_hashes) // WIDTH
    made = [_tile(0, first + at, b"".join(leaf_hashes[at * WIDTH : (at + 1) * WIDTH])) for at in range(full)]
    Tile.objects.bulk_create(made)
    level, done = 0, first + full
    while made and done >= WIDTH:
        level, low, done = level + 1, made[0].number // WIDTH, done // WIDTH
        roots = Tile.objects.filter(level=level - 1, number__range=(low * WIDTH, done * WIDTH - 1)).order_by("number")
        row = [bytes(root) for root in roots.values_list("root", flat=True)]
        made = [_tile(level, low + at, b"".join(row[at * WIDTH : (at + 1) * WIDTH])) for at in range(done - low)]
        Tile.objects.bulk_create(made)
    return b"".join(leaf_hashes[full * WIDTH :])


def _tile(level: int, number: int, hashes: bytes) -> Tile:
    return Tile(level=level, number=number, hashes=hashes, root=merkle.root(cut(hashes)))

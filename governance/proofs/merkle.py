"""The Merkle tree of RFC 9162 section 2.1 over SHA-256: roots, proofs, and the checking of proofs. Pure.

A tree of n leaves splits at the largest power of two below n. Proofs are lists of 32-byte hashes in the order of the
standard. Whoever makes proofs says how the hash of a span of leaves is found (`hash_of(start, end)`), so that a tree of
a million leaves is never in memory.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

SIZE = 32
EMPTY = hashlib.sha256(b"").digest()
HashOf = Callable[[int, int], bytes]


class NotProved(ValueError):
    """A proof that does not prove what it is shown for; the message says why."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf's data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below a size of two or more: where a tree of that size splits."""
    return 1 << (size - 1).bit_length() - 1


class Frontier:
    """A growing tree of which only the roots of its complete subtrees are kept: O(log n) hashes, whatever its size."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []  # of the complete subtrees, largest first: one for each bit of the size

    def append(self, leaf_hash: bytes) -> None:
        """Take in the hash of the next leaf."""
        made, size = leaf_hash, self.size
        while size & 1:
            made = node(self._roots.pop(), made)
            size >>= 1
        self._roots.append(made)
        self.size += 1

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """Take in the hashes of the next leaves."""
        for each in leaf_hashes:
            self.append(each)
        return self

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, largest first."""
        return tuple(self._roots)

    def root(self) -> bytes:
        """Return the root of the tree so far; that of the empty tree is SHA-256 of nothing."""
        if not self._roots:
            return EMPTY
        *rest, made = self._roots
        for each in reversed(rest):
            made = node(each, made)
        return made


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in memory that grows with the logarithm of their number."""
    return Frontier().extend(leaf_hashes).root()


def inclusion(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return the proof that leaf `index` (from 0) is in the tree of `size` leaves. Raises NotProved outside of it."""
    if not 0 <= index < size:
        raise NotProved(f"there is no leaf {index} in a tree of {size}")
    return _path(index, 0, size, hash_of)


def _path(index: int, start: int, end: int, hash_of: HashOf) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*_path(index, start, middle, hash_of), hash_of(middle, end)]
    return [*_path(index, middle, end, hash_of), hash_of(start, middle)]


def consistency(old: int, new: int, hash_of: HashOf) -> list[bytes]:
    """Return the proof that the tree of `new` leaves extends that of `old`. Raises NotProved for sizes that cannot be."""
    if not 1 <= old <= new:
        raise NotProved(f"nothing of size {new} can extend a tree of size {old}")
    return [] if old == new else _subproof(old, 0, new, True, hash_of)


def _subproof(old: int, start: int, end: int, whole: bool, hash_of: HashOf) -> list[bytes]:
    if old == end:
        return [] if whole else [hash_of(start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole, hash_of), hash_of(middle, end)]
    return [*_subproof(old, middle, end, False, hash_of), hash_of(start, middle)]


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check a proof of inclusion (RFC 9162 2.1.3.2). Raises NotProved; returns when it holds."""
    _lengths(leaf_hash, root, *proof)
    if not 0 <= index < size:
        raise NotProved(f"there is no leaf {index} in a tree of {size}")
    at, last, made = index, size - 1, leaf_hash
    for each in proof:
        if last == 0:
            raise NotProved("the proof is too long for this tree")
        if at & 1 or at == last:
            made = node(each, made)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            made = node(made, each)
        at, last = at >> 1, last >> 1
    if last:
        raise NotProved("the proof is too short for this tree")
    if made != root:
        raise NotProved("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check a proof of consistency (RFC 9162 2.1.4.2). Raises NotProved; returns when it holds.

    An empty old tree is refused: everything extends it, so that nothing would be proved.
    """
    if not 1 <= old <= new:
        raise NotProved(f"nothing of size {new} can be shown to extend a tree of size {old}")
    if old == new:  # nothing is computed: the two roots are one and the same, or they are not
        if proof:
            raise NotProved("trees of one size need no proof")
        if old_root != new_root:
            raise NotProved("two trees of one size have different roots")
        return
    _lengths(old_root, new_root, *proof)
    if not proof:
        raise NotProved("the proof is empty")
    _extends(old, new, old_root, new_root, proof if old & (old - 1) else [old_root, *proof])


def _extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = proof[0]
    for each in proof[1:]:
        if last == 0:
            raise NotProved("the proof is too long for these trees")
        if at & 1 or at == last:
            before, after = node(each, before), node(each, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, each)
        at, last = at >> 1, last >> 1
    if last:
        raise NotProved("the proof is too short for these trees")
    if before != old_root:
        raise NotProved("the proof does not lead to the older root")
    if after != new_root:
        raise NotProved("the proof does not lead to the newer root")


def _lengths(*hashes: bytes) -> None:
    if any(len(each) != SIZE for each in hashes):
        raise NotProved(f"a hash is not {SIZE} bytes long")

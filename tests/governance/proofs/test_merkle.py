"""The tree and its proofs are RFC 9162's: the published vectors, wrong ones refused, and what holds for every tree."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.proofs import merkle

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())
# From transparency-dev/merkle, testonly: eight leaves and the roots of the first none to eight of them.
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOT_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def hashes(value: list[str] | None) -> list[bytes]:
    return [base64.b64decode(each) for each in value or []]


def one(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def plain_root(leaves: list[bytes]) -> bytes:
    """The standard's own recursive definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = merkle.split(len(leaves))
    return merkle.node(plain_root(leaves[:middle]), plain_root(leaves[middle:]))


def numbered(size: int) -> list[bytes]:
    return [merkle.leaf(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("name", sorted(VECTORS["inclusion"]))
def test_published_proofs_of_inclusion(name: str) -> None:
    case: dict[str, Any] = VECTORS["inclusion"][name]
    asked = (one(case["leafHash"]), case["leafIdx"], case["treeSize"], hashes(case["proof"]), one(case["root"]))
    if case["wantErr"]:
        with pytest.raises(merkle.NotProved):
            merkle.verify_inclusion(*asked)
    else:
        merkle.verify_inclusion(*asked)


@pytest.mark.parametrize("name", sorted(VECTORS["consistency"]))
def test_published_proofs_of_consistency(name: str) -> None:
    case: dict[str, Any] = VECTORS["consistency"][name]
    asked = (case["size1"], case["size2"], one(case["root1"]), one(case["root2"]), hashes(case["proof"]))
    if case["wantErr"]:
        with pytest.raises(merkle.NotProved):
            merkle.verify_consistency(*asked)
    else:
        merkle.verify_consistency(*asked)


def test_the_published_root_of_eight_leaves() -> None:
    assert merkle.root(map(merkle.leaf, LEAVES)).hex() == ROOT_8
    assert merkle.root([]) == merkle.EMPTY == hashlib.sha256(b"").digest()


@given(st.integers(0, 300))
def test_the_frontier_gives_the_root_of_the_definition(size: int) -> None:
    leaves = numbered(size)
    assert merkle.root(leaves) == plain_root(leaves)


@settings(max_examples=60)
@given(st.integers(1, 200), st.data())
def test_every_leaf_is_proved_in_and_nothing_else_is(size: int, data: Any) -> None:
    leaves, index = numbered(size), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, lambda start, end: plain_root(leaves[start:end]))
    root = plain_root(leaves)
    merkle.verify_inclusion(leaves[index], index, size, proof, root)
    other = data.draw(st.integers(0, size + 3).filter(lambda each: each != index))
    with pytest.raises(merkle.NotProved):
        merkle.verify_inclusion(leaves[index], other, size, proof, root)
    with pytest.raises(merkle.NotProved):
        merkle.verify_inclusion(merkle.leaf(b"forged"), index, size, proof, root)
    with pytest.raises(merkle.NotProved):
        merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)


@settings(max_examples=60)
@given(st.integers(1, 200), st.data())
def test_a_longer_tree_extends_a_shorter_one_and_no_other(size: int, data: Any) -> None:
    leaves, old = numbered(size), data.draw(st.integers(1, size))
    proof = merkle.consistency(old, size, lambda start, end: plain_root(leaves[start:end]))
    before, after = plain_root(leaves[:old]), plain_root(leaves)
    merkle.verify_consistency(old, size, before, after, proof)
    changed = data.draw(st.integers(0, old - 1))
    forged = plain_root([merkle.leaf(b"forged") if at == changed else each for at, each in enumerate(leaves[:old])])
    with pytest.raises(merkle.NotProved):
        merkle.verify_consistency(old, size, forged, after, proof)
    with pytest.raises(merkle.NotProved):
        merkle.verify_consistency(old, size, before, after, [*proof, after])
    for at in range(len(proof)):
        broken = [*proof[:at], bytes(32), *proof[at + 1 :]]
        with pytest.raises(merkle.NotProved):
            merkle.verify_consistency(old, size, before, after, broken)


@pytest.mark.parametrize("at", range(4))
def test_a_hash_of_another_length_is_refused(at: int) -> None:
    leaves = numbered(3)
    proof = merkle.inclusion(0, 3, lambda start, end: plain_root(leaves[start:end]))
    parts = [leaves[0], plain_root(leaves), *proof]
    parts[at] = parts[at] + b"0" if at % 2 else parts[at][:31]
    with pytest.raises(merkle.NotProved, match="32 bytes"):
        merkle.verify_inclusion(parts[0], 0, 3, parts[2:], parts[1])
    with pytest.raises(merkle.NotProved, match="32 bytes"):
        merkle.verify_consistency(2, 3, parts[0], parts[1], parts[2:])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 4)])
def test_no_proof_is_made_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(merkle.NotProved):
        merkle.inclusion(index, size, lambda start, end: bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_nothing_is_proved_to_extend_an_empty_or_a_longer_tree(old: int, new: int) -> None:
    with pytest.raises(merkle.NotProved):
        merkle.consistency(old, new, lambda start, end: bytes(32))
    with pytest.raises(merkle.NotProved):
        merkle.verify_consistency(old, new, merkle.EMPTY, merkle.EMPTY, [])

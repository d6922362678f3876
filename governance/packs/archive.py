"""Writes the ZIP of a pack in its one canonical form, and seals it.

The same files give the same bytes on every machine: fixed order, fixed fields, no extra data, one date. What each byte
must be is said once, in the verifier that goes with the pack; here it is written, there it is checked. Contents are
streamed and never lie in memory.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from governance.packs.verifier.verify import PACKED as TABLE
from governance.packs.verifier.verify import SEAL, Part, ending

PIECE = 1 << 20
STORED, DEFLATED = 0, 8
PACKED = {".json", ".jsonl", ".csv", ".txt", ".py", ".sig"}
"""Endings of what is worth compressing; hashes, PDFs and most evidence are not."""

Signer = Callable[[str], str]
"""Takes a text that ends with a line break, gives the signed note."""


def write(target: Path, files: Iterable[tuple[str, Path]], *, stamp: datetime, sign: Signer) -> tuple[str, int]:
    """Write an archive of (name, file) pairs in their order, dated `stamp` (UTC). Returns its SHA-256 and size in bytes.

    It is written beside the target and moved there whole, so that a killed build leaves no half archive.
    """
    beside = target.with_suffix(".part")
    with beside.open("w+b") as out:
        parts, packed = [], []
        for name, path in files:
            part, digest = _add(out, name.encode("ascii"), path, _stamp(stamp))
            parts.append(part)
            packed.append(f"{digest}  {name}\n")
        parts.append(_add_table(out, "".join(packed).encode(), _stamp(stamp)))
        start = out.tell()
        for part in parts:
            out.write(part.line())
        size = out.tell() - start
        comment = _seal(out, len(parts), start, size, sign)
        out.write(ending(len(parts), start, size, len(comment)) + comment)
        digest, length = _hashed(out)
    beside.replace(target)
    return digest, length


def _add(out: BinaryIO, name: bytes, path: Path, stamp: tuple[int, int]) -> tuple[Part, str]:
    """Add a file. Returns it, and the SHA-256 of its bytes as they lie in the archive."""
    method = DEFLATED if path.suffix in PACKED else STORED
    part = Part(name, method, stamp, 0, 0, path.stat().st_size, out.tell())
    out.write(part.header())  # its length is known, its sums are not: it is written again below
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15) if method == DEFLATED else None
    begins, read, sha = out.tell(), 0, hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            part.crc, read = zlib.crc32(piece, part.crc), read + len(piece)
            made = squeeze.compress(piece) if squeeze else piece
            sha.update(made)
            out.write(made)
    if squeeze:
        made = squeeze.flush()
        sha.update(made)
        out.write(made)
    if read != part.size:
        raise RuntimeError(f"{path} changed while it was packed")
    part.packed = out.tell() - begins
    out.seek(part.at)
    out.write(part.header())
    out.seek(begins + part.packed)
    return part, sha.hexdigest()


def _add_table(out: BinaryIO, table: bytes, stamp: tuple[int, int]) -> Part:
    """Add the hashes of all parts as they lie there: compressed bytes have bits that mean nothing, and these are held too."""
    part = Part(TABLE.encode(), STORED, stamp, zlib.crc32(table), len(table), len(table), out.tell())
    out.write(part.header() + table)
    return part


def _seal(out: BinaryIO, count: int, start: int, size: int, sign: Signer) -> bytes:
    """Return the comment: a signed note over every byte before it. Its length stands among these, so it is known first."""
    out.flush()
    sha, whole = hashlib.sha256(), out.tell()
    out.seek(0)
    while piece := out.read(PIECE):
        sha.update(piece)
    length = whole + len(ending(count, start, size, 0))
    guess = len(sign(f"{SEAL}{length}\n{'0' * 64}\n").encode())
    sha.update(ending(count, start, size, guess))
    comment = sign(f"{SEAL}{length}\n{sha.hexdigest()}\n").encode()
    if len(comment) != guess:
        raise RuntimeError("a signature changed its length")
    return comment


def _stamp(moment: datetime) -> tuple[int, int]:
    """Return a moment as ZIP writes it: time and date, in steps of two seconds."""
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def _hashed(out: BinaryIO) -> tuple[str, int]:
    out.seek(0)
    sha, size = hashlib.sha256(), 0
    while piece := out.read(PIECE):
        sha.update(piece)
        size += len(piece)
    return sha.hexdigest(), size

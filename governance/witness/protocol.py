"""What a log and a witness say to each other. Pure.

Source: C2SP tlog-witness (https://c2sp.org/tlog-witness), "add-checkpoint". A submission is the size that the witness
cosigned last, the proof from there, and the checkpoint with its signatures:

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+...
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from governance.proofs import merkle, notes

MOST_PROOF = 63
LONGEST = 64 * 1024
"""Bytes of a submission."""
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


class Malformed(ValueError):
    """A submission that cannot be read; the message says why."""


@dataclass(frozen=True)
class Submission:
    """A checkpoint that is to be cosigned, as it came in: nothing of it is believed yet."""

    old: int
    proof: tuple[bytes, ...]
    note: str
    text: str
    head: notes.Head


def write(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return a submission as it is sent."""
    lines = "".join(base64.b64encode(each).decode() + "\n" for each in proof)
    return f"old {old}\n{lines}\n{note}".encode()


def read(body: bytes) -> Submission:
    """Read a submission. Raises Malformed."""
    try:
        asked, blank, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("a submission is UTF-8") from error
    first, *lines = asked.split("\n")
    if not blank or not first.startswith("old "):
        raise Malformed("a submission is an old size, a proof, an empty line and a checkpoint")
    if len(lines) > MOST_PROOF:
        raise Malformed(f"a proof has at most {MOST_PROOF} lines")
    try:
        text = notes.parse(note).text
        head = notes.read_checkpoint(text)
    except notes.BadNote as error:
        raise Malformed(str(error)) from error
    return Submission(number(first.removeprefix("old ")), tuple(_hash(line) for line in lines), note, text, head)


def number(text: str) -> int:
    """Read a size: decimal, no leading zeroes, below 10^18. Raises Malformed."""
    if not (text.isascii() and text.isdigit()) or (text != "0" and text.startswith("0")) or len(text) > 18:
        raise Malformed("a size is a decimal number without leading zeroes")
    return int(text)


def _hash(line: str) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("a line of the proof is not base64") from error
    if len(found) != merkle.SIZE:
        raise Malformed("a line of the proof is not a SHA-256 hash")
    return found

"""C2SP signed notes with Ed25519, checkpoints and cosignatures. Pure.

    signed-note (c2sp.org/signed-note@v1.0.0)      text, blank line, "— name base64(key id, signature)" lines
    tlog-checkpoint (c2sp.org/tlog-checkpoint)     a note of three lines: origin, size, root
    tlog-cosignature (c2sp.org/tlog-cosignature)   "cosignature/v1", a time, and the checkpoint's text

A key is told by its name and the first four bytes of a hash over name, kind and public key; its public half travels as a
vkey: name+id+base64(kind, public key).
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTE, COSIGNATURE = 0x01, 0x04  # kinds of keys, as the standard numbers them
MOST_SIGNATURES = 64  # a reader must accept 16, and must stop somewhere
LONGEST = 1_000_000
_DASH = "— "


class BadNote(ValueError):
    """A note, key or checkpoint that is malformed or not signed as asked; the message says why."""


@dataclass(frozen=True)
class Verifier:
    """The public half of a key: what checks notes by it."""

    name: str
    public: bytes
    kind: int = NOTE

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one word, to be published and pinned."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a vkey. Raises BadNote when it is malformed, of an unknown kind, or its id belies it."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3 or not _is_name(parts[0]):
            raise BadNote("a verifier key reads name+id+key")
        material = _unbase64(parts[2])
        if len(material) != 33 or material[0] not in {NOTE, COSIGNATURE}:
            raise BadNote("the verifier key is not an Ed25519 key of a kind known here")
        made = cls(parts[0], material[1:], material[0])
        if parts[1] != made.key_id.hex():
            raise BadNote("the verifier key's id does not belong to it")
        return made

    def holds(self, text: str, signature: bytes) -> bool:
        """Say whether a signature over a note's text is this key's."""
        message, signed = text.encode(), signature
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                return False
            message, signed = _cosigned(text, moment_of(signature)), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A key that signs. `verifier` is its public half."""

    name: str
    private: Ed25519PrivateKey
    kind: int = NOTE

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private.public_key().public_bytes_raw(), self.kind)

    def line(self, text: str, moment: int = 0) -> str:
        """Return the signature line over a note's text; `moment` (seconds since 1970) is for cosignatures."""
        if self.kind == COSIGNATURE:
            signed = struct.pack(">Q", moment) + self.private.sign(_cosigned(text, moment))
        else:
            signed = self.private.sign(text.encode())
        return f"{_DASH}{self.name} {base64.b64encode(self.verifier.key_id + signed).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name and id, the signature, and the line itself."""

    name: str
    key_id: bytes
    signed: bytes
    line: str


@dataclass(frozen=True)
class Note:
    """A note as it is read, before anything of it is believed."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: of which log, how many entries, under which root."""

    origin: str
    size: int
    root: bytes


def sign(text: str, *signers: Signer, moment: int = 0) -> str:
    """Return a note: the text, signed by each. Raises BadNote when the text cannot be one."""
    _check_text(text)
    for signer in signers:
        if not _is_name(signer.name):
            raise BadNote(f"{signer.name!r} cannot be a key's name: no spaces, no plus sign")
    return text + "\n" + "".join(signer.line(text, moment) for signer in signers)


def parse(note: str) -> Note:
    """Take a note apart. Raises BadNote when it is malformed."""
    if len(note) > LONGEST:
        raise BadNote("the note is too long")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadNote("a note is a text, an empty line and signatures")
    text += "\n"
    _check_text(text)
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote(f"the note has more than {MOST_SIGNATURES} signatures")
    return Note(text, signatures)


def verify(note: str, verifiers: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """Return a note's text and which of the known keys signed it.

    Signatures of unknown keys are ignored. Raises BadNote when one of a known key is false, or none is of a known key.
    """
    read = parse(note)
    known = {(each.name, each.key_id): each for each in verifiers}
    signed: list[Verifier] = []
    for each in read.signatures:
        verifier = known.get((each.name, each.key_id))
        if verifier is None or verifier in signed:
            continue
        if not verifier.holds(read.text, each.signed):
            raise BadNote(f"the signature of {each.name} ({each.key_id.hex()}) is false")
        signed.append(verifier)
    if not signed:
        raise BadNote("none of the known keys signed this")
    return read.text, signed


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Return the text of a checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def read_checkpoint(text: str) -> Head:
    """Read a checkpoint's text (not its signatures); further lines are ignored. Raises BadNote when it is malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BadNote("a checkpoint has three lines: origin, size, root")
    origin, size, encoded = lines[:3]
    if not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")) or len(size) > 19:
        raise BadNote("the checkpoint's size is not a number")
    root = _unbase64(encoded)
    if len(root) != 32:
        raise BadNote("the checkpoint's root is not a SHA-256 hash")
    return Head(origin, int(size), root)


def moment_of(signature: bytes) -> int:
    """Return the time of a cosignature, in seconds since 1970."""
    return int.from_bytes(signature[:8], "big")


def proof_text(index: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """Return a proof of inclusion as C2SP tlog-proof text: self-contained, with the checkpoint it is against."""
    hashes = "".join(base64.b64encode(each).decode() + "\n" for each in proof)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{checkpoint}"


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise BadNote("a signature line reads — name base64")
    blob = _unbase64(encoded)
    if len(blob) < 5:
        raise BadNote("a signature is too short")
    return Signature(name, blob[:4], blob[4:], line + "\n")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise BadNote("a note's text ends in a newline")
    if any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("a note holds no control characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadNote("a note is UTF-8") from error


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _unbase64(encoded: str) -> bytes:
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("this is not base64") from error
    if base64.b64encode(found).decode() != encoded:  # one way to write each: no second name for the same bytes
        raise BadNote("this is not base64 in its one form")
    return found

#!/usr/bin/env python3
"""Checks an audit pack without trusting whoever made it. Needs Python 3.10 and, for signatures, `pip install cryptography`.

    python3 verify.py PACK.zip             check everything that the pack can show by itself
        --older CHECKPOINT                 and that the ledger only grew since a checkpoint that you kept
        --key VKEY                         and that this key signed it: take the key from the company, not from the pack
        --without-signatures               leave signatures out, knowingly
    python3 verify.py [FOLDER]             the same for an unpacked pack (by default, where this file lies)

Ends with 0 when everything holds, with 1 when anything does not, naming it. It reads files and prints, nothing else: no
network, no writing. What it checks, in order, is what `main` at the end calls:

1. archive       Every byte of the ZIP is where it must be, and none changed since it was sealed (signature in its comment).
2. manifest      Every file is as manifest.json says, no file is missing or added, and the manifest is signed.
3. checkpoint    ledger/leaves.bin holds one hash for each ledger entry ever written. They give the Merkle root (RFC 9162)
                 of the signed checkpoint (C2SP tlog-checkpoint); with --older, their beginning gives the older root too.
4. completeness  ledger/heads.jsonl shows the head of *every* entry of the period: number, day, hash of the body, and blinded
                 tags of what it concerns, fixed when it was written. ledger/scope.json tells the tags of the scope. So
                 each entry about the scope is known, and must be in ledger/entries.jsonl, or be named in withheld.jsonl.
5. history       Each history row and append-only record that those entries bind is there and has the hash they bound.
6. older ground  Entries before the period that the records rest on (ledger/cited.jsonl) are in the same tree.
7. evidence      Each file in evidence/ has the hash that is its name; each table has as many rows as the manifest says.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, NotImplementedError,
    KeyError, ValueError, TypeError, AttributeError, IndexError,
)  # fmt: skip
PIECE = 1 << 20
SHOWN = 20  # faults of one kind that are told one by one


class Report:
    """What held and what did not."""

    def __init__(self, out: Callable[[str], Any] = print) -> None:
        self.out = out
        self.faults: list[tuple[str, str, str]] = []
        self.lines: dict[str, int] = {}

    def ok(self, check: str, text: str) -> None:
        self.out(f"  ok    {check:13} {text}")

    def note(self, check: str, text: str) -> None:
        self.out(f"  note  {check:13} {text}")

    def fail(self, check: str, where: str, text: str) -> None:
        self.faults.append((check, where, text))
        self.lines[check] = self.lines.get(check, 0) + 1
        if self.lines[check] <= SHOWN:
            self.out(f"  FAIL  {check:13} {where}: {text}")
        elif self.lines[check] == SHOWN + 1:
            self.out(f"  FAIL  {check:13} and more of this kind")

    def closing(self, check: str, text: str) -> None:
        """Say that a check held, unless it already failed somewhere."""
        if check not in self.lines:
            self.ok(check, text)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def unbase64(text: str) -> bytes:
    """Decode strictly: two spellings of the same bytes would let a changed character pass."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 is not in its only form")
    return raw


# ---- signatures: C2SP signed notes, Ed25519 -------------------------------------------------------------------------------


class Keys:
    """The keys that may have signed: those that the pack names, or only those that you name by --key."""

    def __init__(self, vkeys: Collection[str], wanted: Collection[str], off: bool) -> None:
        self.off = off or Ed25519PublicKey is None
        self.known: dict[tuple[str, bytes], bytes] = {}
        for vkey in wanted or vkeys:
            name, _, rest = vkey.partition("+")
            id_, _, key = rest.partition("+")
            raw = unbase64(key)
            if raw[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != id_:
                raise ValueError(f"{vkey} is no Ed25519 verifier key")
            self.known[name, bytes.fromhex(id_)] = raw[1:]

    def opened(self, note: str, strict: bool) -> str:
        """Return a note's text once a known key signed it. `strict`: nobody else may have (for what nothing else covers)."""
        text, gap, signatures = note.rpartition("\n\n")
        text, signed = text + "\n", False
        if not gap or not signatures.endswith("\n"):
            raise ValueError("it is not a signed note")
        for line in signatures[:-1].split("\n"):
            _, name, code = [*line.split(" "), "", ""][:3]
            raw = unbase64(code)
            key = self.known.get((name, raw[:4]))
            if line != f"\u2014 {name} {code}" or (strict and key is None):
                raise ValueError(f"it carries a signature of an unknown key ({line[:60]})")
            if key is not None and not self.off:
                try:
                    Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], text.encode())
                except InvalidSignature:
                    raise ValueError(f"the signature of {name} does not fit its words") from None
            signed = signed or key is not None
        if not signed:
            raise ValueError("no known key signed it")
        return text


# ---- the archive: one canonical form, so that every byte is accounted for --------------------------------------------------

BIG, MAX = 0xF0000000, 0xFFFFFFFF  # from here on sizes and places are written in the ZIP64 way
SEAL = "plumbline pack seal 1\n"
PACKED = "archive.sha256"  # the last file in the archive: the hash of every other one as it lies there, compressed


class Part:
    """One file in the archive, as its directory tells of it."""

    def __init__(self, name: bytes, method: int, stamp: tuple[int, int], crc: int, packed: int, size: int, at: int) -> None:
        self.name, self.method, self.stamp, self.crc = name, method, stamp, crc
        self.packed, self.size, self.at = packed, size, at
        self.big = size >= BIG or at >= BIG

    def header(self) -> bytes:
        """Return the bytes that must stand before its content."""
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.packed) if self.big else b""
        version, packed, size = (45, MAX, MAX) if self.big else (20, self.packed, self.size)
        fixed = (b"PK\3\4", version, 0, self.method, *self.stamp, self.crc, packed, size, len(self.name), len(extra))
        return struct.pack("<4s5H3L2H", *fixed) + self.name + extra

    def line(self) -> bytes:
        """Return the bytes that must stand for it in the directory."""
        extra = struct.pack("<HHQQQ", 1, 24, self.size, self.packed, self.at) if self.big else b""
        version, packed, size, at = (45, MAX, MAX, MAX) if self.big else (20, self.packed, self.size, self.at)
        fixed = (b"PK\1\2", 0x300 | version, version, 0, self.method, *self.stamp, self.crc, packed, size)
        return struct.pack("<4s6H3L5H2L", *fixed, len(self.name), len(extra), 0, 0, 0, 0o100644 << 16, at) + self.name + extra


def ending(count: int, at: int, size: int, comment: int) -> bytes:
    """Return the bytes that must stand between the directory and the comment."""
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), min(size, MAX), min(at, MAX), comment)
    if count < 0xFFFF and at < BIG and size < BIG:
        return end
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 0x32D, 45, 0, 0, count, count, size, at)
    return wide + struct.pack("<4sLQL", b"PK\6\7", 0, at + size, 1) + end


def from_directory(archive: zipfile.ZipFile) -> list[Part]:
    """Return the parts that the archive's directory names, in the order of their places."""
    found = []
    for info in archive.infolist():
        year, month, day, hour, minute, second = info.date_time
        stamp = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
        name = info.orig_filename.encode()
        found.append(Part(name, info.compress_type, stamp, info.CRC, info.compress_size, info.file_size, info.header_offset))
    return sorted(found, key=lambda part: part.at)


def from_headers(file: BinaryIO) -> list[Part]:
    """Return the parts as their own headers tell of them, for an archive whose directory cannot be read."""
    found: list[Part] = []
    at = 0
    while True:
        file.seek(at)
        fixed = file.read(30)
        if len(fixed) < 30 or fixed[:4] != b"PK\3\4":
            return found
        _, _, _, method, time, date, crc, packed, size, name, extra = struct.unpack("<4s5H3L2H", fixed)
        words, more = file.read(name), file.read(extra)
        if len(more) == 20:
            size, packed = struct.unpack("<QQ", more[4:])
        found.append(Part(words, method, (time, date), crc, packed, size, at))
        at += 30 + name + extra + packed


def misfits(file: BinaryIO, parts: list[Part], end: tuple[int, int]) -> Iterator[tuple[str, int]]:
    """Yield (name, offset) of every place where the archive is not the canonical one of these parts."""
    at = 0
    for part in parts:
        yield from misfit(file, part.name.decode("utf-8", "replace"), at, part.header())
        if part.at != at:
            yield part.name.decode("utf-8", "replace"), at
        at += len(part.header()) + part.packed
    start = at
    for part in parts:
        yield from misfit(file, f"{part.name.decode('utf-8', 'replace')} (its line in the directory)", at, part.line())
        at += len(part.line())
    last = ending(len(parts), start, at - start, end[1])
    yield from misfit(file, "the archive's end record", at, last)
    if at + len(last) != end[0]:
        yield "the archive's end record", at


def misfit(file: BinaryIO, name: str, at: int, expected: bytes) -> Iterator[tuple[str, int]]:
    """Yield where what stands at a place is not what is expected there."""
    file.seek(at)
    found = file.read(len(expected))
    if found != expected:
        yield name, at + next((n for n, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), len(found))


def changed_inside(file: BinaryIO, parts: list[Part]) -> Iterator[str]:
    """Yield the names of the parts whose bytes, as they lie in the archive, are not those that its last part lists."""
    found: dict[str, str] = {}
    for part in parts:
        name = part.name.decode("utf-8", "replace")
        file.seek(part.at + len(part.header()))
        if name == PACKED:
            table = file.read(part.packed)
            if zlib.crc32(table) != part.crc:
                yield name
                return
            listed = dict(line.split("  ", 1)[::-1] for line in table.decode("utf-8", "replace").splitlines())
            yield from (each for each in sorted(found.keys() | listed.keys()) if found.get(each) != listed.get(each))
        found[name] = hashed(file, part.packed)[0]


def check_archive(path: str, keys: Keys, report: Report) -> None:
    """Check the ZIP itself: its form byte by byte, and the seal in its comment over every byte before it."""
    with open(path, "rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - 70000))
        tail = file.read()
        begins = tail.rfind(SEAL.encode())
        if begins < 0:
            return report.fail("archive", "the seal in the archive's comment", "it is missing, or its first line was changed")
        end = (length - len(tail) + begins, len(tail) - begins)
        try:
            with zipfile.ZipFile(path) as archive:
                parts = from_directory(archive)
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
            report.fail("archive", "the archive's structure", str(error))
            parts = from_headers(file)
        for name, at in misfits(file, parts, end):
            report.fail("archive", name, f"the archive's structure was changed at byte {at:,}")
        try:
            _, size, digest, _ = keys.opened(tail[begins:].decode(), strict=True).split("\n")
        except ValueError as error:
            return report.fail("archive", "the seal in the archive's comment", str(error))
        if int(size) != end[0]:
            report.fail("archive", "the archive", f"{end[0]:,} bytes stand before the seal, {int(size):,} were sealed")
        file.seek(0)
        if hashed(file, end[0])[0] != digest:
            report.fail("archive", "the archive", "it is not byte for byte what was sealed; the lines below say where")
            for name in changed_inside(file, parts):
                report.fail("archive", name, "its bytes in the archive were changed")
    report.closing("archive", f"{len(parts):,} files, {length:,} bytes, all as they were sealed")


# ---- files and manifest ---------------------------------------------------------------------------------------------------


class Folder:
    """An unpacked pack, read like an archive."""

    def __init__(self, root: str) -> None:
        self.root = root

    def namelist(self) -> list[str]:
        walked = ((folder, name) for folder, _, names in os.walk(self.root) for name in names)
        paths = (os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/") for folder, name in walked)
        return sorted(path for path in paths if not path.startswith("__pycache__/"))

    def open(self, name: str) -> BinaryIO:
        return open(os.path.join(self.root, *name.split("/")), "rb")


def hashed(file: Any, most: int | None = None) -> tuple[str, int]:
    """Return the SHA-256 and size of what a file holds, of its first `most` bytes where that is given."""
    sha, size = hashlib.sha256(), 0
    while True:
        piece = file.read(PIECE if most is None else min(PIECE, most - size))
        if not piece:
            return sha.hexdigest(), size
        sha.update(piece)
        size += len(piece)


def read(pack: Any, name: str) -> bytes:
    with pack.open(name) as file:
        return bytes(file.read())


def lines(pack: Any, name: str) -> Iterator[bytes]:
    """Yield a file's lines, without their ends, one at a time."""
    with pack.open(name) as file:
        for line in file:
            yield line.rstrip(b"\n")


def check_manifest(pack: Any, keys: Keys, report: Report) -> Any:
    """Check every file against the manifest, and the manifest against its signature. Returns the manifest."""
    raw = read(pack, "manifest.json")
    names, manifest = set(pack.namelist()), json.loads(raw)
    listed = {each["path"]: each for each in manifest["files"]}
    pdf: tuple[str, int] = ("-", 0)
    for name, each in listed.items():
        if name not in names:
            report.fail("manifest", name, "the manifest lists it, but it is missing")
            continue
        try:
            with pack.open(name) as file:
                # The PDF's own signature is appended to what the manifest lists; manifest.sig names the whole of it.
                found = hashed(file, each["size"] if name == "pack.pdf" else None)
            if name == "pack.pdf":
                with pack.open(name) as file:
                    pdf = hashed(file)
        except UNREADABLE as error:
            report.fail("manifest", name, f"it cannot be read: {error}")
            continue
        if found != (each["sha256"], each["size"]):
            report.fail("manifest", name, "it was changed: its hash is not the one in the manifest")
    for name in sorted(names - set(listed) - {"manifest.json", "manifest.sig", PACKED}):
        report.fail("manifest", name, "it was added: the manifest does not list it")
    try:
        signed = keys.opened(read(pack, "manifest.sig").decode(), strict=True)
        told = f"plumbline pack manifest 1\n{sha256(raw)}\n{pdf[0]} {pdf[1]}\n"
        if signed != told:
            where = "manifest.json" if signed.split("\n")[1] != sha256(raw) else "pack.pdf"
            report.fail("manifest", where, "it was changed: it is not what manifest.sig signs")
    except ValueError as error:
        report.fail("manifest", "manifest.sig", str(error))
    report.closing("manifest", f"{len(listed):,} files as listed, signed by {', '.join(sorted(n for n, _ in keys.known))}")
    return manifest


# ---- the ledger -----------------------------------------------------------------------------------------------------------


def roots(leaves: bytes, sizes: Collection[int]) -> dict[int, bytes]:
    """Return {size: Merkle root over the first `size` leaf hashes} (RFC 9162 section 2.1.1), in one pass."""
    found = {0: hashlib.sha256(b"").digest()}
    stack: list[bytes] = []
    for number in range(1, len(leaves) // 32 + 1):
        node, odd = leaves[32 * number - 32 : 32 * number], number
        while odd % 2 == 0:
            node, odd = hashlib.sha256(b"\1" + stack.pop() + node).digest(), odd // 2
        stack.append(node)
        if number in sizes:
            whole = stack[-1]
            for left in reversed(stack[:-1]):
                whole = hashlib.sha256(b"\1" + left + whole).digest()
            found[number] = whole
    return found


def checkpoint(note: str, keys: Keys) -> tuple[str, int, bytes]:
    """Return origin, size and root of a signed checkpoint."""
    origin, size, root = keys.opened(note, strict=False).split("\n")[:3]
    return origin, int(size), unbase64(root)


def check_tree(pack: Any, keys: Keys, older: str, report: Report) -> bytes:
    """Check that the leaf hashes give the checkpoint's root, and an older checkpoint's too. Returns them."""
    leaves = read(pack, "ledger/leaves.bin")
    try:
        origin, size, root = checkpoint(read(pack, "ledger/checkpoint.txt").decode(), keys)
    except ValueError as error:
        report.fail("checkpoint", "ledger/checkpoint.txt", str(error))
        return leaves
    before = None
    if older:
        try:
            with open(older, encoding="utf-8") as file:
                before = checkpoint(file.read(), keys)
        except (ValueError, OSError) as error:
            report.fail("older", older, str(error))
    found = roots(leaves, {size, before[1] if before else size})
    if len(leaves) != 32 * size or found.get(size) != root:
        report.fail("checkpoint", "ledger/leaves.bin", f"they do not give the root that was signed for {size:,} entries")
    report.closing("checkpoint", f"{size:,} entries of {origin} give the signed root")
    if before:
        if before[0] != origin or before[1] > size:
            report.fail("older", older, f"it is of {before[0]} at {before[1]:,}, not older than {origin} at {size:,}")
        elif found.get(before[1]) != before[2]:
            report.fail("older", older, f"the ledger was rewritten: its first {before[1]:,} entries are not those that it signs")
        report.closing("older", f"the ledger of {size:,} entries extends the one of {before[1]:,}: nothing was rewritten since")
    return leaves


def check_scope(pack: Any, leaves: bytes, report: Report) -> tuple[dict[int, str], int]:
    """Check that the heads of the whole period are there. Returns {number: body's hash} of those about the scope, and how many
    entries the period has."""
    scope = json.loads(read(pack, "ledger/scope.json"))
    tags: set[str] = set()
    for each in scope["subjects"]:
        thing = f"{each['type']}:{each['id']}".encode()
        tags.add(hashlib.sha256(bytes.fromhex(each["salt"]) + thing).hexdigest()[:32])
    wanted: dict[int, str] = {}
    first: Any = None
    last: Any = None
    days, inside = (scope["start"], scope["end"]), 0
    for line in lines(pack, "ledger/heads.jsonl"):
        head = json.loads(line)
        number = head["seq"]
        if hashlib.sha256(b"\0" + line).digest() != leaves[32 * number - 32 : 32 * number]:
            report.fail("completeness", "ledger/heads.jsonl", f"the head of entry {number} is not the one in the tree")
        if last is not None and number != last["seq"] + 1:
            report.fail("completeness", "ledger/heads.jsonl", f"incomplete: heads are missing after entry {last['seq']}")
        elif last is not None and head["day"] < last["day"]:
            report.note("completeness", f"entry {number} bears an earlier day than the one before it")
        first, last = first or head, head
        if days[0] <= head["day"] <= days[1]:
            inside += 1
            if scope["everything"] or not tags.isdisjoint(head["about"]):
                wanted[number] = head["body"]
    size = len(leaves) // 32
    if size and (first is None or (first["seq"] > 1 and first["day"] >= days[0])):
        report.fail("completeness", "ledger/heads.jsonl", "incomplete: nothing shows that no entry of the period came before")
    if size and (last is None or (last["seq"] < size and last["day"] <= days[1])):
        report.fail("completeness", "ledger/heads.jsonl", "incomplete: nothing shows that no entry of the period came after")
    return wanted, inside


def bound_by(body: Any) -> Iterator[tuple[str, int, str]]:
    """Yield (model, id, hash) of each row that an entry binds; many rows of one model stand together in it."""
    for each in [*body["history"], *body.get("rows", [])]:
        if "ids" not in each:
            yield each["model"], each["id"], each["digest"]
            continue
        ids = [number for first, last in each["ids"] for number in range(first, last + 1)]
        for place, number in enumerate(ids):
            yield each["model"], number, each["digests"][64 * place : 64 * place + 64]


def check_entries(
    pack: Any, wanted: dict[int, str], inside: int, report: Report
) -> tuple[dict[tuple[str, int, str], int], dict[tuple[int, str], str]]:
    """Check that each entry about the scope is here, or is named as withheld. Returns what their bodies bind."""
    rows: dict[tuple[str, int, str], int] = {}
    personal: dict[tuple[int, str], str] = {}
    why: dict[str, int] = {}
    missing, held = dict(wanted), 0
    for line in lines(pack, "ledger/entries.jsonl"):
        body = json.loads(line)
        number = body["seq"]
        if missing.pop(number, None) != sha256(line):
            text = f"entry {number} is not the one in the tree, or is here twice, or is not of this scope"
            report.fail("completeness", "ledger/entries.jsonl", text)
            continue
        rows.update(dict.fromkeys(bound_by(body), number))
        personal.update({(number, name): digest for name, digest in body["personal"].items()})
    for line in lines(pack, "ledger/withheld.jsonl"):
        each = json.loads(line)
        if missing.pop(each["seq"], None) is None:
            text = f"entry {each['seq']} is named as withheld, but is here, or is not of this scope"
            report.fail("completeness", "ledger/withheld.jsonl", text)
        held += 1
        why[each["why"]] = why.get(each["why"], 0) + 1
    for number in missing:
        text = f"entry {number} is about the scope and is missing: the scope is incomplete"
        report.fail("completeness", "ledger/entries.jsonl", text)
    told = f"{inside:,} entries in the period, {len(wanted):,} about the scope: {len(wanted) - held:,} are here in full"
    report.closing("completeness", told + (f", {held:,} withheld" if held else ", none is withheld"))
    for reason, count in sorted(why.items()):
        report.note("completeness", f"{count:,} withheld (shown by their heads alone): {reason}")
    return rows, personal


def check_rows(pack: Any, rows: dict[tuple[str, int, str], int], personal: dict[tuple[int, str], str], report: Report) -> None:
    """Check that every row and personal part that the entries bind is here with the bound hash, or is named with why not."""
    why: dict[str, int] = {}
    missing, count = dict(rows), 0
    for name in (each for each in pack.namelist() if each.startswith("records/history/") and each.endswith(".jsonl")):
        for line in lines(pack, name):
            about = json.loads(line)
            key, called = (about["model"], about["id"], about["digest"]), f"{about['model']} {about['id']}"
            missing.pop(key, None)
            if key not in rows:
                report.fail("history", name, f"{called} is bound by no entry of this pack")
            if name == "records/history/withheld.jsonl":
                why[about["why"]] = why.get(about["why"], 0) + 1
            elif sha256(line[line.index(b',"row":') + 7 : -1]) != about["digest"]:
                report.fail("history", name, f"{called} was changed: it has not the hash that entry {rows.get(key)} bound")
            count += 1
    for (model, number, digest), entry in missing.items():
        report.fail("history", f"{model} {number}", f"entry {entry} binds it (hash {digest}), but it is missing")
    parts = dict(personal)
    for line in lines(pack, "ledger/personal.jsonl"):
        each, (_, _, value) = json.loads(line), line.partition(b',"value":')
        if parts.pop((each["seq"], each["name"]), None) != sha256(bytes.fromhex(each["salt"]) + value[:-1]):
            report.fail("history", "ledger/personal.jsonl", f"{each['name']} of entry {each['seq']} is not what it bound")
    for line in lines(pack, "ledger/personal_withheld.jsonl"):
        each = json.loads(line)
        parts.pop((each["seq"], each["name"]), None)
        why[each["why"]] = why.get(each["why"], 0) + 1
    for entry, part in parts:
        report.fail("history", "ledger/personal.jsonl", f"{part} of entry {entry} is missing, and nothing says why")
    report.closing("history", f"{count:,} rows and {len(personal):,} personal parts, each with the hash that was bound")
    for reason, number in sorted(why.items()):
        report.note("history", f"{number:,} shown by their hash alone: {reason}")


def check_cited(pack: Any, leaves: bytes, report: Report) -> None:
    """Check that older entries, on which records of the pack rest, stand in the same tree."""
    count = 0
    for line in lines(pack, "ledger/cited.jsonl"):
        head = line[line.rindex(b',"head":') + 8 : -1]
        body, about = line[len(b'{"body":') : line.rindex(b',"head":')], json.loads(head)
        leaf = leaves[32 * about["seq"] - 32 : 32 * about["seq"]]
        if hashlib.sha256(b"\0" + head).digest() != leaf or sha256(body) != about["body"]:
            report.fail("older ground", "ledger/cited.jsonl", f"entry {about['seq']} is not the one in the tree")
        count += 1
    report.closing("older ground", f"{count:,} older entries that the records rest on are in the same tree")


def check_data(pack: Any, manifest: Any, report: Report) -> None:
    """Check evidence against its names and tables against the manifest's counts."""
    files = [name for name in pack.namelist() if name.startswith("evidence/")]
    for name in files:
        with pack.open(name) as file:
            if hashed(file)[0] != name.rpartition("/")[2]:
                report.fail("data", name, "it has not the hash that is its name")
    rows = 0
    for table in manifest["records"]:
        name = f"records/{table['key']}"
        held = len(json.loads(read(pack, name + ".json"))["rows"])
        with pack.open(name + ".csv") as file:
            written = sum(1 for _ in csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""))) - 1
        if not held == written == table["rows"]:
            report.fail("data", name, f"{held:,} rows in JSON, {written:,} in CSV, {table['rows']:,} in the manifest")
        rows += held
    report.closing("data", f"{len(files):,} pieces of evidence, {len(manifest['records']):,} tables of {rows:,} rows")


def verify(
    path: str,
    older: str = "",
    wanted: Collection[str] = (),
    without_signatures: bool = False,
    out: Callable[[str], Any] = print,
) -> Report:
    """Check a pack. Returns the report; nothing in it failed when `faults` is empty."""
    report = Report(out)
    try:
        pack: Any = None
        try:
            pack = Folder(path) if os.path.isdir(path) else zipfile.ZipFile(path)
            named = [each["vkey"] for each in json.loads(read(pack, "ledger/keys.json"))["keys"]]
        except UNREADABLE as error:
            report.fail("manifest", "ledger/keys.json", f"it cannot be read: {error}")
            named = []
        keys = Keys(named, wanted, without_signatures)
        if isinstance(pack, Folder):
            report.note("archive", "not checked: this is an unpacked pack")
        else:
            check_archive(path, keys, report)
        manifest = check_manifest(pack, keys, report)
        leaves = check_tree(pack, keys, older, report)
        wanted_entries, inside = check_scope(pack, leaves, report)
        rows, personal = check_entries(pack, wanted_entries, inside, report)
        check_rows(pack, rows, personal, report)
        check_cited(pack, leaves, report)
        check_data(pack, manifest, report)
        if Ed25519PublicKey is None and not without_signatures:
            text = "not checked (archive, manifest, checkpoint): run `pip install cryptography`, or say --without-signatures"
            report.fail("signatures", "all of them", text)
        elif keys.off:
            report.note("signatures", "left out, as you asked: who made this pack is not shown")
        elif not wanted:
            report.note("signatures", "compare these keys with those that the company publishes: " + ", ".join(named))
    except UNREADABLE as error:
        report.fail("reading", path, f"nothing further can be checked: {type(error).__name__}: {error}")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks an audit pack. See the first lines of this file.")
    parser.add_argument("pack", nargs="?", default=os.path.dirname(os.path.abspath(__file__)), help="the ZIP, or its folder")
    parser.add_argument("--older", default="", metavar="CHECKPOINT", help="a checkpoint that you kept")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a key that may have signed")
    parser.add_argument("--without-signatures", action="store_true", help="leave signatures out")
    given = parser.parse_args()
    print(f"Checking {given.pack}")
    report = verify(given.pack, given.older, given.key, given.without_signatures)
    if report.faults:
        print(f"\nDO NOT RELY ON IT: {len(report.faults):,} faults, first {report.faults[0][1]}: {report.faults[0][2]}.")
        return 1
    print("\nEverything holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes a PDF from front to back: objects as they come, small ones packed and compressed together, the index at the end."""

import hashlib
import struct
import tempfile
import zlib
from array import array
from pathlib import Path
from types import TracebackType

from governance.core.errors import Unavailable

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PACK = 200  # objects packed together; a reader unpacks them all to see one
MOST = 8_388_607  # objects that PDF/A lets a file have
PIECE = 1024 * 1024
UNUSED, PLAIN, PACKED = 0, 1, 2
ROW, ROWS = struct.Struct(">BBIH"), 10_000


class Writer:
    """A PDF that is being written. Numbers are given out by `reserve` and each must be put once before `finish`."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.sha = hashlib.sha256()
        self.at = 0
        self.kinds, self.places, self.indexes = array("B", [UNUSED]), array("Q", [0]), array("H", [65535])
        self.pack: list[tuple[int, bytes]] = []
        self._write(HEADER)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.file.close()

    def reserve(self) -> int:
        """Return the next number."""
        number = len(self.kinds)
        if number > MOST:
            raise Unavailable(
                f"The volume has more parts than an archivable PDF may hold ({MOST:,}).",
                fix="Choose a smaller scope or a shorter period.",
            )
        self.kinds.append(UNUSED)
        self.places.append(0)
        self.indexes.append(0)
        return number

    def put(self, number: int, body: bytes) -> None:
        """Write an object that is no stream."""
        self.pack.append((number, body))
        if len(self.pack) == PACK:
            self._flush()

    def add(self, body: bytes) -> int:
        """Write an object under a number of its own, and return that."""
        number = self.reserve()
        self.put(number, body)
        return number

    def put_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream: the dictionary's entries without Length and brackets, and its bytes as they are to lie there."""
        self._begin(number)
        self._write(b"<< %b /Length %d >>\nstream\n" % (entries, len(data)))
        self._write(data)
        self._write(b"\nendstream\nendobj\n")

    def put_file(self, number: int, entries: bytes, path: Path) -> None:
        """Write a file's bytes as a stream. They are compressed beside the file first, because its length comes before it."""
        squeeze = zlib.compressobj(6)
        with path.open("rb") as file, tempfile.TemporaryFile(dir=path.parent) as packed:
            while piece := file.read(PIECE):
                packed.write(squeeze.compress(piece))
            packed.write(squeeze.flush())
            length = packed.tell()
            packed.seek(0)
            self._begin(number)
            self._write(b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n" % (entries, length))
            while piece := packed.read(PIECE):
                self._write(piece)
        self._write(b"\nendstream\nendobj\n")

    def finish(self, *, root: int, info: int, identifier: bytes) -> tuple[int, str]:
        """Write the index and close. Returns the file's size and SHA-256."""
        self._flush()
        number, index = self.reserve(), self.at
        self.kinds[number], self.places[number] = PLAIN, index
        if UNUSED in self.kinds[1:]:
            raise ValueError(f"object {self.kinds.index(UNUSED, 1)} was promised and never written")
        squeeze = zlib.compressobj(9)
        data = b"".join(squeeze.compress(self._rows(start)) for start in range(0, len(self.kinds), ROWS)) + squeeze.flush()
        trailer = b"/Type /XRef /W [1 5 2] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>] /Filter /FlateDecode"
        token = identifier.hex().encode()
        self.put_stream(number, trailer % (len(self.kinds), root, info, token, token), data)
        self._write(b"startxref\n%d\n%%%%EOF\n" % index)
        self.file.close()
        return self.at, self.sha.hexdigest()

    def _rows(self, start: int) -> bytes:
        """Return a stretch of the index: for each object its kind, its place and its place in a pack, as W says."""
        each = zip(
            self.kinds[start : start + ROWS], self.places[start : start + ROWS], self.indexes[start : start + ROWS], strict=True
        )
        return b"".join(ROW.pack(kind, place >> 32, place & 0xFFFFFFFF, index) for kind, place, index in each)

    def _flush(self) -> None:
        """Write the waiting objects as one compressed stream."""
        if not self.pack:
            return
        number, offsets, body = self.reserve(), [], bytearray()
        for index, (inner, text) in enumerate(self.pack):
            self.kinds[inner], self.places[inner], self.indexes[inner] = PACKED, number, index
            offsets.append(b"%d %d" % (inner, len(body)))
            body += text + b"\n"
        head = b" ".join(offsets) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(self.pack), len(head))
        self.pack = []
        self.put_stream(number, entries, zlib.compress(head + bytes(body), 6))

    def _begin(self, number: int) -> None:
        self.kinds[number], self.places[number] = PLAIN, self.at
        self._write(b"%d 0 obj\n" % number)

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.sha.update(data)
        self.at += len(data)

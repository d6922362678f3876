"""Copies one piece into the file that is being written, under new numbers, with nothing it does not need.

Everything that is reached from the piece's pages and from its tags is copied; its own catalogue, bookmarks and metadata are
not. What stands above a piece in the bound file (the root of pages, of tags) is named by a stand-in, which `Piece.stands_for`
maps to its number there.
"""

import hashlib
import re
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any

import pikepdf

from governance.documents.binding.writer import Writer

# One pass over an object's own writing: strings are stepped over whole, references are found.
TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R\b", re.S)
LENGTH = re.compile(rb"/Length \d+")


class Piece:
    """A piece that is open for copying: `with Piece(path, writer, known) as piece: piece.copy(reference)`.

    `known` maps the digest of a stream without references (a colour profile, a font) to its number, for all pieces of a
    volume, so that the same bytes lie in the file once.
    """

    def __init__(self, path: Path, writer: Writer, known: dict[bytes, int]) -> None:
        self.pdf = pikepdf.open(path)
        self.writer, self.known = writer, known
        self.numbers: dict[int, int] = {}
        self.todo: deque[int] = deque()

    def __enter__(self) -> "Piece":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.pdf.close()

    def stands_for(self, number: int) -> Any:
        """Return an object of this piece that becomes a reference to `number` of the bound file."""
        stand_in = self.pdf.make_indirect(pikepdf.Dictionary())
        self.numbers[stand_in.objgen[0]] = number
        return stand_in

    def replace(self, thing: Any, number: int) -> None:
        """Let every reference to an object of this piece lead to `number` of the bound file instead."""
        self.numbers[thing.objgen[0]] = number

    def copy(self, thing: Any) -> int:
        """Copy an indirect object and all that it needs. Returns its number in the bound file."""
        number = self._number(thing.objgen[0])
        while self.todo:
            self._emit(self.todo.popleft())
        return number

    def written(self, thing: Any) -> bytes:
        """Return a direct object as it is to be written in the bound file; what it refers to is copied."""
        body = self._renumber(thing.unparse())
        while self.todo:
            self._emit(self.todo.popleft())
        return body

    def _number(self, old: int) -> int:
        number = self.numbers.get(old)
        if number is None:
            thing = self.pdf.get_object((old, 0))
            mark = _fingerprint(thing)
            number = self.known.get(mark) if mark else None
            if number is None:
                number = self.writer.reserve()
                self.todo.append(old)
                if mark:
                    self.known[mark] = number
            self.numbers[old] = number
        return number

    def _emit(self, old: int) -> None:
        thing, number = self.pdf.get_object((old, 0)), self.numbers[old]
        if isinstance(thing, pikepdf.Stream):
            entries = LENGTH.sub(b"", self._renumber(thing.stream_dict.unparse()))
            self.writer.put_stream(number, entries.removeprefix(b"<<").removesuffix(b">>").strip(), thing.read_raw_bytes())
        else:
            self.writer.put(number, self._renumber(thing.unparse(resolved=True)))

    def _renumber(self, body: bytes) -> bytes:
        """Write an object's references by their new numbers."""
        if b" 0 R" not in body:
            return body
        return TOKEN.sub(self._reference, body)

    def _reference(self, match: re.Match[bytes]) -> bytes:
        old = match.group(1)
        return b"%d 0 R" % self._number(int(old)) if old else match.group(0)


def _fingerprint(thing: Any) -> bytes:
    """Return what tells one stream without references from another; nothing for any other object."""
    if not isinstance(thing, pikepdf.Stream):
        return b""
    entries = thing.stream_dict.unparse()
    return b"" if b" 0 R" in entries else hashlib.sha256(entries + thing.read_raw_bytes()).digest()

"""The trees at the end of a bound file: bookmarks, names, and numbers that lead from a page's marks to its tags."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from governance.documents.binding.writer import Writer

SPAN = 64  # names in one leaf of a tree


def text(value: str) -> bytes:
    """Write any text as a PDF string."""
    return b"<%b>" % ("\ufeff" + value).encode("utf-16-be").hex().encode()


def key(value: str) -> bytes:
    """Write a name's key as a PDF string: its UTF-8 bytes, so that the order of names is the order of bytes."""
    return b"<%b>" % value.encode().hex().encode()


def references(numbers: Iterable[int]) -> bytes:
    """Write an array of references."""
    return b"[%b]" % b" ".join(b"%d 0 R" % number for number in numbers)


@dataclass
class Mark:
    """A bookmark: its words, where it leads (a written destination), and those below it."""

    title: str
    to: bytes
    level: int
    below: list["Mark"] = field(default_factory=list)


def nested(marks: Iterable[Mark]) -> list[Mark]:
    """Hang each mark below the last one of a lower level."""
    roots: list[Mark] = []
    open_: list[Mark] = []
    for mark in marks:
        while open_ and open_[-1].level >= mark.level:
            open_.pop()
        (open_[-1].below if open_ else roots).append(mark)
        open_.append(mark)
    return roots


def outline(writer: Writer, marks: Sequence[Mark]) -> int:
    """Write the bookmarks, those of chapters open, those below closed. Returns the number of their root."""
    root = writer.reserve()
    first, last = _siblings(writer, marks, root)
    writer.put(root, b"<< /Type /Outlines /Count %d /First %d 0 R /Last %d 0 R >>" % (len(marks), first, last))
    return root


def _siblings(writer: Writer, marks: Sequence[Mark], parent: int) -> tuple[int, int]:
    numbers = [writer.reserve() for _ in marks]
    for place, (mark, number) in enumerate(zip(marks, numbers, strict=True)):
        entries = b"/Title %b /Parent %d 0 R /Dest %b" % (text(mark.title), parent, mark.to)
        if place:
            entries += b" /Prev %d 0 R" % numbers[place - 1]
        if place + 1 < len(numbers):
            entries += b" /Next %d 0 R" % numbers[place + 1]
        if mark.below:
            entries += b" /First %d 0 R /Last %d 0 R" % _siblings(writer, mark.below, number)
            entries += b" /Count -%d" % len(mark.below)
        writer.put(number, b"<< %b >>" % entries)
    return numbers[0], numbers[-1]


def names(writer: Writer, values: dict[str, bytes]) -> int:
    """Write a tree of names. Returns the number of its root."""
    ordered = sorted(values.items(), key=lambda item: item[0].encode())
    leaves = []
    for at in range(0, len(ordered), SPAN):
        part = ordered[at : at + SPAN]
        body = b" ".join(b"%b %b" % (key(name), value) for name, value in part)
        limits = b"%b %b" % (key(part[0][0]), key(part[-1][0]))
        leaves.append(writer.add(b"<< /Limits [%b] /Names [%b] >>" % (limits, body)))
    return writer.add(b"<< /Kids %b >>" % references(leaves))

"""Binds pieces into one file: pages, tags, links and bookmarks, one piece at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf

from governance.core.errors import Conflict
from governance.documents.binding import closing, stamping
from governance.documents.binding.closing import Claims, Frame, Holding
from governance.documents.binding.grafting import Piece
from governance.documents.binding.trees import Mark, references
from governance.documents.binding.writer import Writer
from governance.documents.pieces import Leaf, local_names

SCHEME = "volume:"


def bind(leaves: Sequence[Leaf], frame: Frame, target: Path) -> tuple[int, str]:
    """Write the bound file and return its size and SHA-256. The same pieces give the same bytes.

    Raises Conflict when two chapters have one key.
    """
    fresh = target.with_name(target.name + ".part")
    with Writer(fresh) as writer:
        binding = Binding(writer, frame, leaves)
        for leaf in leaves:
            binding.take(leaf)
        size, sha256 = closing.close(writer, frame, binding.holding)
    fresh.replace(target)
    return size, sha256


class Binding:
    """A volume while it is bound: what every piece hangs on, and what is known of the pieces so far."""

    def __init__(self, writer: Writer, frame: Frame, leaves: Sequence[Leaf]) -> None:
        self.writer = writer
        self.total = sum(leaf.pages for leaf in leaves)
        self.titles = _titles(leaves)
        self.targets = {leaf.key for leaf in leaves}.union(*(leaf.names for leaf in leaves))
        self.known: dict[bytes, int] = {}
        self.holding = Holding(writer.reserve(), writer.reserve(), writer.reserve(), writer.reserve())
        self.before = writer.reserve()
        writer.put_stream(self.before, b"", b"q")
        self.type = stamping.load(frame.numerals, writer, self.known)
        self.number = 0

    def take(self, leaf: Leaf) -> None:
        """Copy one piece. All that changes in it is changed before anything of it is written."""
        with Piece(leaf.path, self.writer, self.known) as piece:
            root, pages = piece.pdf.Root, [page.obj for page in piece.pdf.pages]
            if self.holding.claims is None:
                self.holding.claims = Claims.of(piece)
            node = self.writer.reserve()
            piece.replace(root.Pages, node)
            names, first = local_names(root), self.holding.next_mark
            for page in pages:
                self._dress(piece, page, names, first)
            self._hang(piece, root.StructTreeRoot, leaf, first)
            numbers = [piece.copy(page) for page in pages]
            body = b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids %b >>"
            self.writer.put(node, body % (self.holding.pages, len(numbers), references(numbers)))
            self.holding.page_nodes.append((node, len(numbers)))
            self._list(piece, leaf, names, numbers, pages)

    def _dress(self, piece: Piece, page: Any, names: dict[str, Any], first: int) -> None:
        """Put a page's number on it, lead its links to where they go in the volume, and renumber its marks."""
        self.number += 1
        stamp = self.writer.reserve()
        drawn = self.type.stamp(f"{self.number} of {self.total}", float(page.MediaBox[2]))
        self.writer.put_stream(stamp, b"", drawn)
        page.Contents = pikepdf.Array([piece.stands_for(self.before), page.Contents, piece.stands_for(stamp)])
        if stamping.NAME not in page.Resources.Font:
            page.Resources.Font[stamping.NAME] = piece.stands_for(self.type.number)
        page.StructParents = int(page.StructParents) + first
        for link in page.get("/Annots", ()):
            if "/StructParent" in link:
                link.StructParent = int(link.StructParent) + first
            self._lead(link, page, names)

    def _lead(self, link: Any, page: Any, names: dict[str, Any]) -> None:
        """Lead a link inside the piece straight to its place, one to elsewhere in the volume by name, one to nowhere here."""
        if "/Dest" in link:
            link.Dest = names[str(link.Dest)]
            return
        action = link.get("/A")
        address = str(action.get("/URI", "")) if action is not None else ""
        if not address.startswith(SCHEME):
            return
        target = address[len(SCHEME) :]
        del link["/A"]
        here = pikepdf.Array([page, pikepdf.Name.Fit])
        link.Dest = pikepdf.String(target.encode()) if target in self.targets else here
        link.Contents = pikepdf.String(f"Go to {self.titles.get(target) or target}")

    def _hang(self, piece: Piece, tree: Any, leaf: Leaf, first: int) -> None:
        """Copy a piece's tags as a part of the volume's, and what leads from its pages' marks to them."""
        top = tree.K[0] if isinstance(tree.K, pikepdf.Array) else tree.K
        piece.replace(tree, self.holding.tags)
        top.S, top.P = pikepdf.Name.Part, piece.stands_for(self.holding.document)
        if leaf.title:
            top.T = pikepdf.String(leaf.title)
        body = []
        listed = list(tree.ParentTree.Nums)
        for old, value in zip(listed[::2], listed[1::2], strict=True):
            body.append(b"%d %b" % (first + int(old), piece.written(value)))
            self.holding.next_mark = max(self.holding.next_mark, first + int(old) + 1)
        limits = b"%d %d" % (first, self.holding.next_mark - 1)
        self.holding.marked.append(self.writer.add(b"<< /Limits [%b] /Nums [%b] >>" % (limits, b" ".join(body))))
        self.holding.parts.append(piece.copy(top))

    def _list(self, piece: Piece, leaf: Leaf, names: dict[str, Any], numbers: list[int], pages: list[Any]) -> None:
        """Note where links and bookmarks lead to in this piece."""
        for name, place in names.items():
            self.holding.places.setdefault(name, piece.written(place))
        top = b"[%d 0 R /XYZ 0 %.2f 0]" % (numbers[0], float(pages[0].MediaBox[3]))
        if leaf.first:
            self.holding.places[leaf.key] = top
        if leaf.title:
            self.holding.marks.append(Mark(leaf.title, top, leaf.level))
        for entry in leaf.entries:
            to = b"[%d 0 R /XYZ 0 %.2f 0]" % (numbers[entry.page], entry.y)
            self.holding.places.setdefault(entry.name, to)
            self.holding.marks.append(Mark(entry.title, to, leaf.level + 1))


def _titles(leaves: Sequence[Leaf]) -> dict[str, str]:
    """Return each chapter's title by its key, and each listed heading's by its name. Raises Conflict for a key given twice."""
    titles: dict[str, str] = {}
    for leaf in leaves:
        if leaf.first and leaf.key in titles:
            raise Conflict(f"Two chapters have the key {leaf.key}.", fix="Give each chapter of a volume a key of its own.")
        if leaf.first:
            titles[leaf.key] = leaf.title
        titles.update({entry.name: entry.title for entry in leaf.entries})
    return titles

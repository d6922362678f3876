"""What holds the bound pieces together: the roots of pages and tags, names, bookmarks, embedded files, claims."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from governance.documents.binding import trees
from governance.documents.binding.grafting import Piece
from governance.documents.binding.trees import Mark, references
from governance.documents.binding.writer import Writer


@dataclass(frozen=True)
class Attached:
    """A file that travels inside the volume. It is copied in pieces and never lies in memory.

    `relationship` is PDF/A-3's word: Source, Data, Alternative, Supplement or Unspecified.
    """

    name: str
    path: Path
    description: str
    media_type: str = "application/octet-stream"
    relationship: str = "Data"


@dataclass(frozen=True)
class Frame:
    """What the pieces do not say: the file's moment, its embedded files, and the page of ciphers for page numbers."""

    made: datetime
    numerals: Path
    attachments: Sequence[Attached] = ()


@dataclass(frozen=True)
class Claims:
    """What the first piece says for the whole file: its metadata, its Info, its colours, its language."""

    metadata: bytes
    info: int
    intents: bytes
    language: bytes

    @classmethod
    def of(cls, piece: Piece) -> "Claims":
        """Read and copy them."""
        root = piece.pdf.Root
        return cls(
            root.Metadata.read_bytes(),
            piece.copy(piece.pdf.trailer.Info),
            piece.written(root.OutputIntents),
            root.Lang.unparse(),
        )


@dataclass
class Holding:
    """Numbers of what everything hangs on, and what was hung there so far."""

    catalog: int
    pages: int
    tags: int
    document: int
    claims: Claims | None = None
    page_nodes: list[tuple[int, int]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    next_mark: int = 0
    places: dict[str, bytes] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)


def close(writer: Writer, frame: Frame, holding: Holding) -> tuple[int, str]:
    """Write all that comes last. Returns the file's size and SHA-256."""
    claims = holding.claims
    if claims is None:
        raise ValueError("a volume needs at least one piece")
    nodes, count = [node for node, _ in holding.page_nodes], sum(pages for _, pages in holding.page_nodes)
    writer.put(holding.pages, b"<< /Type /Pages /Count %d /Kids %b >>" % (count, references(nodes)))
    _tags(writer, holding)
    metadata = writer.reserve()
    writer.put_stream(metadata, b"/Type /Metadata /Subtype /XML", claims.metadata)
    names = b"/Dests %d 0 R" % trees.names(writer, holding.places)
    entries = b""
    if frame.attachments:
        files = {each.name: _embed(writer, each, frame.made) for each in frame.attachments}
        listed = {name: b"%d 0 R" % number for name, number in files.items()}
        names += b" /EmbeddedFiles %d 0 R" % trees.names(writer, listed)
        entries += b" /AF %b" % references(files.values())
    if holding.marks:
        entries += b" /Outlines %d 0 R /PageMode /UseOutlines" % trees.outline(writer, trees.nested(holding.marks))
    body = (
        b"<< /Type /Catalog /Pages %d 0 R /Metadata %d 0 R /StructTreeRoot %d 0 R /OutputIntents %b /Lang %b"
        b" /MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >> /Names << %b >>%b >>"
    )
    told = (holding.pages, metadata, holding.tags, claims.intents, claims.language, names, entries)
    writer.put(holding.catalog, body % told)
    identifier = hashlib.sha256(writer.sha.digest()).digest()[:16]
    return writer.finish(root=holding.catalog, info=claims.info, identifier=identifier)


def _tags(writer: Writer, holding: Holding) -> None:
    """Write the roots of the tags and of the numbers that lead to them."""
    document = b"<< /Type /StructElem /S /Document /P %d 0 R /K %b >>"
    writer.put(holding.document, document % (holding.tags, references(holding.parts)))
    numbers = writer.add(b"<< /Kids %b >>" % references(holding.marked))
    root = b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d >>"
    writer.put(holding.tags, root % (holding.document, numbers, holding.next_mark))


def _embed(writer: Writer, file: Attached, made: datetime) -> int:
    """Write an embedded file and its description. Returns the description's number."""
    kind = file.media_type.replace("#", "#23").replace("/", "#2F").encode()
    at = made.astimezone(UTC).strftime("(D:%Y%m%d%H%M%S+00'00)").encode()
    told = b"<< /Size %d /CreationDate %b /ModDate %b >>" % (file.path.stat().st_size, at, at)
    stream = writer.reserve()
    writer.put_file(stream, b"/Type /EmbeddedFile /Subtype /%b /Params %b" % (kind, told), file.path)
    body = b"<< /Type /Filespec /F %b /UF %b /Desc %b /AFRelationship /%b /EF << /F %d 0 R /UF %d 0 R >> >>"
    name = trees.text(file.name)
    return writer.add(body % (name, name, trees.text(file.description), file.relationship.encode(), stream, stream))

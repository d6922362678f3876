"""Volumes: documents of any length, such as an audit pack, as one tagged PDF/A-3a + PDF/UA-1 file.

A volume is set in *pieces* of at most some fifteen pages, several at a time, each in a press of its own; what is set is kept
in a folder under the hash of its HTML, so that a build that was killed goes on where it stopped. The pieces are then bound:
copied one after the other into one file, with a cover, a page that says how to check it, contents, page numbers, bookmarks,
links between chapters and embedded files. Time grows in proportion to the pages; memory does not grow with them.

    bound = bind(Volume(title="Audit pack PK-3", ..., chapters=chapters()), folder=work / "pdf", progress=progress)

**Writing a chapter's template.** Extend `documents/volume/piece.html` and fill its block `body`; the piece's context is
there as it is, with `doc` (the volume's frame), `chapter` (key, title, level and whether this piece is its `first`) and
`density` beside it. The tags and filters of single documents work, and the same rules hold (docs/documents.md). Headings
begin with h1 where `chapter.first`, else with h2. Every element with an `id` can be reached from anywhere in the volume by
`href="volume:THE-ID"`, every chapter by its key. A heading with the class `entry` is listed in contents and bookmarks, one
level below its chapter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from governance.documents import contents, rendering
from governance.documents.binding import binder
from governance.documents.binding.closing import Attached, Frame
from governance.documents.density import unbounded
from governance.documents.pieces import Order, Setter

__all__ = ["Attached", "Bound", "Chapter", "ChapterLike", "Guide", "Step", "Volume", "bind"]


class ChapterLike(Protocol):
    """A part of a volume. Each context is set as a piece of its own: keep one to some fifteen pages, cut long tables.

    `key` is unique in the volume; `level` 1 is a chapter, 2 a part of the one before. A chapter with an empty title is set
    but not listed.
    """

    @property
    def key(self) -> str:
        """What links name it by."""

    @property
    def title(self) -> str:
        """What contents and bookmarks call it."""

    @property
    def template(self) -> str:
        """The template of each of its pieces."""

    @property
    def contexts(self) -> Iterable[Mapping[str, Any]]:
        """What each of its pieces is set from."""

    @property
    def level(self) -> int:
        """1 for a chapter, 2 for a part of it."""


@dataclass(frozen=True)
class Chapter:
    """A chapter for those who have no class of their own for it; see ChapterLike."""

    key: str
    title: str
    template: str
    contexts: Iterable[Mapping[str, Any]] = ({},)
    level: int = 1


@dataclass(frozen=True)
class Step:
    """One step of checking: what to do, why, and the commands to type."""

    title: str
    text: str
    command: str = ""


@dataclass(frozen=True)
class Guide:
    """The page after the cover that says how to check the volume without trusting us."""

    lead: str
    steps: tuple[Step, ...]
    failing: str = ""
    title: str = "How to verify"


@dataclass(frozen=True)
class Volume:
    """What a volume is made of. Texts are plain; nothing in it may depend on the time it is made at, but `made`.

    `title` names the file; `heading` is the cover's large line, `lines` what stands below it, `figures` up to four pairs of
    value and label, `colophon` the small lines at the foot of the cover (who made it, for whom, until when).
    `head` is the running head, `classification` the mark at its right, `foot` the running foot (hash, checkpoint).
    `made` is the only moment in the file: for a build that gives the same bytes again, take the checkpoint's, not now.
    `code` is the address of a check page, drawn as a square code on the cover ("" for none). `chapters` is read once, in
    the calling thread. `expected` is how many pieces they will come to, as far as known; it serves progress alone.
    """

    title: str
    company: str
    heading: str
    head: str
    foot: str
    classification: str
    made: datetime
    chapters: Iterable[ChapterLike]
    lines: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    colophon: tuple[str, ...] = ()
    code: str = ""
    guide: Guide | None = None
    attachments: tuple[Attached, ...] = ()
    kind: str = "Audit pack"
    language: str = "en"
    expected: int = 0


@dataclass(frozen=True)
class Bound:
    """A bound volume: where it lies, its pages, bytes and hash, and the characters that no font here has.

    `pieces` were needed for it, of which `reused` lay in the folder from an earlier build.
    """

    path: Path
    pages: int
    size: int
    sha256: str
    pieces: int
    reused: int
    missing: str = ""


Progress = Callable[[int, int, str], None]


def bind(volume: Volume, *, folder: Path, progress: Progress | None = None, workers: int | None = None) -> Bound:
    """Set and bind a volume into `folder`/volume.pdf; what is set stays in `folder`/pieces until the caller removes it.

    `workers` presses run side by side (None: one for each processor, at most four). `progress(done, total, label)` is
    called in the calling thread, at least every ten seconds; total is 0 where `expected` is. The same volume gives the
    same bytes, whatever was left by a build before, on the same versions of the libraries. Raises Unavailable when this
    machine cannot print or a piece takes too long (it names the chapter), Conflict when two chapters have one key.
    """
    tell = progress or _silent
    with Setter(folder / "pieces", made=volume.made, workers=workers) as setter:
        body = setter.run(_orders(volume), tell, volume.expected)
        tell(len(body), max(len(body), volume.expected), "Setting cover and contents")
        front = [setter.one(order) for order in _front(volume)]
        listed = contents.set_contents(setter, front, body, lambda context: _html(volume, contents.TEMPLATE, context), volume)
        numerals = setter.one(Order(_html(volume, "documents/volume/numerals.html", {}), "numerals"))
        leaves = [*front, *listed, *body]
        tell(len(body), max(len(body), volume.expected), "Binding the pages")
        frame = Frame(made=volume.made, attachments=volume.attachments, numerals=numerals.path)
        size, sha256 = binder.bind(leaves, frame, folder / "volume.pdf")
    return Bound(
        path=folder / "volume.pdf",
        pages=sum(leaf.pages for leaf in leaves),
        size=size,
        sha256=sha256,
        pieces=len(leaves),
        reused=setter.reused,
        missing="".join(sorted(setter.missing)),
    )


def _orders(volume: Volume) -> Iterator[Order]:
    """Fill the templates of all chapters, one piece at a time."""
    for chapter in volume.chapters:
        for number, context in enumerate(chapter.contexts):
            about = {"key": chapter.key, "title": chapter.title, "level": chapter.level, "first": number == 0}
            html = _html(volume, chapter.template, {**context, "chapter": about})
            yield Order(html, chapter.key, chapter.title, chapter.level, first=number == 0)


def _front(volume: Volume) -> Iterator[Order]:
    yield Order(_html(volume, "documents/volume/cover.html", {"volume": volume}), "cover")
    if volume.guide:
        title = volume.guide.title
        yield Order(_html(volume, "documents/volume/guide.html", {"guide": volume.guide}), "guide", title, first=True)


def _html(volume: Volume, template: str, context: Mapping[str, Any]) -> str:
    doc = {
        "title": volume.title,
        "company": volume.company,
        "kind": volume.kind,
        "head": volume.head,
        "foot": volume.foot,
        "classification": volume.classification,
        "language": volume.language,
        "made": volume.made.replace(microsecond=0).isoformat(),
    }
    return rendering.html(template, {**context, "doc": doc}, unbounded())


def _silent(done: int, total: int, label: str) -> None:
    """Tell nobody."""

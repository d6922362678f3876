"""What an audit pack is made of, as features contribute it: scopes that can be chosen, and sections that fill it.

A section gives *records* (data: JSON and CSV), *chapters* (pages, set from the very records that are in the pack) and
*evidence* (files). All of it is streamed: a company of 500 surfaces never lies in memory. The same window over the same
state gives the same bytes: everything is ordered, nothing asks for the time, `window.as_of` is the only now.

    contribute(PackSection("register", "Register", order=10, records=register, chapters=pages))

    def register(window: Window) -> Iterator[RecordSet]:
        yield RecordSet("surfaces", "Surfaces", (Column("key", "Key"), ...), rows(window), "One row for each surface.")

    def pages(window: Window, records: Records) -> Iterator[Chapter]:
        yield Chapter("register", "Register", "registry/packing/register.html", ({"rows": part} for part in ...))
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, BinaryIO, Protocol

FULL, AUDITOR, BUYER = "full", "auditor", "buyer"
EDITIONS = {FULL: "Full", AUDITOR: "Auditor's", BUYER: "Buyer's"}

COMPANY, TEAM, SURFACES, VENDOR, INCIDENT = "company", "team", "surfaces", "vendor", "incident"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """One thing that a pack is about, as the ledger names it: "registry.surface", its id, its human key and name."""

    type: str
    id: str
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class Window:
    """What a pack looks at: which things, which days, for whom, as of when.

    `scope` is company, team, surfaces, vendor or incident. The ids are what of each kind lies in the scope and may be seen
    by `asked_by`, in ascending order; in a company's pack too, so that sections ask the same way always. `start` and `end`
    are whole UTC days, both included. `as_of` is the moment of the checkpoint: nothing later is in the pack. `redact`
    names what policy leaves out of this edition: a section ("incidents"), a record set ("surfaces"), a column in all sets
    ("notes") or in one ("surfaces.notes").
    """

    scope: str
    start: date
    end: date
    edition: str
    as_of: datetime
    asked_by: Any
    surface_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    vendor_ids: tuple[int, ...] = ()
    incident_ids: tuple[int, ...] = ()
    redact: frozenset[str] = frozenset()
    title: str = ""

    @property
    def since(self) -> datetime:
        """The first moment of the period."""
        return datetime.combine(self.start, time(), UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after the period."""
        return datetime.combine(self.end + timedelta(days=1), time(), UTC)

    @property
    def until(self) -> datetime:
        """The first moment after what the pack tells: the period's end, or the checkpoint where that is earlier."""
        return min(self.ends, self.as_of + timedelta(microseconds=1))

    @property
    def is_company(self) -> bool:
        """Whether nothing is left out by scope."""
        return self.scope == COMPANY

    def shows(self, *names: str) -> bool:
        """Whether policy leaves all of these names (a section, a set, a column, "set.column") in this edition."""
        return self.redact.isdisjoint(names)


@dataclass(frozen=True)
class Column:
    """One column of a record set.

    `cites`: its value is the number of a ledger entry, or a list of such numbers, on which the row rests; the pack then
    carries that entry with its proof even where it is older than the period.
    """

    name: str
    label: str
    cites: bool = False


@dataclass(frozen=True)
class RecordSet:
    """One table of the pack: `records/<key>.json` and `.csv`.

    `rows` are mappings with exactly the columns' names; values are what canonical JSON can hold (core.digest.plain). They are
    read once and in order. The key is unique in the pack: lower case, digits and hyphens.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    description: str = ""


class Reader(Protocol):
    """A record set as it lies in the pack, redacted already. Iterate as often as needed; it is read from disk each time."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def columns(self) -> tuple[Column, ...]: ...
    @property
    def count(self) -> int: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...


Records = Mapping[str, Reader]


@dataclass(frozen=True)
class Chapter:
    """A part of the PDF. Each context is set apart from the others, so keep one to some 15 pages; tables are cut.

    The template is a Django template for print (static/css/document). `level` 1 is a chapter, 2 a part of the one before.
    """

    key: str
    title: str
    template: str
    contexts: Iterable[Mapping[str, Any]]
    level: int = 1


@dataclass(frozen=True)
class Enclosure:
    """A file that goes into the pack as `evidence/<sha256>`: what it is called, and how its bytes are read.

    The bytes are hashed again on the way in; a file that is not what its hash says stops nothing, but the pack says so.
    """

    sha256: str
    name: str
    media_type: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True)
class PackSection:
    """A part of the pack.

    `records(window)` gives its tables; `chapters(window, records)` its pages, from the tables of all sections; `evidence`
    its files. `editions` are those that have it.
    """

    key: str
    label: str
    order: int
    records: Callable[[Window], Iterable[RecordSet]]
    chapters: Callable[[Window, Records], Iterable[Chapter]] | None = None
    editions: frozenset[str] = frozenset(EDITIONS)
    evidence: Callable[[Window], Iterable[Enclosure]] | None = None


@dataclass(frozen=True)
class Scope:
    """What a chosen scope comes to for the person who asked: the ids for the window and the ledger's subjects.

    `subjects` are those whose every entry the pack must hold; none for the company, whose every entry it must.
    """

    label: str
    subjects: tuple[Subject, ...] = ()
    surface_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    vendor_ids: tuple[int, ...] = ()
    incident_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class PackScope:
    """A kind of scope that can be chosen.

    `find(user, words, limit)` offers things by words, `named(user, keys)` the subjects of human keys (raises NotVisible for
    one that the user may not see), `resolve(user, ids)` says what chosen ids come to (raises NotVisible likewise).
    `several`: more than one may be chosen.
    """

    key: str
    label: str
    resolve: Callable[[Any, tuple[str, ...]], Scope]
    find: Callable[[Any, str, int], list[Subject]] | None = None
    named: Callable[[Any, Iterable[str]], tuple[Subject, ...]] | None = None
    several: bool = False
    hint: str = ""
    order: int = 100
    allowed: Callable[[Any], bool] = field(default=lambda user: True)

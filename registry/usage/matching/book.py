"""The facts of this process, kept in step with the ledger: one small statement where nothing happened since.

What happened decides what is read again: what tells of surfaces those surfaces, what tells of the catalogue, of policy, of
names or of quarantine all that holds for every surface. A ledger that does not go on from where this process stood (another
database, one that was rolled back) makes it read everything.
"""

from bisect import bisect_right
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

from governance.ledger.models import Entry, Mention
from registry.usage.matching import reading
from registry.usage.matching.facts import Facts, SurfaceFacts
from registry.usage.matching.match import NotYours, PathFields, Reach, bounded, find_surface, match
from registry.usage.seen import Seen, seen_digest

MOST_ENTRIES = 1_000
MOST_SPOTS = 100_000
SURFACE = "registry.surface"
GENERAL = (
    "registry.endpoint",
    "registry.vendor",
    "registry.tool",
    "registry.datarule",
    "registry.quarantine",
    "registry.usagealias",
    "governance.policyversion",
)
NAMING = ("surface.", "registration.", "import")
"""Entries that may bring a name by which a surface is known."""
Head = tuple[int, str]


@dataclass(slots=True)
class Known:
    """What was seen, matched: the fields of its path, and the path's id once that is known; or whose surface it names."""

    fields: PathFields | NotYours
    path: int | None = None
    _seen: str = ""

    @property
    def seen(self) -> str:
        """The digest of what was seen."""
        if not self._seen and isinstance(self.fields, PathFields):
            self._seen = seen_digest(self.fields.seen)
        return self._seen


@dataclass(slots=True)
class Spot:
    """What one thing that is seen was matched to, in each stretch of time in which nothing changes that it rests on."""

    seen: Seen
    cuts: tuple[datetime, ...]
    found: dict[int, Known] = field(default_factory=dict)


class Book:
    """The facts, and what was looked up with them since. Threads may share it: what is missed is looked up again."""

    def __init__(self, head: Head, surfaces: dict[int, SurfaceFacts | None] | None = None, facts: Facts | None = None) -> None:
        self.head = head
        self.surfaces = surfaces or {}
        self.facts = facts or reading.facts(self.surface)
        self.facts.surface = self.surface
        self.spots: dict[Hashable, Spot] = {}

    def surface(self, pk: int) -> SurfaceFacts | None:
        """Return one surface, read when it is first asked for."""
        if pk not in self.surfaces:
            self.surfaces[pk] = reading.surface(pk)
        return self.surfaces[pk]

    def keep(self, key: Hashable, seen: Seen, reach: Reach) -> Spot:
        """Make room for the matches of something seen, under the key by which it is found again in `spots`."""
        if len(self.spots) >= MOST_SPOTS:
            self.spots.clear()
        spot = self.spots[key] = Spot(seen, self.cuts_of(seen, reach))
        return spot

    def cuts_of(self, seen: Seen, reach: Reach) -> tuple[datetime, ...]:
        """Return the moments, in order, at which something changed that the match of something seen rests on."""
        pk, _ = find_surface(seen.names, self.facts, reach)
        surface = self.surface(pk) if pk is not None else None
        return tuple(sorted(self.facts.cuts | (surface.cuts if surface else set())))

    def known(self, spot: Spot, at: datetime, reach: Reach) -> Known:
        """Return what was seen at a moment, matched."""
        place = bisect_right(spot.cuts, at)
        found = spot.found.get(place)
        if found is None:
            found = spot.found[place] = Known(match(spot.seen, at, self.facts, reach))
        return found

    def fields(self, seen: Seen, at: datetime, reach: Reach) -> PathFields | NotYours:
        """Return what was seen at a moment, matched, without keeping it."""
        return match(seen, at, self.facts, reach)

    def bounded(self, seen: Seen, at: datetime, reach: Reach) -> PathFields | NotYours:
        """Return a match without the names that nothing here knows."""
        return match(bounded(seen, at, self.facts, reach), at, self.facts, reach)


_kept: Book | None = None


def current() -> Book:
    """Return the facts as the ledger has them now."""
    global _kept
    head = Entry.objects.order_by("-seq").values_list("seq", "digest").first() or (0, "")
    if _kept is None or _kept.head != head:
        _kept = _moved(_kept, head) if _kept is not None else Book(head)
    return _kept


def forget() -> None:
    """Read everything again when it is next asked for."""
    global _kept
    _kept = None


def _moved(book: Book, head: Head) -> Book:
    """Return the facts after what the ledger tells since."""
    after = book.head[0]
    goes_on = after == 0 or Entry.objects.filter(seq=after, digest=book.head[1]).exists()
    columns = ("seq", "kind", "subject_type", "subject_id")
    rows = list(Entry.objects.filter(seq__gt=after).order_by("seq").values_list(*columns)[: MOST_ENTRIES + 1])
    if not goes_on or len(rows) > MOST_ENTRIES or head[0] < after:
        return Book(head)
    if any(subject_type in GENERAL or kind.startswith("policy.") for _, kind, subject_type, _ in rows):
        return Book(head)
    told = {pk for _, _, subject_type, pk in rows if subject_type == SURFACE}
    mentioned = Mention.objects.filter(entry__in=[row[0] for row in rows], subject_type=SURFACE)
    touched = {int(pk) for pk in (*told, *mentioned.values_list("subject_id", flat=True))}
    if not touched and not any(kind.startswith(NAMING) for _, kind, _, _ in rows):
        book.head = head
        return book
    left = {pk: held for pk, held in book.surfaces.items() if pk not in touched}
    new = Book(head, left, book.facts)
    new.facts.claims = reading.claims()
    return new

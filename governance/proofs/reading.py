"""Reads entries for the tree: heads and leaf hashes by number, a few thousand at a time, so that memory stays flat."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection

from governance.ledger import heads
from governance.ledger.models import Entry

BATCH = 4096


@dataclass(frozen=True, slots=True)
class Row:
    """What the tree needs of an entry; `day` is the UTC day of its time."""

    seq: int
    day: str
    about: str
    digest: str
    mac: str
    body: str = ""

    @property
    def head(self) -> bytes:
        """The entry's head in its canonical form."""
        return heads.head(self.seq, self.day, self.about, self.digest)


def rows(first: int, last: int, *, bodies: bool = False) -> Iterator[Row]:
    """Yield the entries from `first` to `last` (both included) that there are, by number."""
    day = "substr(at, 1, 10)" if connection.vendor == "sqlite" else "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    columns = f"seq, {day}, about, digest, mac{', body' if bodies else ''}"
    query = f"SELECT {columns} FROM governance_entry WHERE seq BETWEEN %s AND %s ORDER BY seq"  # noqa: S608 - our own words
    for start in range(first, last + 1, BATCH):
        with connection.cursor() as cursor:
            cursor.execute(query, [start, min(start + BATCH - 1, last)])
            found = cursor.fetchall()
        for each in found:
            yield Row(*each)


def leaves(first: int, last: int) -> Iterator[bytes]:
    """Yield the leaf hashes of entries as they stand now, by number."""
    for row in rows(first, last):
        yield heads.leaf(row.head)


def about(tags: Collection[str], first: int, last: int) -> Iterator[Entry]:
    """Yield the entries of a span that bear one of the tags, by number."""
    wanted = frozenset(tags)
    for start in range(first, last + 1, BATCH):
        until = min(start + BATCH - 1, last)
        found = Entry.objects.filter(seq__range=(start, until)).order_by("seq").values_list("seq", "about")
        hits = [seq for seq, tagged in found if not wanted.isdisjoint(tagged.split())]
        for at in range(0, len(hits), 500):
            yield from Entry.objects.filter(seq__in=hits[at : at + 500]).order_by("seq")


def last() -> int:
    """Return the number of the newest entry; 0 when there is none."""
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0

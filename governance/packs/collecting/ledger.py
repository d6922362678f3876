"""The ledger's part of a pack: all heads of the period, the bodies of the entries about the scope, and the whole tree's leaves.

Completeness rests on the heads: they name, blinded, what each entry concerns. So every entry about the scope is either here
in full or named as withheld, with why. Nothing is passed over in silence.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from governance.core import digest
from governance.ledger import tags
from governance.ledger.models import Entry
from governance.packs.collecting.seeing import Eyes
from governance.packs.collecting.work import Work
from governance.packs.sections import Scope, Window
from governance.proofs import queries as proofs
from governance.proofs import reading

BATCH = 500
BY_EDITION = "left out of this edition by policy"
WITHHOLDS = ("entries", "people", "history", "comments")
"""An entry's body cannot be shown in parts: where policy leaves any of these out, it is shown by its head alone."""


@dataclass(frozen=True)
class Span:
    """The entries of the period up to the checkpoint, by number; `first` is after `last` when there are none."""

    first: int
    last: int
    size: int

    @property
    def shown(self) -> tuple[int, int]:
        """The heads that are shown: the period's, and the one before and after, which prove where it begins and ends."""
        return max(1, self.first - 1), min(self.size, self.last + 1)


@dataclass
class Told:
    """What the ledger's part came to."""

    span: Span
    about: int = 0
    withheld: int = 0
    inside: set[int] = field(default_factory=set)


def span_of(window: Window, size: int) -> Span:
    """Return which entries are of the period, up to the checkpoint."""
    first, last = proofs.span(window.start, window.end)
    return Span(min(first, size + 1), min(last, size), size)


def write_heads(work: Work, span: Span, wanted: frozenset[str] | None) -> list[int]:
    """Write the heads that are shown. Returns the numbers of the entries about the scope (`wanted`: its tags; None: all)."""
    found = []
    with work.lines("ledger/heads.jsonl") as out:
        for row in reading.rows(*span.shown):
            out.add(row.head)
            if span.first <= row.seq <= span.last and (wanted is None or not wanted.isdisjoint(row.about.split())):
                found.append(row.seq)
    return found


def write_scope(work: Work, window: Window, scope: Scope) -> frozenset[str] | None:
    """Write what the pack is about, with the salts that unblind its tags. Returns the tags, or None for everything."""
    subjects = [
        {"type": each.type, "id": each.id, "key": each.key, "name": each.name, "salt": tags.salt(each.type, each.id)}
        for each in scope.subjects
    ]
    told = {
        "scope": window.scope,
        "everything": window.is_company,
        "subjects": subjects,
        "start": window.start,
        "end": window.end,
    }
    work.write("ledger/scope.json", digest.canonical(told) + b"\n")
    return None if window.is_company else frozenset(tags.tag(each.type, each.id) for each in scope.subjects)


def write_bodies(
    work: Work, window: Window, numbers: list[int], eyes: Eyes, each_batch: Callable[[list[tuple[Entry, dict[str, Any]]]], None]
) -> Told:
    """Write the bodies of entries, or that they are withheld; gives what is shown to `each_batch`, a batch at a time."""
    told = Told(Span(0, 0, 0), about=len(numbers))
    hidden = BY_EDITION if not window.shows(*WITHHOLDS) else ""
    with work.lines("ledger/entries.jsonl") as out, work.lines("ledger/withheld.jsonl") as withheld:
        for batch in batched(numbers):
            entries = list(Entry.objects.filter(seq__in=batch).order_by("seq"))
            may = eyes.which(entries)
            shown = []
            for entry in entries:
                why = hidden or may.get(entry.seq, "")
                if why:
                    withheld.add(digest.canonical({"seq": entry.seq, "why": why}))
                    continue
                out.add(entry.body.encode())
                told.inside.add(entry.seq)
                shown.append((entry, json.loads(entry.body)))
            each_batch(shown)
        told.withheld = withheld.count
    return told


def write_cited(work: Work, window: Window, numbers: Iterable[int], size: int, eyes: Eyes) -> int:
    """Write older entries that records rest on, each as {"body", "head"}. Returns how many; what may not be shown is left out."""
    wanted = sorted(number for number in numbers if 1 <= number <= size) if window.shows(*WITHHOLDS) else []
    with work.lines("ledger/cited.jsonl") as out:
        for batch in batched(wanted):
            entries = list(Entry.objects.filter(seq__in=batch).order_by("seq"))
            may = eyes.which(entries)
            for entry in entries:
                if not may.get(entry.seq):
                    [row] = reading.rows(entry.seq, entry.seq)
                    out.add(b'{"body":' + entry.body.encode() + b',"head":' + row.head + b"}")
        return out.count


def batched(numbers: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """Yield numbers in lists of at most `size`."""
    part: list[int] = []
    for number in numbers:
        part.append(number)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part

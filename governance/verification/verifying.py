"""The walk over everything: entries in order, and beside them the tree, the rows, the parts and the files."""

import json
from collections.abc import Callable
from typing import Any

from governance.core import clock
from governance.ledger import appendonly, heads
from governance.ledger.models import Entry
from governance.proofs import merkle
from governance.verification import files, parts
from governance.verification.entries import Look, Row, Told, stored
from governance.verification.models import AcceptedFinding
from governance.verification.report import Report
from governance.verification.rows import BoundRows
from governance.verification.tree import Tree

Progress = Callable[[int, int, str], Any]
ANNOUNCING = frozenset({"ledger.key_made", "ledger.key_announced"})


def silent(done: int, total: int, label: str) -> None:
    """Say nothing of how far it is."""


def verify(progress: Progress = silent, *, older: str | None = None, look_at_files: bool = True) -> Report:
    """Compute everything again and return what does not hold.

    `older` is a signed checkpoint from anywhere; the ledger must extend it. Raises notes.BadNote when it is not one of this
    ledger's. Reads only: it can run while others write, and looks at what was committed when it began.
    """
    report = Report(clock.now(), known=frozenset(AcceptedFinding.objects.values_list("mark", flat=True)))
    walk = Walk(report, progress, older)
    walk.entries()
    walk.rest(look_at_files)
    report.finished_at = clock.now()
    return report


class Walk:
    """One walk over the ledger."""

    def __init__(self, report: Report, progress: Progress, older: str | None) -> None:
        self.report, self.progress = report, progress
        self.last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        self.tree = Tree(report, older)
        self.look, self.rows = Look(report), BoundRows(report)
        self.announced: set[str] = set()
        self._accepted = _accepted_spans()
        self._expected = 1

    def entries(self) -> None:
        """Walk over all entries in order."""
        for batch in stored(1, self.last):
            told: list[Told] = []
            self.tree.extend([self._step(row, told) for row in batch])
            if batch:
                self._beside(batch[0].seq, batch[-1].seq, told)
            self.progress(min(self._expected - 1, self.last), self.last, "Entries")
        self._missing_up_to(self.last + 1)
        self.rows.settle()
        self.report.size, self.report.root = self.tree.size, self.tree.root().hex()

    def _step(self, row: Row, told: list[Told]) -> bytes:
        """Look at an entry; returns its leaf hash, and adds to `told` what it says of other rows."""
        if row.seq != self._expected:
            self._missing_up_to(row.seq)
        self._expected = row.seq + 1
        head, said = self.look.at(row)
        if said is not None:
            told.append(said)
        if row.seq > self.tree.sealed and not heads.is_own(head, row.mac) and not self._accepts(row.seq):
            wrong = "This installation did not write it; it is not sealed yet."
            self.report.find("entry-foreign", f"Entry {row.seq:,}", wrong, seq=row.seq, seen=row.mac)
        if row.kind in ANNOUNCING:
            self.announced.add(str(json.loads(row.body)["payload"]["vkey"]))
        return merkle.leaf(head)

    def _missing_up_to(self, seq: int) -> None:
        """Say which numbers are missing. The tree goes on without them, so that what they break is named as well."""
        for missing in range(self._expected, min(seq, self._expected + 100)):
            self.report.find("entry-missing", f"Entry {missing:,}", "It is gone: numbers have no gaps.", seq=missing)
        if seq - self._expected > 100:
            left = f"Entries {self._expected + 100:,} to {seq - 1:,}"
            self.report.find("entry-missing", left, "They are gone: numbers have no gaps.", seq=self._expected + 100)
        self._expected = seq

    def _accepts(self, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self._accepted)

    def _beside(self, first: int, last: int, told: list[Told]) -> None:
        self.rows.take((each.seq, reference) for each in told for reference in each.bound)
        parts.mentions(self.report, first, last, told)
        parts.personal(self.report, first, last, told)

    def rest(self, look_at_files: bool) -> None:
        """Look at what is not met on the way: rows nobody binds, checkpoints beyond the end, files, triggers."""
        say = lambda label: self.progress(self.last, self.last, label)  # noqa: E731
        self.rows.unbound(say, self._catch_up)
        self.tree.end(self.announced)
        if look_at_files:
            files.look(self.report, say)
        for name in sorted(appendonly.missing()):
            said = "The database does not refuse rewriting there. Run `./plumbline manage migrate` to put it back."
            self.report.find("triggers-missing", f"Trigger {name}", said)

    def _catch_up(self) -> None:
        """Note what entries bind that were written since the walk began."""
        newest = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        quiet = Look(Report(self.report.started_at))
        for batch in stored(self._expected, newest):
            for row in batch:
                _, told = quiet.at(row)
                self.rows.note(told.bound if told else ())
        self._expected = newest + 1


def _accepted_spans() -> list[tuple[int, int]]:
    found = Entry.objects.filter(kind="ledger.accepted").values_list("body", flat=True)
    payloads = [json.loads(body)["payload"] for body in found]
    return [(each["first"], each["last"]) for each in payloads]

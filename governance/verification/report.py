"""What a verification found: each thing that does not hold, by name, and how much was computed again."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from governance.core import digest

MOST_HELD = 1000
"""How many findings are held in memory; all are counted, and each kind's first ones are among those held."""

KINDS = {
    "entry-missing": "Entry missing",
    "entry-changed": "Entry changed",
    "entry-foreign": "Entry not written here",
    "entries-truncated": "Entries cut off",
    "tags-changed": "Tags changed",
    "time-backwards": "Time runs backwards",
    "mention-changed": "Mentions changed",
    "part-changed": "Personal part changed",
    "part-removed": "Personal part removed",
    "part-inserted": "Personal part inserted",
    "row-changed": "Row changed",
    "row-removed": "Row removed",
    "row-inserted": "Row inserted",
    "rows-exchanged": "Rows exchanged",
    "tile-changed": "Tile changed",
    "tile-missing": "Tile missing",
    "checkpoint-changed": "Checkpoint changed",
    "checkpoint-missing": "Checkpoint missing",
    "checkpoint-false": "Checkpoint not ours",
    "key-unknown": "Key never announced",
    "file-changed": "File changed",
    "file-missing": "File missing",
    "triggers-missing": "Triggers missing",
}


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold.

    `kind` is one of KINDS; `what` names the thing, `said` what is wrong with it; `seq` is the entry that tells of it (0: none),
    `model` and `id` the row; `seen` a hash of what was found instead, so that a further change is another finding.
    """

    kind: str
    what: str
    said: str
    seq: int = 0
    model: str = ""
    id: int = 0
    seen: str = ""

    @property
    def mark(self) -> str:
        """The SHA-256 by which this very finding is accepted."""
        return digest.digest([self.kind, self.what, self.seq, self.model, self.id, self.seen])

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {**asdict(self), "mark": self.mark}


@dataclass
class Report:
    """What was looked at, and what did not hold. `size` and `root` are those of the ledger as it was walked."""

    started_at: datetime
    size: int = 0
    root: str = ""
    checkpoints: int = 0
    rows: int = 0
    parts: int = 0
    files: int = 0
    gone: int = 0
    older: str = ""
    finished_at: datetime | None = None
    count: int = 0
    accepted: int = 0
    findings: list[Finding] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    _by_kind: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether nothing was found that nobody accepted."""
        return self.count == self.accepted

    @property
    def problems(self) -> int:
        """How many findings nobody accepted."""
        return self.count - self.accepted

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else 0.0

    def find(self, kind: str, what: str, said: str, **where: Any) -> None:
        """Take in a finding."""
        found = Finding(kind, what, said, **where)
        self.count += 1
        self._by_kind[kind] = self._by_kind.get(kind, 0) + 1
        if found.mark in self.known:
            self.accepted += 1
        if len(self.findings) < MOST_HELD or self._by_kind[kind] <= 10:
            self.findings.append(found)

    def plain_findings(self, most: int) -> list[dict[str, Any]]:
        """Return the findings as JSON holds them: those that nobody accepted first."""
        ordered: Iterable[Finding] = sorted(self.findings, key=lambda each: each.mark in self.known)
        return [{**each.plain(), "accepted": each.mark in self.known} for each in list(ordered)[:most]]

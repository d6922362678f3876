"""The ledger computed again: a million entries against reading and hashing them, in flat memory; and rows they bind."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from governance.core import clock, digest
from governance.ledger import heads, journal, tags
from governance.ledger.models import Entry
from governance.people.models import Team, User
from governance.people.system import system_actor
from governance.proofs import sealing
from governance.verification.entries import stored
from governance.verification.report import Report
from governance.verification.verifying import Walk, verify
from tests.benchmarks.measuring import Figure, stopwatch

ENTRIES, BATCH, THINGS = 1_000_000, 20_000, 5_000
ROWS = 20_000
PAGE = 4096


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Yield the figures of this group."""
    with TemporaryDirectory() as folder:  # copies of checkpoints of other runs are none of this ledger's
        settings.LEDGER_COPY = Path(folder) / "checkpoints.jsonl"
        yield from _figures()


def _figures() -> Iterator[Figure]:
    last = Entry.objects.count()
    _grow(last + 1, ENTRIES)
    sealing.seal()
    _read_and_hash(1, 50_000)
    with stopwatch() as reading:
        _read_and_hash(1, ENTRIES)
    before, peak = _resident(), [0]
    with stopwatch() as verifying:
        report = verify(lambda done, total, label: peak.append(_resident()), look_at_files=False)
    wrong = [each for each in report.findings if each.kind != "row-inserted"]  # the company's bare rows are bound by nothing
    assert report.size >= ENTRIES and not wrong, wrong[:3]
    ratio, grown = verifying() / reading(), (max(peak) - before) / 1_048_576
    what = f"Verify {ENTRIES:,} entries"
    yield Figure(what, verifying(), "s", reading(), "at most 2x reading and hashing them", ratio <= 2.0)
    yield Figure("Memory that verifying them takes", grown, "MB", None, "flat: at most 64 MB", grown <= 64)
    yield _rows()


def _rows() -> Figure:
    """How fast rows that entries bind are computed again: history of teams, 25 to an entry."""
    _histories(ROWS)
    first = Entry.objects.order_by("-seq")[0].seq - ROWS // 25
    walk = Walk(Report(clock.now()), lambda done, total, label: None, None)
    with stopwatch() as took:
        for batch in stored(first + 1, first + ROWS // 25):
            told = [found for row in batch if (found := walk.look.at(row)[1]) is not None]
            walk.rows.take((each.seq, reference) for each in told for reference in each.bound)
    assert walk.report.rows == ROWS and not walk.report.findings
    return Figure("History rows computed again", ROWS / took(), "rows/s")


@transaction.atomic
def _histories(count: int) -> None:
    actor = system_actor()
    model, now = Team.history.model, datetime.now(UTC)
    rows = [model(id=n, name=f"Team {n}", key=f"t-{n}", history_date=now, history_type="+") for n in range(count)]
    model.objects.bulk_create(rows, batch_size=1000)
    for start in range(0, count, 25):
        _bind(rows[start : start + 25], actor=actor)


@journal.action
def _bind(rows: list[Any], *, actor: User) -> None:
    for row in rows:
        journal.bind_row(row)
    told = {"count": len(rows), "models": {}, "done": False}
    journal.record("ledger.bound_later", actor=actor, subject=actor, payload=told)


def _read_and_hash(first: int, last: int) -> None:
    """The baseline: read what verification reads, and hash each body and each head."""
    sha: Callable[..., Any] = hashlib.sha256
    for batch in stored(first, last):
        for row in batch:
            hashed = sha(row.body.encode()).hexdigest()
            sha(b"\x00" + heads.head(row.seq, row.at[:10], row.about, hashed)).digest()


def _grow(first: int, last: int) -> None:
    """Append entries like those of an ordinary day, by SQL, as the journal writes them."""
    begun = datetime.now(UTC)
    blinding, insert = tags.blinding(), journal.APPEND
    for start in range(first, last + 1, BATCH):
        rows = [_entry(seq, begun + timedelta(milliseconds=seq), blinding) for seq in range(start, min(start + BATCH, last + 1))]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)


def _entry(seq: int, at: datetime, blinding: str) -> tuple[Any, ...]:
    thing, team = str(seq % THINGS), str(seq % 40)
    body = digest.canonical(
        {
            "v": journal.BODY_VERSION,
            "seq": seq,
            "at": at,
            "kind": "surface.changed",
            "actor": "p_4f1d2c9a8b7e6d50",
            "via": "web",
            "request": f"{seq:032x}",
            "subject": {"type": "registry.surface", "id": thing, "key": f"S-{thing}"},
            "payload": {"changed": ["name", "purpose"], "reason": "Asked for by the claims team."},
            "personal": {},
            "touches": [],
            "within": [["governance.team", team]],
            "history": [],
            "rows": [],
        }
    )
    hashed = digest.sha256(body)
    about = tags.about(blinding, [("registry.surface", thing), ("governance.team", team)])
    told = ("surface.changed", "p_4f1d2c9a8b7e6d50", "registry.surface", thing, f"S-{thing}")
    mac = heads.mac(heads.head(seq, at.date().isoformat(), about, hashed))
    return (seq, connection.ops.adapt_datetimefield_value(at), *told, body.decode(), hashed, about, mac)


def _resident() -> int:
    """Return how many bytes of memory this process has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE

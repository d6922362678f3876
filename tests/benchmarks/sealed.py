"""The ledger under load: twenty writers with and without it, sealing of many entries, and proofs against a large tree."""

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from governance.core import clock, digest
from governance.ledger import heads, journal, tags
from governance.ledger.models import Entry
from governance.people import actions
from governance.people.models import Team, User
from governance.proofs import merkle, queries, reading, sealing
from tests.benchmarks.measuring import Figure, measure, stopwatch

WRITERS, EACH = 20, 15
ENTRIES = 100_000


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure and yield the figures of the ledger."""
    yield from _writers()
    sealing.seal()
    first = reading.last() + 1
    _fill(first, ENTRIES)
    with stopwatch() as read:
        tree = merkle.root(map(heads.leaf, _heads_with_bodies(first, first + ENTRIES - 1)))
    with stopwatch() as sealed:
        newest = sealing.seal()
    assert newest.size == first + ENTRIES - 1 and len(tree) == 32
    rate = ENTRIES / sealed()
    note = f"{rate:,.0f} entries a second, beside reading and hashing them"
    yield Figure(f"Sealing {ENTRIES:,} entries", sealed() * 1000, "ms", read() * 1000, note=note)
    numbers = itertools.count(1, 997)

    def prove() -> None:
        seq = next(numbers) % newest.size + 1
        [leaf] = queries.leaf_hashes(seq, seq)
        merkle.verify_inclusion(leaf, seq - 1, newest.size, queries.inclusion(seq, newest.size), newest.root_bytes)

    found = measure(prove)
    yield Figure("Proof of one entry, made and checked", found.median, "ms", note=f"{found.queries} queries")


def _writers() -> Iterator[Figure]:
    """Twenty threads, each making teams; once as it is, once with nothing written to the ledger."""
    actor, numbers = User.objects.get(email="ada@example.org"), itertools.count()
    before, teams = Entry.objects.count(), Team.objects.count()
    mine = _at_once(lambda: actions.create_team(f"Crew {next(numbers)}", actor=actor))
    made, lost = Team.objects.count() - teams, WRITERS * EACH - (Entry.objects.count() - before)
    write: Any = journal.write
    journal.write = lambda journal: None
    try:
        bare = _at_once(lambda: actions.create_team(f"Crew {next(numbers)}", actor=actor))
    finally:
        journal.write = write
    rates = WRITERS * EACH / mine, WRITERS * EACH / bare
    note = (
        f"{rates[0]:,.0f} writes a second, {rates[1]:,.0f} without ledger; {made} of {WRITERS * EACH} made, {lost} entries lost"
    )
    yield Figure("Twenty writers at once", mine * 1000, "ms", bare * 1000, "none lost", made == WRITERS * EACH and not lost, note)


def _at_once(work: Callable[[], Any]) -> float:
    """Run the work in twenty threads at once; return the seconds until the last is done. Raises what any of them raised.

    On PostgreSQL set PLUMBLINE_DB_POOL to 25, so that each has a connection of its own.
    """
    start, failures = threading.Barrier(WRITERS + 1), []

    def run() -> None:
        try:
            start.wait()
            for _ in range(EACH):
                work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - started


def _fill(first: int, count: int) -> None:
    """Append entries of an ordinary size, as the journal would."""
    at: datetime = max(clock.now(), Entry.objects.latest("seq").at).astimezone(UTC)
    stored, day, blinding = connection.ops.adapt_datetimefield_value(at), at.date().isoformat(), tags.blinding()
    for low in range(first, first + count, 10_000):
        rows = [_row(seq, at, stored, day, blinding) for seq in range(low, min(low + 10_000, first + count))]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(journal.APPEND, rows)


def _row(seq: int, at: datetime, stored: Any, day: str, blinding: str) -> tuple[Any, ...]:
    thing = ("registry.surface", str(seq % 500))
    told = {"before": "normal", "after": "no_tools", "reason": "It answered about a policy that does not exist. " * 8}
    bound = [{"model": "registry.historicalsurface", "id": seq, "digest": hashlib.sha256(str(seq).encode()).hexdigest()}]
    subject = {"type": thing[0], "id": thing[1], "key": "S-1"}
    body = digest.canonical({"seq": seq, "at": at, "kind": "mode.lowered", "subject": subject, "payload": told, "history": bound})
    hashed, about = digest.sha256(body), tags.about(blinding, [thing, ("governance.team", "7")])
    mac = heads.mac(heads.head(seq, day, about, hashed))
    return (seq, stored, "mode.lowered", "p_0000000000000000", *thing, "S-1", body.decode(), hashed, about, mac)


def _heads_with_bodies(first: int, last: int) -> Iterator[bytes]:
    """What cannot be saved: every row read, its body hashed, its head built."""
    for row in reading.rows(first, last, bodies=True):
        digest.sha256(row.body.encode())
        yield row.head

"""One consistent reading of the whole database, and a way to say how far it is meanwhile.

While a pack is collected, others go on writing; the pack must be of one moment all the same. On PostgreSQL that is a
repeatable-read transaction, on SQLite a deferred one (a reader of the write-ahead log, which stops no writer). Progress is
written by a thread with a connection of its own, because this one only reads.
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, connections

log = logging.getLogger("plumbline.packs")
Progress = Callable[..., None]
AGAIN = 20  # seconds


@contextmanager
def snapshot(progress: Progress) -> Iterator[Progress]:
    """Read from one moment of the database inside the block; nothing can be written there. Gives a progress to call.

    Inside a transaction that is open already (a test's), that one's view holds.
    """
    if connection.in_atomic_block:
        yield progress
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with Beat(progress) as beat:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(begin)
        try:
            yield beat.tell
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


class Beat:
    """Passes progress on from a thread of its own; what it meets (the job was taken over) is raised at the next call."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.told: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
        self.failed: list[Exception] = []
        self.thread = threading.Thread(target=self._pass_on, name="pack progress", daemon=True)

    def __enter__(self) -> "Beat":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.told.put(None)
        self.thread.join()

    def tell(self, *said: Any) -> None:
        """Say how far it is. Raises what the last saying met."""
        if self.failed:
            raise self.failed[0]
        self.told.put(said)

    def _pass_on(self) -> None:
        said: tuple[Any, ...] | None = (0, 0)
        try:
            while said is not None:
                with contextlib.suppress(queue.Empty):  # nothing new: the last saying once more renews the lease
                    said = self.told.get(timeout=AGAIN)
                if said is not None:
                    self._say(said)
        finally:
            connections.close_all()

    def _say(self, said: tuple[Any, ...]) -> None:
        try:
            self.progress(*said)
        except DatabaseError as error:
            log.warning("progress could not be written (%s); the reading goes on", error)
        except Exception as error:
            self.failed.append(error)

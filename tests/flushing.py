"""How tests that commit leave the database as they found it: empty, with its triggers, and with nobody else at work.

A browser that is closed may leave a request under way in the live server, and Django's own flush (a TRUNCATE of every
table) then waits for it, or is chosen as the victim of a deadlock. So a flush first waits until all requests are answered
and no other connection is inside a transaction. On PostgreSQL only tables that hold something are emptied, by DELETE, which
is quicker than truncating hundreds; the triggers of those tables step aside for that one transaction.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from governance.ledger import appendonly

PATIENCE = 20.0
KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""Tables that migrating fills, and that no test changes."""


class UnderWay:
    """Counts the requests that threads other than the test's own are answering."""

    def __init__(self) -> None:
        self._lock, self._count = threading.Lock(), 0
        request_started.connect(self._begin, weak=False, dispatch_uid="tests.begin")
        request_finished.connect(self._end, weak=False, dispatch_uid="tests.end")

    def _begin(self, **kwargs: Any) -> None:
        self._move(1)

    def _end(self, **kwargs: Any) -> None:
        self._move(-1)

    def _move(self, by: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            with self._lock:
                self._count += by

    def settle(self) -> None:
        """Wait until none is under way. One whose answer nobody reads to the end never finishes, so patience ends."""
        ends = time.monotonic() + PATIENCE
        while self._count > 0 and time.monotonic() < ends:
            time.sleep(0.01)
        with self._lock:
            self._count = 0


under_way = UnderWay()


def install() -> None:
    """Put this flush in the place of Django's, for all tests that commit."""
    django_flush = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        under_way.settle()
        if connection.vendor == "postgresql":
            _again_when_in_the_way(_empty)
            return
        appendonly.remove_all()
        django_flush(self)
        appendonly.ensure_all()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


def _again_when_in_the_way(work: Callable[[], None], tries: int = 5) -> None:
    """Try again what another connection's locks stopped. Raises the last OperationalError when it goes on."""
    for left in reversed(range(tries)):
        _wait_for_others()
        try:
            with transaction.atomic():
                work()
            return
        except OperationalError:
            if not left:
                raise


def _wait_for_others() -> None:
    """Wait until no other connection to this database is in the middle of something."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND state <> 'idle'"
    )
    ends = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(busy)
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def _empty() -> None:
    q = connection.ops.quote_name
    tables = [name for name in connection.introspection.table_names() if name not in KEPT]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {q(name)})" for name in tables))
        filled = {row[0] for row in cursor.fetchall()}
        guarded = [(q(name), q(table)) for name, table in appendonly.installed(connection).items() if table in filled]
        for name, table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for table in sorted(filled):
            cursor.execute(f"DELETE FROM {q(table)}")  # in any order: foreign keys are looked at when all are empty
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")

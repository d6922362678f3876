"""Bring database and static files up to date, in one start of Django. Run as `python -m scripts.prepare`."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django

from scripts.console import say

ONE_AT_A_TIME = 7_153_019  # the number of PostgreSQL's advisory lock; any number will do


def main() -> int:
    """Migrate, collect the static files, and say what the first visitor must know."""
    django.setup()
    from django.db import DatabaseError

    say("Bringing database and static files up to date")
    try:
        applied = migrate()
        code = told("setup_code", if_needed=True)
    except DatabaseError as error:
        say(f"The database cannot be brought up to date: {str(error).strip()}")
        if os.environ.get("DATABASE_URL"):
            say("DATABASE_URL names it: is that server up, may this machine reach it, may that user make tables in it?")
        return 1
    if applied:
        say(f"Database: {applied} migration{'s' if applied != 1 else ''} applied")
    collect_static_files()
    if code:
        say(f"Set-up code, which the first page asks for: {code.strip()}")
    return 0


def migrate() -> int:
    """Apply what is missing and return how many migrations that were."""
    with alone():
        said = told("migrate", interactive=False)
    return sum(1 for line in said.splitlines() if line.strip().startswith("Applying "))


def collect_static_files() -> None:
    """Collect them, unless the very same ones were collected before: compressing them costs production 15 seconds."""
    from django.conf import settings

    mark, now = Path(settings.STATIC_ROOT) / ".collected", fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    told("collectstatic", interactive=False, verbosity=0)
    mark.write_text(now)


def fingerprint() -> str:
    """Return a digest over what would be collected, and how."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = os.stat(storage.path(name))
            found.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return found.hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Make others that start on the same server wait; SQLite and the launcher's own lock see to it elsewhere."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def told(command: str, **options: object) -> str:
    """Run a management command and return what it said."""
    from django.core.management import call_command

    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


if __name__ == "__main__":
    sys.exit(main())

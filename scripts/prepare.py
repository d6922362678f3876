"""Bring database and static files up to date, in one start of Django. Run as `python -m scripts.prepare`."""

import os
import sys
from io import StringIO

import django


def main() -> int:
    """Migrate, saying what was done, and collect the static files."""
    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError

    from scripts.console import say

    say("Bringing database and static files up to date")
    said = StringIO()
    try:
        call_command("migrate", interactive=False, stdout=said)
    except DatabaseError as error:
        say(f"The database cannot be brought up to date: {str(error).strip()}")
        if os.environ.get("DATABASE_URL"):
            say("DATABASE_URL names it: is that server up, may this machine reach it, may that user make tables in it?")
        return 1
    applied = sum(1 for line in said.getvalue().splitlines() if line.strip().startswith("Applying "))
    if applied:
        say(f"Database: {applied} migration{'s' if applied != 1 else ''} applied")
    call_command("collectstatic", interactive=False, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())

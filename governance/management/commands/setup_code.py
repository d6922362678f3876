"""Prints the code that the set-up page asks for."""

from typing import Any

from django.core.management.base import BaseCommand

from governance.people import queries, setupcode


class Command(BaseCommand):
    """Print the one-time code of an empty installation."""

    help = "Print the one-time code that the set-up page of a production server asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, or say why there is none."""
        if not queries.is_empty():
            self.stdout.write("This installation is set up already; there is no code.")
        elif not setupcode.needed():
            self.stdout.write("No code is needed: only PLUMBLINE_PRODUCTION=1 asks for one.")
        else:
            self.stdout.write(setupcode.current())

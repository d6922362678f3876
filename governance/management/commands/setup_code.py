"""Prints the code that the set-up page asks for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from governance.people import queries, setupcode


class Command(BaseCommand):
    """Print the one-time code of an empty installation."""

    help = "Print the one-time code that the set-up page of a production server asks for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the launcher ask without a word where there is nothing to say."""
        parser.add_argument("--if-needed", action="store_true", help="print nothing but a code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it, or say why there is none."""
        wanted = setupcode.needed() and queries.is_empty()
        if options["if_needed"] and not wanted:
            return
        if not queries.is_empty():
            self.stdout.write("This installation is set up already; there is no code.")
        elif not setupcode.needed():
            self.stdout.write("No code is needed: only PLUMBLINE_PRODUCTION=1 asks for one.")
        else:
            self.stdout.write(setupcode.current())

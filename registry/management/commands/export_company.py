"""`manage.py export_company`: write the company as one YAML file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.core.errors import PlumblineError
from governance.people import lookups
from registry.company import exporting


class Command(BaseCommand):
    """Writes the file to the terminal, or to where --to says."""

    help = "Write the company as one YAML file, as far as one person sees it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to and as whom."""
        parser.add_argument("--to", help="The file to write; the terminal when left out.")
        parser.add_argument("--as", dest="person", required=True, help="Reference or e-mail of a person: what they see goes out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        try:
            reader = lookups.person(options["person"])
        except PlumblineError as error:
            raise CommandError(str(error)) from error
        text = exporting.as_yaml(reader)
        if options["to"]:
            Path(options["to"]).write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

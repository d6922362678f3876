"""`manage.py import_company`: say what a company file would change, and bring it in when told to."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.core.errors import PlumblineError
from governance.people import lookups
from registry.company import actions, reading


class Command(BaseCommand):
    """Prints each record that the file adds or changes; changes them only with --apply."""

    help = "Say what a company file would change; bring it in with --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, who brings it in, and whether for good."""
        parser.add_argument("file", help="The YAML file.")
        parser.add_argument("--as", dest="person", required=True, help="Reference or e-mail of the person who brings it in.")
        parser.add_argument("--apply", action="store_true", help="Bring it in; without this nothing changes.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            actor = lookups.person(options["person"])
            outcome = actions.import_company(data, actor=actor, dry_run=not options["apply"], limits=reading.ON_SERVER)
        except PlumblineError as error:
            raise CommandError(str(error)) from error
        if outcome.problems:
            raise CommandError("\n".join(["Nothing was done:", *(str(problem) for problem in outcome.problems)]))
        for note in outcome.notes:
            self.stdout.write(note)
        for step in outcome.steps:
            self.stdout.write(f"{step.op}: {step.title}")
            for said in step.says:
                self.stdout.write(f"    {said}")
        counts = outcome.counts
        done = "Brought in" if outcome.applied else "Would bring in" if outcome.steps else "Nothing differs"
        self.stdout.write(f"{done}: {counts['added']} added, {counts['changed']} changed, {counts['same']} as they are.")

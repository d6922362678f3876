"""Shows the keys that sign the ledger, and replaces the one in use."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.core import context
from governance.core.errors import PlumblineError
from governance.people.models import User
from governance.proofs import queries, rotation


class Command(BaseCommand):
    """`ledger_key` lists the public keys; `ledger_key rotate --by EMAIL --reason WHY` replaces the one that signs."""

    help = "List the public keys of the ledger, or replace the one that signs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who replaces it, and why."""
        parser.add_argument("what", nargs="?", default="list", choices=["list", "rotate"])
        parser.add_argument("--by", default="", metavar="EMAIL", help="the administrator who replaces it")
        parser.add_argument("--reason", default="", help="why; it stands in the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how it stands."""
        if options["what"] == "rotate":
            person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
            if person is None:
                raise CommandError("Say by whom: --by and the address of an administrator.")
            try:
                with context.use(via="command"):
                    rotation.rotate(actor=person, reason=options["reason"])
            except PlumblineError as error:
                raise CommandError(str(error)) from error
        for key in queries.ledger_keys():
            until = "now" if key.is_current else f"{key.until_size}"
            self.stdout.write(f"{key.vkey}  checkpoints {key.from_size} to {until}")

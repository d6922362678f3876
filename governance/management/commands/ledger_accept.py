"""Accepts entries that sealing refuses, by an administrator, with a reason that stands in the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.core import context
from governance.core.errors import PlumblineError
from governance.people.models import User
from governance.proofs import actions, rotation


class Command(BaseCommand):
    """`ledger_accept FIRST [LAST] --by EMAIL --reason WHY`."""

    help = "Let entries be sealed that this installation did not write: as they stand, with a reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which entries, by whom, and why."""
        parser.add_argument("first", type=int)
        parser.add_argument("last", type=int, nargs="?", help="as the first when left out")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who answers for it")
        parser.add_argument("--reason", required=True, help="why; it stands in the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        """Accept them, and seal."""
        person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account with the address {options['by']}.")
        first, last = options["first"], options["last"] or options["first"]
        try:
            with context.use(via="command"):
                actions.accept(first, last, actor=person, reason=options["reason"])
                checkpoint = rotation.keep_up()
        except PlumblineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Accepted entries {first} to {last}; the ledger is sealed up to {checkpoint.size}.")

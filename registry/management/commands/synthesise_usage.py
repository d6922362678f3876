"""`manage.py synthesise_usage --rows 10000000 --days 90`: fill a trial installation with synthetic observations."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.usage.synthesis import synthesise

MOST_DAYS = 1_800


class Command(BaseCommand):
    """Writes synthetic observations over the surfaces that are there."""

    help = "Write synthetic observations, to try how much an installation bears. Never in one that holds real ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, over how many days, and which dice."""
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--days", type=int, default=28)
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same figures.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them, and say how fast."""
        count, days = options["rows"], options["days"]
        if count < days or not 1 <= days <= MOST_DAYS:
            raise CommandError(f"Ask for 1 to {MOST_DAYS} days, and for at least one row a day.")
        began = time.monotonic()

        def told(done: int, whole: int) -> None:
            self.stdout.write(f"\r{done:,} of {whole:,}", ending="")

        try:
            written = synthesise(count, days, seed=options["seed"], progress=told)
        except ValueError as error:
            raise CommandError(str(error)) from error
        took = time.monotonic() - began
        self.stdout.write(f"\r{written:,} observations in {took:.0f} s, {written / took:,.0f} a second")

"""`manage.py load_demo`: load the demo company into an empty installation, from the shell."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.core.errors import PlumblineError
from registry.demo import loading


class Command(BaseCommand):
    """Loads the demo company and prints how to sign in."""

    help = "Load the demo company into an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it."""
        try:
            made = loading.load(lambda done, total, label: None)
        except PlumblineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made['surfaces']} surfaces and {made['people']} people are there.")
        self.stdout.write(f"Sign in as ada@northwind.example with the password {loading.PASSWORD}")

"""One installation at a time: a home may be served, or restored, by one process only.

The lock belongs to the process, not to the file: it is gone with the process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from scripts.console import Stop

ROLES = ("web", "worker", "scheduler", "streams")


class Claim:
    """The right to serve a home in some roles, held until `release` or the process ends."""

    def __init__(self, home: Path, roles: Iterable[str] = ROLES) -> None:
        """Take it. Raises Stop when another process holds it in one of the roles."""
        self.stack = ExitStack()
        self.files = []
        folder = home / "run"
        folder.mkdir(parents=True, exist_ok=True)
        for role in roles:
            file = self.stack.enter_context((folder / f"{role}.lock").open("a+"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                self.stack.close()
                raise Stop(
                    f"Plumbline already runs on {home} ({holder}). Stop that one first (Ctrl-C where it runs), "
                    "or give this one a home of its own: PLUMBLINE_HOME=/another/folder"
                ) from None
            self.files.append(file)
        self.note("")

    def note(self, address: str) -> None:
        """Leave word of who we are and where we answer, for the message that a second one gets."""
        for file in self.files:
            file.truncate(0)
            file.write(f"process {os.getpid()}{', ' + address if address else ''}\n")
            file.flush()

    def release(self) -> None:
        """Give it back."""
        for file in self.files:
            file.truncate(0)
        self.stack.close()

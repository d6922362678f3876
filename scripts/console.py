"""How the launcher speaks: plain lines on standard error, each marked, so that they stand out from program output."""

import sys


class Stop(Exception):  # noqa: N818 - it ends a command on purpose; its text says what happened and what to do
    """Ends the command with a message for the user and exit code 1."""


def say(text: str) -> None:
    """Tell the user something."""
    sys.stderr.write(f"== {text}\n")
    sys.stderr.flush()

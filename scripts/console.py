"""How the launcher speaks: plain lines on standard error, each marked, so that they stand out from program output."""

import sys


class Stop(Exception):
    """Ends the command with a message for the user and exit code 1."""


def say(text: str) -> None:
    """Tell the user something."""
    sys.stderr.write(f"== {text}\n")
    sys.stderr.flush()

"""Find the command's module and run it: `python -m scripts run`. Called by ./plumbline."""

import importlib
import signal
import sys
from types import FrameType

from scripts.console import Stop, say

COMMANDS = {
    "run": "scripts.run",
    "test": "scripts.run_tests",
    "check": "scripts.check",
    "bench": "scripts.bench",
    "manage": "scripts.manage",
    "backup": "scripts.backup",
    "restore": "scripts.restore",
    "lock": "scripts.lock",
}


def interrupted(number: int, frame: FrameType | None) -> None:
    """Make a termination signal look like Ctrl-C, so that both take the same way out and clean up."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    signal.signal(signal.SIGTERM, interrupted)
    try:
        return int(importlib.import_module(COMMANDS[arguments[0]]).main(arguments[1:]))
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

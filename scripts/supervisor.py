"""A small supervisor: keeps a handful of processes running and ends them together.

Each child is a session of its own, so that Ctrl-C reaches only us and we end them in order; on Linux the kernel ends
them too, should we be killed. What a child prints goes to a log file of bounded size.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from scripts.console import say

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SETTLED = 60.0  # a child that lived so long starts over with the first pause
LOG_LIMIT = 10_000_000
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies. Runs in the child between fork and exec."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that shall always run."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str]
    folder: Path
    patience: float = 20.0
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.0
    started: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it, its output going to the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.trim_log()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started, self.due = time.monotonic(), 0.0

    def tend(self) -> None:
        """Start it again when it has died, each time after a longer pause, so that a broken one does not spin."""
        now = time.monotonic()
        if self.due:
            if now >= self.due:
                self.start()
            return
        if self.process is None or (code := self.process.poll()) is None:
            return
        lived = now - self.started
        self.pause = FIRST_PAUSE if lived > SETTLED else min(max(FIRST_PAUSE, self.pause * 2), LONGEST_PAUSE)
        self.due = now + self.pause
        self.signal(signal.SIGKILL)  # whatever it left behind must not get in the way of the next
        say(f"{self.name} ended ({ended(code)}); starting it again in {self.pause:.0f} s. Its log: {self.log}")
        for line in self.last_lines(8):
            say(f"   {line}")

    def signal(self, number: int) -> None:
        """Send a signal to the child and to all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return

    def last_lines(self, count: int) -> list[str]:
        """Return the end of its log."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4000))
            return log.read().decode(errors="replace").strip().splitlines()[-count:]

    def trim_log(self) -> None:
        """Keep the log and one older part of it, each of bounded size. Works while the child writes, for it appends."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.with_suffix(".1.log").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)


def ended(code: int) -> str:
    """Say how a process ended."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, children: Sequence[Child] = ()) -> None:
        """Take the first children."""
        self.children = list(children)
        self.stopping, self.asked = False, 0.0

    def stop_on_signals(self) -> None:
        """Make Ctrl-C, termination and a closed terminal mean: stop in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Remember that it is time to stop. A second Ctrl-C does not wait; one signal may arrive twice at once, though."""
        if not self.stopping:
            self.stopping, self.asked = True, time.monotonic()
        elif time.monotonic() - self.asked > 1:
            for child in self.children:
                child.signal(signal.SIGKILL)

    def start(self) -> None:
        """Start all children."""
        for child in self.children:
            child.start()

    def add(self, child: Child) -> None:
        """Start one more child. They stop in the reverse order."""
        self.children.append(child)
        child.start()

    def tend(self, until: Callable[[], bool] = lambda: False, pause: float = 0.2) -> None:
        """Keep all running until told to stop, or until a condition holds."""
        trim = time.monotonic() + 60
        while not self.stopping and not until():
            for child in self.children:
                child.tend()
            if time.monotonic() > trim:
                trim = time.monotonic() + 60
                for child in self.children:
                    child.trim_log()
            time.sleep(pause)

    def stop(self) -> None:
        """End all: politely, then, when their patience is over, by force."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(timeout=child.patience)
            except subprocess.TimeoutExpired:
                say(f"{child.name} does not end by itself; ending it.")
            child.signal(signal.SIGKILL)
            child.process.wait()

"""Adds up what several runs of pytest wrote down (JUnit XML)."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError, parse


@dataclass(frozen=True)
class Tally:
    """How many tests passed, failed (errors count as failed) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add two runs."""
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read(report: Path) -> Tally:
    """Return the tally of one run; a run that left no report counts as one failure, for it died before its end."""
    try:
        suites = parse(report).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest a moment ago
    except (OSError, ParseError):
        return Tally(failed=1)
    total = Tally()
    for suite in suites:
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        total += Tally(max(0, int(suite.get("tests", 0)) - failed - skipped), failed, skipped)
    return total

"""How a figure is measured: medians and p95 of repeated runs, beside a baseline measured in the same run."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Figure:
    """One measured figure: what, its value in its unit, the baseline's, the target in words, and whether it holds."""

    what: str
    value: float
    unit: str
    baseline: float | None = None
    target: str = ""
    holds: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value against its baseline."""
        return self.value / self.baseline if self.baseline else None


@dataclass
class Timing:
    """Times of repeated runs in milliseconds, and the queries of one run."""

    times: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def median(self) -> float:
        """The median time."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 runs stay under."""
        return statistics.quantiles(self.times, n=20)[18]


def measure(work: Callable[[], Any], *, runs: int = 40, warm: int = 5) -> Timing:
    """Time a piece of work; the first runs warm caches and do not count."""
    for _ in range(warm):
        work()
    timing = Timing()
    with CaptureQueriesContext(connection) as caught:
        work()
    timing.queries = len(caught)
    gc.collect()
    gc.freeze()
    for _ in range(runs):
        started = time.perf_counter()
        work()
        timing.times.append((time.perf_counter() - started) * 1000)
    return timing


def in_turns(works: dict[str, Callable[[], Any]], *, runs: int = 40, warm: int = 5) -> dict[str, Timing]:
    """Time several pieces of work in turns, so that a busy moment of the machine falls on all alike."""
    found = {name: measure(work, runs=1, warm=warm) for name, work in works.items()}
    for timing in found.values():
        timing.times.clear()
    for _ in range(runs):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            found[name].times.append((time.perf_counter() - started) * 1000)
    return found


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Measure one piece of work in seconds."""
    started = time.perf_counter()
    ended: list[float] = []
    yield lambda: (ended[0] if ended else time.perf_counter()) - started
    ended.append(time.perf_counter())

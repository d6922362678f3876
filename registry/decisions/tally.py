"""How many decisions were yes and no, and why: figures for Prometheus, and nothing else of them is kept.

Each process counts by itself and adds to the shared cache every few seconds, so that a decision costs no write. A
process that dies takes its last seconds along; where the cache is files, two at the same instant may count as one.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable

from django.core.cache import cache

from registry.decisions.answers import Answer

FLUSHED_EVERY = 5.0  # seconds
KEY = "decisions:tally"
KEPT_FOR = 30 * 24 * 3600
_lock = threading.Lock()
_counted: Counter[str] = Counter()
_flushed = 0.0


def count(answers: Iterable[Answer]) -> None:
    """Count decisions: a yes, or a no by each of its reasons."""
    global _flushed
    with _lock:
        for each in answers:
            _counted.update(
                ["yes"] if each.decision else [f"no {code.partition(':')[0]}" for code in set(each.codes) or {"error"}]
            )
            _counted["decisions"] += 1
        if time.monotonic() - _flushed < FLUSHED_EVERY:
            return
        taken, _flushed = Counter(_counted), time.monotonic()
        _counted.clear()
    _add(taken)


def figures() -> dict[str, int]:
    """Return what was counted by all processes so far, this one's last seconds included."""
    with _lock:
        taken = Counter(_counted)
        _counted.clear()
    _add(taken)
    return dict(cache.get(KEY) or {})


def metrics() -> list[str]:
    """Return the figures as lines of Prometheus' text format."""
    found = figures()
    lines = [
        "# HELP plumbline_decisions_total Decisions answered over AuthZEN.",
        "# TYPE plumbline_decisions_total counter",
        f"plumbline_decisions_total {found.get('decisions', 0)}",
        "# HELP plumbline_decisions_by_reason_total Decisions that were yes, and reasons of those that were no.",
        "# TYPE plumbline_decisions_by_reason_total counter",
    ]
    for name in sorted(found.keys() - {"decisions"}):
        outcome, _, reason = name.partition(" ")
        lines.append(f'plumbline_decisions_by_reason_total{{decision="{outcome}",reason="{reason}"}} {found[name]}')
    return lines


def _add(taken: Counter[str]) -> None:
    if taken:
        cache.set(KEY, dict(Counter(cache.get(KEY) or {}) + taken), KEPT_FOR)

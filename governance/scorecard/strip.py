"""The scorecard on the briefing: the first six metrics over twelve weeks, for those who read everything.

A worker works them out every few minutes and keeps them in one row, so that the briefing costs one query for them. Where no
worker has been yet, or not for an hour, the page works them out itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import Cut, Figure, ScoreMetric
from governance.core.reading import one_reading
from governance.people import roles
from governance.policy import queries as policy
from governance.scorecard import measuring, shaping, windows
from governance.scorecard.measuring import Measured
from governance.scorecard.models import ScoreStrip
from governance.scorecard.reading import Asked, Everything
from governance.scorecard.shaping import Tile

SHOWN = 6
STALE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Strip:
    """Tiles as the briefing shows them, and when they were worked out."""

    tiles: tuple[Tile, ...]
    made_at: datetime


def strip(user: Any) -> Strip | None:
    """Return the scorecard's strip for a reader; None for those who do not read everything, and before there is a policy."""
    if not roles.reads_all(user) or policy.latest() is None:
        return None
    now, row = clock.now(), ScoreStrip.objects.filter(pk=1).first()
    fresh = row is not None and now - row.made_at < STALE
    kept = row if row is not None and fresh else ScoreStrip(pk=1, figures=_figures(), made_at=now)
    asked = Asked(windows.WEEKS, Cut(user))
    tiles = []
    for metric in _shown():
        if metric.key in kept.figures:
            figures = tuple(Figure(value, n, of) for value, n, of in kept.figures[metric.key])
            tiles.append(shaping.tile(metric, Measured(metric.key, figures, {}), asked))
    return Strip(tuple(tiles), kept.made_at)


def keep() -> ScoreStrip:
    """Work the strip out and keep it."""
    with one_reading():
        made = {"figures": _figures(), "made_at": clock.now()}
    return ScoreStrip.objects.update_or_create(pk=1, defaults=made)[0]


def _shown() -> list[ScoreMetric]:
    return [each for each in measuring.metrics() if not each.family][:SHOWN]


def _figures() -> dict[str, Any]:
    reader: Any = Everything()
    shown = _shown()
    found = measuring.work_out(shown, windows.of(windows.WEEKS), Cut(reader))
    return {each.key: [[figure.value, figure.n, figure.of] for figure in each.figures] for each in found}

"""The heat map: tiers across, controls down, in each cell how many surfaces meet the control of how many that must."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from governance.policy import queries as policy
from registry.controls import queries
from registry.controls.models import DEMANDED, RED, Status

STEPS = ((100, "full"), (90, "most"), (60, "half"), (0, "few"))


@dataclass(frozen=True)
class Cell:
    """One control in one tier: counts, the share that is met or excepted in whole percent, and its rows."""

    tier: int
    met: int = 0
    excepted: int = 0
    red: int = 0
    url: str = ""

    @property
    def demanded(self) -> int:
        """How many surfaces must meet it."""
        return self.met + self.excepted + self.red

    @property
    def percent(self) -> int:
        """How many of a hundred meet it, cut and never rounded up; an excepted one is not met."""
        return self.met * 100 // self.demanded if self.demanded else 0

    @property
    def shade(self) -> str:
        """How the cell is filled."""
        return next(name for least, name in STEPS if self.percent >= least)


@dataclass(frozen=True)
class Line:
    """One control across the tiers; a cell is None where no surface of the tier must meet it."""

    key: str
    title: str
    url: str
    cells: tuple[Cell | None, ...]
    red: int


def heat_map(user: Any, *, live: bool = True) -> dict[str, Any]:
    """Return the map over the surfaces that a person may see: live ones, or all that are not retired."""
    found = queries.visible_to(user).filter(status__in=DEMANDED, surface__tier__isnull=False)
    if live:
        found = found.filter(surface__state__in=("live", "paused"))
    counts: dict[tuple[str, int], dict[str, int]] = {}
    titles: dict[str, str] = {}
    rows = found.order_by().values_list("control", "title", "surface__tier", "status").annotate(number=Count("pk"))
    for control, title, tier, status, number in rows:
        titles[control] = title
        held = counts.setdefault((control, tier), {"met": 0, "excepted": 0, "red": 0})
        held["red" if status in RED else "excepted" if status == Status.EXCEPTED else "met"] += number
    order = {row["key"]: place for place, row in enumerate(policy.document()["controls"])}
    kept = {"state": ["live", "paused"]} if live else {}
    lines = [_line(key, titles[key], counts, kept) for key in sorted(titles, key=lambda key: (order.get(key, 999), key))]
    tiers = [(row["number"], row["name"]) for row in policy.document()["tiers"]]
    return {"lines": lines, "tiers": tiers, "live": live, "red": sum(line.red for line in lines)}


def _line(key: str, title: str, counts: dict[tuple[str, int], dict[str, int]], kept: dict[str, Any]) -> Line:
    cells = []
    for tier in range(5):
        found = counts.get((key, tier))
        url = _rows({"control": key, "tier": tier, "status": [str(one) for one in DEMANDED], **kept})
        cells.append(Cell(tier, **found, url=url) if found else None)
    red = sum(cell.red for cell in cells if cell)
    return Line(key, title, _rows({"control": key, "status": [str(one) for one in DEMANDED], **kept}), tuple(cells), red)


def _rows(filters: dict[str, Any]) -> str:
    return f"{reverse('control-results')}?{urlencode(filters, doseq=True)}"

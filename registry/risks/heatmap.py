"""The register as a picture: likelihood by impact, each cell with how many risks and the way to exactly those."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from registry.risks import queries, rules
from registry.risks.models import HIGH, Risk


@dataclass(frozen=True)
class Cell:
    """How many risks have one likelihood and one impact, how high that is, and where they are listed."""

    likelihood: int
    impact: int
    number: int
    band: str
    word: str
    url: str
    here: bool = False


@dataclass(frozen=True)
class Line:
    """One likelihood: its step, its words, and a cell for each impact."""

    step: int
    word: str
    meaning: str
    cells: list[Cell]


def draw(found: QuerySet[Risk], list_url: str, query: QueryDict, at: Risk | None = None) -> dict[str, Any]:
    """Return the map of risks: the likeliest on top, the worst on the right; `at` marks where one risk stands.

    `query` holds the filters by which `found` was narrowed; each cell's address adds its own to them.
    """
    counted = queries.counts(found)
    kept = query.copy()
    for name in ("likelihood", "impact", "page", "sort", "cols"):
        kept.pop(name, None)
    lines = [
        Line(step, *rules.LIKELIHOOD[step], [_cell(step, impact, counted, list_url, kept, at) for impact in rules.IMPACT])
        for step in sorted(rules.LIKELIHOOD, reverse=True)
    ]
    high = sum(number for (likelihood, impact), number in counted.items() if likelihood * impact >= HIGH)
    return {
        "lines": lines,
        "impacts": [(step, *words) for step, words in rules.IMPACT.items()],
        "total": sum(counted.values()),
        "high": high,
        "bands": [(key, word, least) for least, key, word in rules.BANDS],
    }


def _cell(
    likelihood: int, impact: int, counted: dict[tuple[int, int], int], list_url: str, kept: QueryDict, at: Risk | None
) -> Cell:
    query = kept.copy()
    query["likelihood"], query["impact"] = str(likelihood), str(impact)
    key, word = rules.band(likelihood * impact)
    here = at is not None and (at.likelihood, at.impact) == (likelihood, impact)
    number = counted.get((likelihood, impact), 0)
    return Cell(likelihood, impact, number, key, word, f"{list_url}?{query.urlencode()}", here)

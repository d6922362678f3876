"""Reads of figures: a handful of questions, each summed up by the database, whatever the number of incidents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Window
from django.db.models.functions import RowNumber

from governance.policy import queries as policy_queries
from incidents.cases.models import Incident
from incidents.cases.moments import Month, Seconds
from incidents.cases.repeating import WITHIN, repeats
from incidents.figures.counting import SPANS, Figures, Group, Line, Span

NOTHING = "–"


def figures(found: QuerySet[Incident], since: datetime, until: datetime, *, severities: Mapping[str, str]) -> Figures:
    """Return the figures of incidents reported from `since` up to `until`.

    `found` are the incidents to look at whatever their date: a repeat may repeat one from before. Times are those of
    incidents, without near misses: nobody waited for those to end.
    """
    rows = found.filter(reported_at__gte=since, reported_at__lt=until).order_by()
    kinds, places, reach = _kinds(rows), _places(rows), _reach(rows)
    total, near = _sum(kinds, "n"), sum(row["n"] for row in kinds if row["near_miss"])
    names = policy_queries.incident_rules().categories
    return Figures(
        since=since,
        until=until,
        total=total,
        near=near,
        repeated=_repeated(found, since, until) if total else 0,
        spans=tuple(_span(rows, key, _sum(kinds, key)) for key in SPANS),
        groups=(
            Group("category", "By kind", _lines(kinds, "category", lambda row: names.get(row["category"], row["category"]))),
            Group("severity", "By severity", _lines(kinds, "severity", lambda row: _severity(row["severity"], severities))),
            Group("tier", "By tier", _lines(kinds, "tier", lambda row: "" if row["tier"] is None else f"Tier {row['tier']}")),
            Group("team", "By team", _lines(places, "surface__team", lambda row: row["surface__team__name"] or "")),
            Group("vendor", "By vendor", _lines(places, "vendor", lambda row: row["vendor__name"] or "")),
        ),
        harm=_matrix(reach),
        months=_months(reach, since, until),
    )


def _kinds(rows: QuerySet[Incident]) -> list[dict[str, Any]]:
    counts: dict[str, Any] = {key: Count("pk", filter=_measured(key)) for key in SPANS}
    return list(rows.values("category", "severity", "tier", "near_miss").annotate(n=Count("pk"), hurt=_hurt(), **counts))


def _places(rows: QuerySet[Incident]) -> list[dict[str, Any]]:
    named = rows.values("surface__team", "surface__team__name", "vendor", "vendor__name", "near_miss")
    return list(named.annotate(n=Count("pk"), hurt=_hurt()))


def _reach(rows: QuerySet[Incident]) -> list[dict[str, Any]]:
    dated = rows.annotate(month=Month("reported_at"))
    return list(dated.values("month", "user_harm", "blast_radius", "near_miss").annotate(n=Count("pk")))


def _hurt() -> Count:
    return Count("pk", filter=Q(near_miss=False, user_harm__gte=2))


def _measured(key: str) -> Q:
    begun, over = SPANS[key].fields
    return Q(**{"near_miss": False, f"{begun}__isnull": False, f"{over}__isnull": False})


def _span(rows: QuerySet[Incident], key: str, count: int) -> Span:
    """The middle and the slow end of one length of time, by nearest rank; both are lengths that really happened."""
    if not count:
        return Span(key, 0, None, None)
    begun, over = SPANS[key].fields
    ranks = {ceil(count * 0.5), ceil(count * 0.9)}
    took = rows.filter(_measured(key)).annotate(took=Seconds(over) - Seconds(begun))
    placed = took.annotate(place=Window(RowNumber(), order_by=[F("took"), F("pk")]))
    held = dict(placed.filter(place__in=ranks).values_list("place", "took"))
    return Span(key, count, held.get(ceil(count * 0.5)), held.get(ceil(count * 0.9)))


def _repeated(found: QuerySet[Incident], since: datetime, until: datetime) -> int:
    near = found.filter(reported_at__gte=since - WITHIN, reported_at__lt=until)
    # A filter beside the window would be applied before it, and hide what is repeated from before the period.
    return found.filter(pk__in=repeats(near).values("pk"), reported_at__gte=since).count()


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def _severity(key: str, severities: Mapping[str, str]) -> str:
    return f"{key} {severities.get(key, '')}".strip()


def _lines(rows: Iterable[Mapping[str, Any]], by: str, label: Any) -> tuple[Line, ...]:
    """The rows summed up by one of their columns, the largest first; what has none comes last."""
    counts: dict[Any, Counter[str]] = {}
    labels: dict[Any, str] = {}
    for row in rows:
        counts.setdefault(row[by], Counter()).update({"near" if row["near_miss"] else "real": row["n"], "hurt": row["hurt"]})
        labels[row[by]] = label(row)
    lines = [Line(key, labels[key] or NOTHING, tally["real"], tally["near"], tally["hurt"]) for key, tally in counts.items()]
    return tuple(sorted(lines, key=lambda line: (line.key in (None, ""), -line.total, line.label)))


def _matrix(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], int]:
    held: Counter[tuple[int, int]] = Counter()
    for row in rows:
        if not row["near_miss"] and row["user_harm"] is not None and row["blast_radius"] is not None:
            held[(row["user_harm"], row["blast_radius"])] += row["n"]
    return dict(held)


def _months(rows: Iterable[Mapping[str, Any]], since: datetime, until: datetime) -> tuple[tuple[str, int, int], ...]:
    """Each month of the period with its incidents and near misses; from the first with any, where it has no beginning."""
    held: dict[str, list[int]] = {}
    for row in rows:
        held.setdefault(row["month"], [0, 0])[row["near_miss"]] += row["n"]
    if not held:
        return ()
    first = max(f"{since:%Y-%m}", min(held))
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (name := f"{year:04}-{month:02}") <= max(held):
        found.append((name, *held.get(name, (0, 0))))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return tuple(found)

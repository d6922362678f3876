"""Figures as the page shows them: which period and narrowing are asked for, and the list that each figure opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import QueryDict
from django.urls import reverse

from governance.core import clock
from governance.core.digest import digest
from governance.core.errors import Invalid
from governance.ledger import queries as ledger
from incidents.cases import queries as cases
from incidents.figures import queries
from incidents.figures.counting import Figures
from incidents.running.queries import severities
from incidents.running.tables import IncidentFilters

PERIODS = {"30": "30 days", "90": "90 days", "365": "A year", "all": "All"}
USUAL = "90"
FIRST = date(1970, 1, 1)
NARROWING = ("tier", "category", "severity", "team", "vendor", "surface", "source", "cause")
"""What the figures can be narrowed to: filters of the list of incidents."""
KEPT_SECONDS = 60


@dataclass(frozen=True)
class Asked:
    """What somebody wants figures of: whole days from `since` up to `until` (UTC), and filters of the list of incidents.

    `period` is one of PERIODS, or empty where the days were named.
    """

    period: str
    since: datetime
    until: datetime
    narrowing: QueryDict

    def list_url(self, **more: Any) -> str:
        """Return the list of the incidents of the period, narrowed further."""
        given = [(name, value) for name, values in self.narrowing.lists() for value in values if name not in more]
        given += [(name, str(value)) for name, value in more.items()]
        if self.since.date() != FIRST:
            given.append(("reported_after", self.since.isoformat()))
        given.append(("reported_before", self.until.isoformat()))
        return f"{reverse('incidents')}?{urlencode(given)}"

    def url(self, **changes: Any) -> str:
        """Return these figures with something else asked for; None takes a filter away."""
        given = {name: values for name, values in self.narrowing.lists() if name not in changes}
        days = {"period": self.period} if self.period else {"from": f"{self.since:%Y-%m-%d}", "to": f"{self.last:%Y-%m-%d}"}
        if "period" in changes:
            days = {}
        asked = {**days, **given, **{name: value for name, value in changes.items() if value is not None}}
        return f"{reverse('incident-figures')}?{urlencode(asked, doseq=True)}"

    @property
    def last(self) -> date:
        """The last day of the period."""
        return (self.until - timedelta(days=1)).date()


def asked_for(params: Mapping[str, Any]) -> Asked:
    """Read what is asked for from query parameters. Raises Invalid by field for what is no day or no period."""
    given = params if isinstance(params, QueryDict) else QueryDict(urlencode(params, doseq=True))
    narrowing = QueryDict(mutable=True)
    for name in NARROWING:
        if values := [value for value in given.getlist(name) if value]:
            narrowing.setlist(name, values)
    today = clock.now().date()
    begun, over = _day(given, "from"), _day(given, "to")
    if begun or over:
        first, last = begun or FIRST, over or today
        if first > last:
            raise Invalid("The period ends before it begins.", fields={"to": ["This is before the first day."]})
        return Asked("", _midnight(first), _midnight(last + timedelta(days=1)), narrowing)
    period = given.get("period") or USUAL
    if period not in PERIODS:
        raise Invalid("There is no such period.", fields={"period": [f"One of {', '.join(PERIODS)}."]})
    first = FIRST if period == "all" else today - timedelta(days=int(period) - 1)
    return Asked(period, _midnight(first), _midnight(today + timedelta(days=1)), narrowing)


def _day(given: QueryDict, name: str) -> date | None:
    word = given.get(name, "")
    if not word:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise Invalid("A day is written like 2026-11-21.", fields={name: ["Write it like 2026-11-21."]}) from error


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def of(user: Any, asked: Asked, request: Any) -> Figures:
    """Return the figures that somebody asks for, of the incidents they see. Raises Invalid by field for an unknown filter.

    Kept as long as nothing is written in the ledger, and no longer than a minute: who sees what also follows the time.
    """
    filters = IncidentFilters(asked.narrowing, queryset=cases.visible_to(user), request=request)
    if not filters.is_valid():
        wrong = {name: [str(each) for each in errors] for name, errors in filters.form.errors.items()}
        raise Invalid("These figures cannot be narrowed so.", fields=wrong)
    wanted = {"since": asked.since, "until": asked.until, "by": dict(asked.narrowing.lists())}
    key = f"incident-figures:{user.pk}:{ledger.head_digest()}:{digest(wanted)}"
    found: Figures | None = cache.get(key)
    if found is None:
        found = queries.figures(filters.qs, asked.since, asked.until, severities=severities())
        cache.set(key, found, KEPT_SECONDS)
    return found


def table(figures: Figures) -> list[tuple[str, str, str, Any]]:
    """Return all figures as rows of section, name, what is counted, and value: for CSV and for reading side by side."""
    rows: list[tuple[str, str, str, Any]] = [
        ("all", "", "incidents", figures.real),
        ("all", "", "near misses", figures.near),
        ("all", "", "near-miss rate", _rounded(figures.near_rate)),
        ("all", "", "repeats", figures.repeated),
        ("all", "", "repeat rate", _rounded(figures.repeat_rate)),
    ]
    for span in figures.spans:
        rows += [("time", span.kind.name, what, value) for what, value in
                 (("incidents", span.count), ("median seconds", span.median), ("p90 seconds", span.p90))]  # fmt: skip
    for group in figures.groups:
        for line in group.lines:
            rows += [(group.key, line.label, what, value) for what, value in
                     (("incidents", line.real), ("near misses", line.near), ("misled or hurt somebody", line.hurt))]  # fmt: skip
    rows += [
        ("harm and radius", f"{harm} × {radius}", "incidents", count) for (harm, radius), count in sorted(figures.harm.items())
    ]
    for month, real, near in figures.months:
        rows += [("month", month, "incidents", real), ("month", month, "near misses", near)]
    return rows


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)

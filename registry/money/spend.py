"""What was spent: by whatever one asks, unowned first; with the forecast of the month. Reads through `usage.queries` alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.people.models import Role, Team, User
from registry.assets.models import AssetVersion
from registry.catalog.models import Endpoint, Vendor
from registry.money import forecast
from registry.money.forecast import Forecast
from registry.surfaces.models import Surface
from registry.usage import queries as usage
from registry.usage.models import FIGURES, UsageSource
from registry.usage.queries import ANYWHERE, Row, Where

BY: Mapping[str, str] = {
    "surface": "Surface",
    "team": "Team",
    "feature": "Feature",
    "model": "Model",
    "prompt": "Prompt version",
    "vendor": "Vendor",
    "day": "Day",
}
"""What spend is cut by, in the order of the page."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "surface": ("surface",),
    "team": ("team",),
    "feature": ("surface", "feature"),
    "model": ("provider", "model"),
    "prompt": ("surface", "prompt_version", "prompt"),
    "vendor": ("vendor", "provider"),
    "day": ("day",),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of spend: what it is, its page, who answers for it, what it came to, and what it came to a month before."""

    name: str
    row: Row
    url: str = ""
    detail: str = ""
    owner: Any = None
    is_unowned: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month (UTC) as far as it is over: `end` is its last day, or today."""

    first: date
    end: date
    is_over: bool

    @property
    def before(self) -> tuple[date, date]:
        """The month before: all of it, or as many days of it as this one has so far."""
        last = self.first - timedelta(days=1)
        start = last.replace(day=1)
        return (start, last) if self.is_over else (start, min(last, start + (self.end - self.first)))


@dataclass(slots=True)
class Spend:
    """What a month came to: all of it, its lines, and those that nobody answers for, dearest first."""

    month: Month
    total: Row
    before: int
    lines: list[Line]
    unowned: list[Line]
    days: Mapping[date, int] = field(default_factory=dict)
    forecast: Forecast | None = None

    @property
    def unowned_cost(self) -> int:
        """What nobody answers for came to."""
        return sum(each.row.cost for each in self.unowned)


def everything() -> User:
    """Return a reader of everything, for figures that hold for the company: never saved, never shown."""
    return User(role=Role.LEADER, is_active=True)


def month_of(day: date) -> Month:
    """Return the month of a day, as far as it is over by today (UTC)."""
    first, last = forecast.month_of(day)
    today = clock.now().date()
    return Month(first, min(last, max(today, first)), last < today)


def spend(user: Any, month: Month, by: str, where: Where = ANYWHERE, *, nobodys: bool = True) -> Spend:
    """Return what a month came to, of what a reader sees; `by` is one of `BY`, `nobodys` asks for what nobody answers for.

    Raises KeyError for another cut.
    """
    start, end = month.before
    rows = usage.sums(user, start=month.first, end=month.end, by=COLUMNS[by], where=where)
    earlier = usage.sums(user, start=start, end=end, by=COLUMNS[by], where=where) if by != "day" else []
    costs = {tuple(row.of.values()): row.cost for row in earlier}
    lines = Names(rows).lines(by, rows, costs)
    days = days_of(user, month, where)
    total = add(rows)
    foretold = None if month.is_over else forecast.forecast(days, month.end)
    before = sum(costs.values()) if by != "day" else usage.total(user, start=start, end=end, where=where).cost
    missing = unowned(user, month, where) if nobodys else []
    return Spend(month, total, before, lines, missing, days, foretold)


def days_of(user: Any, month: Month, where: Where = ANYWHERE) -> dict[date, int]:
    """Return the cost of each day of a month and of the four weeks before it, without the days that cost nothing."""
    start = month.first - timedelta(days=forecast.BACK)
    rows = usage.sums(user, start=start, end=month.end, by=("day",), where=where)
    return {row.of["day"]: row.cost for row in rows}


def unowned(user: Any, month: Month, where: Where = ANYWHERE) -> list[Line]:
    """Return what nobody answers for: calls of no registered surface by program, and surfaces without an active owner."""
    rows = usage.sums(user, start=month.first, end=month.end, by=("surface", "owner"), where=where)
    held = [row for row in rows if row.of["surface"] is not None]
    names = Names(held)
    lines = [each for each in names.lines("surface", held, {}) if each.is_unowned]
    if any(row.of["surface"] is None for row in rows):
        by = ("source", "service", "provider", "model")
        nameless = usage.sums(user, start=month.first, end=month.end, by=by, where=where_unknown(where))
        lines += [_nameless(row) for row in nameless]
    return sorted(lines, key=lambda each: -each.row.cost)


def where_unknown(where: Where) -> Where:
    """Return a limit narrowed to calls of no registered surface."""
    return Where(**{name: getattr(where, name) for name in Where.__slots__} | {"known_surface": False})


def _nameless(row: Row) -> Line:
    program, model = row.of["service"] or "A program without a name", row.of["model"] or row.of["provider"] or "a model"
    return Line(program, row, "", f"calls {model}; no surface is registered for it", None, True)


def add(rows: Iterable[Row]) -> Row:
    """Return the sum of rows, without what they were cut by."""
    held = list(rows)
    figures = {name: sum(getattr(row, name) for row in held) for name in FIGURES}
    return Row({}, **figures)


class Names:
    """What ids of rows are called, read in one statement for each kind."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.held = {name: {row.of[name] for row in rows if row.of.get(name) is not None} for name in _KINDS}
        self.read = {name: _read(name, ids) for name, ids in self.held.items() if ids}

    def named(self, name: str, pk: Any) -> Any:
        """Return the record behind an id; None for none."""
        return self.read.get(name, {}).get(pk)

    def lines(self, by: str, rows: Sequence[Row], before: Mapping[tuple[Any, ...], int]) -> list[Line]:
        """Return lines of a cut: what nobody answers for first, then the dearest; days in their order."""
        made = [self._line(by, row, before.get(tuple(row.of.values()), 0)) for row in rows]
        if by == "day":
            return sorted(made, key=lambda each: each.row.of["day"])
        return sorted(made, key=lambda each: (not each.is_unowned, -each.row.cost, -each.row.calls, each.name))

    def _line(self, by: str, row: Row, before: int) -> Line:
        name, url, detail, owner, missing = getattr(self, f"_{by}")(row)
        return Line(name, row, url, detail, owner, missing, before)

    def _surface(self, row: Row) -> tuple[str, str, str, Any, bool]:
        surface: Surface | None = self.named("surface", row.of["surface"])
        if surface is None:
            return "No registered surface", "", "", None, True
        owner = surface.owner if surface.owner is not None and surface.owner.is_active else None
        return surface.name, reverse("surface-spend", args=[surface.key]), surface.key, owner, owner is None

    def _team(self, row: Row) -> tuple[str, str, str, Any, bool]:
        team = self.named("team", row.of["team"])
        if team is None:
            return "No team", "", "", None, True
        return team.name, "", "", team.lead, False

    def _feature(self, row: Row) -> tuple[str, str, str, Any, bool]:
        _, _, detail, owner, missing = self._surface(row)
        surface = self.named("surface", row.of["surface"])
        within = surface.name if surface is not None else "No registered surface"
        return row.of["feature"] or f"{within}, no feature said", "", f"{within} {detail}".strip(), owner, missing

    def _model(self, row: Row) -> tuple[str, str, str, Any, bool]:
        return row.of["model"] or "No model said", "", row.of["provider"], None, False

    def _prompt(self, row: Row) -> tuple[str, str, str, Any, bool]:
        _, _, detail, owner, missing = self._surface(row)
        surface, version = self.named("surface", row.of["surface"]), self.named("prompt_version", row.of["prompt_version"])
        within = f"{surface.name if surface is not None else 'No registered surface'} {detail}".strip()
        if version is not None:
            return f"{version.asset.name} {version.label}", version.asset.get_absolute_url(), within, owner, missing
        return row.of["prompt"] or "No prompt said", "", within, owner, missing

    def _vendor(self, row: Row) -> tuple[str, str, str, Any, bool]:
        vendor = self.named("vendor", row.of["vendor"])
        if vendor is None:
            return row.of["provider"] or "No vendor said", "", "of no endpoint in the catalogue", None, False
        return vendor.name, vendor.get_absolute_url(), row.of["provider"], vendor.owner, False

    def _day(self, row: Row) -> tuple[str, str, str, Any, bool]:
        return row.of["day"].isoformat(), "", "", None, False


_KINDS = ("surface", "team", "vendor", "prompt_version", "source", "endpoint")


def _read(name: str, ids: Iterable[int]) -> dict[int, Any]:
    models: Mapping[str, Any] = {
        "surface": Surface.objects.select_related("owner", "team").defer("attributes", "answers", "tier_reasons"),
        "team": Team.objects.select_related("lead"),
        "vendor": Vendor.objects.select_related("owner"),
        "prompt_version": AssetVersion.objects.select_related("asset"),
        "source": UsageSource.objects.all(),
        "endpoint": Endpoint.objects.all(),
    }
    found: dict[int, Any] = models[name].in_bulk(list(ids))
    return found

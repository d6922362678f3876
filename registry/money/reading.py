"""Money as pages and files show it: the month that is asked for, figures, pictures, rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from governance.core import clock
from governance.people import roles
from governance.ui import atoms, pictures
from governance.ui.pictures import Band, Mark, Picture, Series
from registry.money import amounts, forecast
from registry.money.models import Scope, SpendLimit
from registry.money.spend import BY, Line, Month, Spend, month_of
from registry.usage.models import NANO
from registry.usage.queries import ANYWHERE, Where

MOST_SHOWN = 12
MOST_LINES = 60
APART = 12
MONTHS_BACK = 12
IDS = ("surface", "team", "vendor")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a month, what spend is cut by, and what it is limited to."""

    month: Month
    by: str
    where: Where
    narrowed: Mapping[str, str]

    def url(self, name: str = "spend", **changes: str) -> str:
        """Return the address with something changed."""
        held = {"month": f"{self.month.first:%Y-%m}", "by": self.by, **self.narrowed} | changes
        return f"{reverse(name)}?{urlencode({key: value for key, value in held.items() if value})}"


def asked_for(params: QueryDict) -> Asked:
    """Read an address: `month` (2026-11), `by`, `surface`, `team`, `vendor` (ids), `model`, `feature`; the rest is ignored."""
    by = params.get("by", "")
    given: dict[str, str] = {name: str(params.get(name, ""))[:300] for name in (*IDS, "model", "feature")}
    narrowed = {name: value for name, value in given.items() if value and (name not in IDS or value.isdecimal())}
    where = Where(
        surfaces=_ids(narrowed, "surface"),
        teams=_ids(narrowed, "team"),
        vendors=_ids(narrowed, "vendor"),
        models=[narrowed["model"]] if "model" in narrowed else None,
        features=[narrowed["feature"]] if "feature" in narrowed else None,
    )
    return Asked(
        month_of(day_of(params.get("month", ""))), by if by in BY else "surface", where if narrowed else ANYWHERE, narrowed
    )


def _ids(narrowed: Mapping[str, str], name: str) -> list[int] | None:
    return [int(narrowed[name][:18])] if name in narrowed else None


def day_of(text: str) -> date:
    """Return the first day of a month written 2026-11; this month's for anything else, and for months to come."""
    today = clock.now().date()
    year, _, number = text.partition("-")
    if len(text) != 7 or not (year.isdecimal() and number.isdecimal()) or not (1 <= int(number) <= 12 and int(year) >= 2000):
        return today.replace(day=1)
    return min(date(int(year), int(number), 1), today.replace(day=1))


def months(asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the months one can go to, latest first: label, address, whether it is this one."""
    first, found = clock.now().date().replace(day=1), []
    for _ in range(MONTHS_BACK):
        current = first == asked.month.first
        label = f"{first:%B}" if first.year == clock.now().year else f"{first:%B %Y}"
        found.append((label, asked.url(month=f"{first:%Y-%m}"), current))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def tiles(found: Spend, currency: str) -> list[tuple[str, str, str]]:
    """Return the figures on top: title, value, and what stands below it."""
    month = f"{found.month.first:%B}"
    made = [(f"Spent in {month}" if found.month.is_over else f"Spent in {month} so far", *_moved(found, currency))]
    if not found.month.is_over:
        made.append(_foretold(found.forecast, currency))
    unowned = found.unowned_cost
    share = f"{unowned * 100 // found.total.cost} % of all" if unowned and found.total.cost else "somebody answers for all of it"
    made.append(("Nobody answers for", amounts.said(unowned, currency), share))
    worth = found.total.cost_per_success
    tasks = f"{atoms.number(found.total.tasks_ok)} tasks ended well" if found.total.tasks_ok else "no task's end was told"
    made.append(("Per task done well", amounts.said(round(worth), currency) if worth is not None else "–", tasks))
    return made


def _moved(found: Spend, currency: str) -> tuple[str, str]:
    before, now = found.before, found.total.cost
    span = "the month before" if found.month.is_over else "the same days a month before"
    if not before:
        return amounts.said(now, currency), f"nothing in {span}"
    change = round((now - before) * 100 / before)
    word = f"{change} % more than" if change > 0 else f"{-change} % less than" if change < 0 else "as much as"
    return amounts.said(now, currency), f"{word} {span}"


def _foretold(found: forecast.Forecast | None, currency: str) -> tuple[str, str, str]:
    if found is None:
        return "By the month's end", "–", "foretold from a week of days on"
    low, high = amounts.said(found.low, currency), amounts.said(found.high, currency)
    return "By the month's end, about", amounts.said(found.middle, currency), f"nine times of ten {low} to {high}"


def curve(found: Spend, currency: str, limit: SpendLimit | None = None, title: str = "") -> Picture:
    """Draw what was spent by each day of the month, the range to come, and the limits."""
    today = found.month.end
    rows = forecast.running(found.days, today, found.forecast)
    points = [(f"{day.day} {day:%b}", _whole(spent)) for day, spent, _, _ in rows]
    band = None
    if found.forecast is not None:
        band = Band("range foretold", [_whole(low) for _, _, low, _ in rows], [_whole(high) for _, _, _, high in rows])
    marks = _marks(limit, max([each or 0 for _, each in points] + [(found.forecast.high / NANO) if found.forecast else 0]))
    said = f"{amounts.said(found.total.cost, currency)} by {today.day} {today:%B}"
    if found.forecast is not None:
        said += (
            f"; by the month's end {amounts.said(found.forecast.low, currency)} to {amounts.said(found.forecast.high, currency)}"
        )
    name = title or f"Spend in {found.month.first:%B %Y}"
    return pictures.line(
        [Series("spent", points)], title=name, unit=currency, target=marks, band=band, area=True, finding=f"{said}."
    )


def _marks(limit: SpendLimit | None, most: float) -> list[Mark] | None:
    """The limits as marks; the soft one only where its name does not run into the hard one's."""
    if limit is None:
        return None
    top = max(most, float(limit.hard))
    soft = [Mark("soft limit", limit.soft)] if float(limit.hard - limit.soft) * APART > top else []
    return [*soft, Mark("hard limit", limit.hard)]


def _whole(nano: int | None) -> float | None:
    return None if nano is None else nano / NANO


def shares(lines: Sequence[Line], currency: str, by: str) -> Picture | None:
    """Draw the dearest lines against one another; None where there is nothing to compare."""
    dear = sorted((each for each in lines if each.row.cost), key=lambda each: -each.row.cost)[:MOST_SHOWN]
    if len(dear) < 2:
        return None
    rows = [(each.name[:70], each.row.cost / NANO, "stop" if each.is_unowned else "") for each in dear]
    return pictures.shares(rows, title=f"Spend by {BY[by].lower()}", unit=currency)


def days(found: Spend, currency: str) -> Picture:
    """Draw each day's cost."""
    span = (found.month.end - found.month.first).days + 1
    points = []
    for number in range(span):
        day = found.month.first + timedelta(days=number)
        points.append((f"{day.day} {day:%b}", found.days.get(day, 0) / NANO))
    return pictures.bars([Series("spent", points)], title="Spend by day", unit=currency)


def table(lines: Iterable[Line], total: int, currency: str) -> list[dict[str, Any]]:
    """Return lines as a page shows them."""
    made = []
    for each in lines:
        row = each.row
        worth = row.cost_per_success
        made.append(
            {
                "line": each,
                "owner": atoms.person(each.owner),
                "spent": amounts.said(row.cost, currency),
                "share": f"{row.cost * 100 / total:.0f} %" if total and row.cost else "",
                "before": amounts.said(each.before, currency) if each.before else "",
                "calls": atoms.number(row.calls),
                "tokens": f"{short(row.tokens_in)} in, {short(row.tokens_out)} out",
                "worth": amounts.said(round(worth), currency) if worth is not None else "",
                "unpriced": atoms.number(row.unpriced) if row.unpriced else "",
            }
        )
    return made


def short(tokens: int) -> str:
    """Write a count of tokens short: 12.4 M."""
    for size, letter in ((10**9, "bn"), (10**6, "M"), (10**3, "k")):
        if tokens >= size:
            return f"{tokens / size:.1f}{atoms.NBSP}{letter}"
    return str(tokens)


CSV = (
    "name", "detail", "owner", "unowned", "spent", "currency", "spent_before", "calls", "unpriced_calls", "tokens_in",
    "tokens_out", "tokens_cached", "tasks", "tasks_ok", "per_task_done_well",
)  # fmt: skip


def rows(lines: Iterable[Line], currency: str) -> Iterable[tuple[Any, ...]]:
    """Return lines as a file holds them; amounts to the billionth."""
    for each in lines:
        row = each.row
        worth = row.cost_per_success
        owner = each.owner.name if each.owner is not None else ""
        yield (
            each.name, each.detail, owner, "yes" if each.is_unowned else "no", amounts.plain(amounts.decimal(row.cost)), currency,
            amounts.plain(amounts.decimal(each.before)), row.calls, row.unpriced, row.tokens_in, row.tokens_out,
            row.tokens_cached, row.tasks, row.tasks_ok, amounts.plain(amounts.decimal(round(worth))) if worth is not None else "",
        )  # fmt: skip


def company_limit() -> SpendLimit | None:
    """Return the company's own limit, if it has one."""
    return SpendLimit.objects.filter(scope=Scope.COMPANY, state=SpendLimit.State.ACTIVE).first()


def sees_all(user: Any) -> bool:
    """Whether what a reader is shown is all that was spent."""
    return bool(roles.reads_all(user))

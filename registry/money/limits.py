"""How spend limits stand: what was spent of each in its month, and which marks are passed. Reads everything, for the company."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from governance.core import clock
from governance.policy import queries as policy
from registry.contracts.shape import Contract
from registry.money import amounts, forecast
from registry.money.models import AtHard, Scope, SpendLimit
from registry.money.spend import everything
from registry.surfaces.models import Surface
from registry.usage import pricing
from registry.usage import queries as usage

A_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a limit stands in a month: `spent` of it in billionths, of calls that have a price."""

    limit: SpendLimit
    month: date
    spent: int
    unpriced: int = 0

    @property
    def hard(self) -> int:
        """The hard limit in billionths."""
        return amounts.nano(self.limit.hard)

    @property
    def share(self) -> float:
        """How much of the hard limit is spent: 1 is all of it."""
        return self.spent / self.hard if self.hard else 0.0

    @property
    def percent(self) -> int:
        """The same in whole per cent, cut off, so that 100 is said of nothing less."""
        return self.spent * 100 // self.hard if self.hard else 0

    @property
    def is_reached(self) -> bool:
        """Whether the hard limit is reached."""
        return self.spent >= self.hard

    @property
    def is_soft(self) -> bool:
        """Whether the soft limit is passed."""
        return self.spent >= amounts.nano(self.limit.soft)

    def passed(self, warn_at: Iterable[int]) -> list[tuple[int, bool]]:
        """Return the marks that are passed, lowest first: (per cent of the hard limit, whether it is the soft limit)."""
        soft = int(self.limit.soft * 100 / self.limit.hard)
        found = [(each, False) for each in warn_at if each < 100 and self.spent * 100 >= self.hard * each]
        found += [(soft, True)] if self.is_soft and soft < 100 else []
        return sorted({*found, *([(100, False)] if self.is_reached else [])})


def standings(limits: Sequence[SpendLimit], month: date | None = None) -> dict[int, Standing]:
    """Return how limits stand in a month (this one): one statement for each kind of scope, whatever their number."""
    first = (month or clock.now().date()).replace(day=1)
    end = forecast.month_of(first)[1]
    found: dict[int, Standing] = {}
    by_scope: dict[str, list[SpendLimit]] = defaultdict(list)
    for limit in limits:
        by_scope[limit.scope].append(limit)
    for scope, held in by_scope.items():
        name = _dimension(scope)
        where = _where(scope, {_value(each) for each in held}) if name else usage.ANYWHERE
        rows = usage.sums(everything(), start=first, end=end, by=(name,) if name else (), where=where)
        sums = {row.of.get(name): row for row in rows}
        for each in held:
            row = sums.get(_value(each) if name else None) or usage.Row()
            found[each.pk] = Standing(each, first, row.cost, row.unpriced)
    return found


def standing(limit: SpendLimit, month: date | None = None) -> Standing:
    """Return how one limit stands."""
    return standings([limit], month)[limit.pk]


def where_of(limit: SpendLimit) -> usage.Where:
    """Return what a limit's spend is limited to."""
    return usage.ANYWHERE if limit.scope == Scope.COMPANY else _where(limit.scope, {_value(limit)})


def _where(scope: str, wanted: Collection[Any]) -> usage.Where:
    if scope == Scope.SURFACE:
        return usage.Where(surfaces=wanted)
    if scope == Scope.TEAM:
        return usage.Where(teams=wanted)
    return usage.Where(vendors=wanted) if scope == Scope.VENDOR else usage.Where(features=wanted)


def _dimension(scope: str) -> str:
    return "" if scope == Scope.COMPANY else str(scope)


def _value(limit: SpendLimit) -> Any:
    return limit.feature if limit.scope == Scope.FEATURE else getattr(limit, f"{limit.scope}_id", None)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a surface's contract in force says of its budget, as a monthly limit in the company's currency."""

    hard: Decimal
    soft: Decimal
    owner_ref: str
    said: str


def offered(surface: Surface) -> Offered | None:
    """Return the limit that a surface's contract in force suggests; None where it names no budget that can be reckoned so.

    Budgets of a quarter or a year are shared out evenly; those of days and weeks are not months, and are left to people.
    Another currency is converted by today's exchange rate.
    """
    contract: Contract = surface.in_force.contract if surface.in_force is not None else {}
    budget = contract.get("budget") or {}
    if not budget.get("amount") or budget.get("period") not in A_YEAR or not budget.get("currency"):
        return None
    book, day = pricing.current(), clock.now().date()
    worth = book.worth(budget["currency"], day)
    if worth is None:
        return None
    amount = Decimal(str(budget["amount"])) * worth * A_YEAR[budget["period"]] / 12
    hard = (amount * Decimal(str(budget.get("hard_percent", 100))) / 100).quantize(amounts.CENT)
    soft = (amount * Decimal(str(budget.get("soft_percent", 80))) / 100).quantize(amounts.CENT)
    told = f"{budget['amount']:,} {budget['currency']} a {budget['period']}"
    return Offered(hard, min(soft, hard), str(budget.get("owner") or ""), told)


def warn_at() -> tuple[int, ...]:
    """Return at how many per cent of a hard limit policy has its owner told."""
    return policy.usage_rules().spending.warn_at


def does(limit: SpendLimit) -> str:
    """Say what happens when its hard limit is reached."""
    if limit.at_hard == AtHard.REFUSE:
        return "gateways that ask are refused"
    if limit.at_hard == AtHard.LOWER:
        return f"the mode is lowered to {limit.get_lower_to_display().lower()}"
    return "its owner is told"

"""What one call costs: by contract, by the endpoint's page, by public price lists, or as its gateway reckoned it.

Costs are whole billionths of the company's currency, rounded half up once, at the end. The price and the exchange rate are
those in force on the UTC day of the call. Reading what is agreed takes four statements after something changed, none
otherwise; pricing a call is arithmetic on whole numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Literal

from governance.ledger.models import Entry
from governance.policy import queries as policy
from registry.catalog import prices as library
from registry.catalog.models import Endpoint, Vendor
from registry.usage.models import NANO
from registry.usage.prices import ExchangeRate, Price

SCALE = 10**9
"""A rate is kept in billionths of a billionth of the currency for one token, so that no cheap price loses a digit."""

LIBRARY_CURRENCY = "USD"
MOST_KEPT = 50_000
MOST_COST = 10_000 * NANO
"""No single call costs more; a figure beyond it was counted wrongly, and is no price."""

MOST_SAID = 10_000

Origin = Literal["contract", "endpoint", "list"]


@dataclass(frozen=True, slots=True)
class Rate:
    """What one token costs, in `SCALE`ths of a billionth; `above` are dearer steps: (from how many input tokens, rate)."""

    given: int
    taken: int
    cached: int
    origin: Origin = "contract"
    source: str = ""
    above: tuple[tuple[int, "Rate"], ...] = ()

    def cost(self, tokens_in: int, tokens_out: int, tokens_cached: int) -> int:
        """Return the cost in billionths. Cached tokens are part of the input where they are not more than it."""
        rate = self
        for start, dearer in self.above:
            if tokens_in > start:
                rate = dearer
        fresh = tokens_in - tokens_cached if tokens_cached <= tokens_in else tokens_in
        return (fresh * rate.given + tokens_out * rate.taken + tokens_cached * rate.cached + SCALE // 2) // SCALE


@dataclass(slots=True)
class Book:
    """All that is agreed, as read at one moment, and what was looked up in it since."""

    currency: str
    by_endpoint: Mapping[int, list[Price]]
    by_vendor: Mapping[int, list[Price]]
    endpoints: Mapping[int, Endpoint]
    vendors: Mapping[str, Vendor]
    rates: Mapping[str, list[tuple[date, Decimal]]]
    found: dict[tuple[int | None, str, str, date], Rate | None] = field(default_factory=dict)

    def rate(self, endpoint: int | None, provider: str, model: str, day: date) -> Rate | None:
        """Return what a token costs on a day (UTC); None where no price, or no exchange rate, is known."""
        key = (endpoint, provider, model, day)
        if key not in self.found:
            if len(self.found) >= MOST_KEPT:
                self.found.clear()
            self.found[key] = self._look_up(endpoint, provider, model, day)
        return self.found[key]

    def worth(self, currency: str, day: date) -> Decimal | None:
        """Return what one unit of a currency is worth in the company's on a day; None where nobody said so."""
        if currency == self.currency:
            return Decimal(1)
        return next((rate for start, rate in self.rates.get(currency, ()) if start <= day), None)

    def price(
        self,
        *,
        endpoint: int | None,
        provider: str = "",
        model: str = "",
        at: datetime,
        tokens_in: int = 0,
        tokens_out: int = 0,
        tokens_cached: int = 0,
        said: float | None = None,
    ) -> int | None:
        """Return the cost of a call in billionths of the company's currency; see `pricing.price`."""
        day = at.astimezone(UTC).date()
        rate = self.rate(endpoint, provider, model, day)
        if rate is not None and (tokens_in or tokens_out or tokens_cached or said is None):
            cost = rate.cost(tokens_in, tokens_out, tokens_cached)
            return cost if cost <= MOST_COST else None
        if said is not None and 0 <= said <= MOST_SAID and (worth := self.worth(LIBRARY_CURRENCY, day)) is not None:
            return round(Decimal(repr(float(said))) * worth * NANO)
        nothing = endpoint is None and not model and not (tokens_in or tokens_out or tokens_cached)
        return 0 if nothing else None

    def _look_up(self, endpoint: int | None, provider: str, model: str, day: date) -> Rate | None:
        known = self.endpoints.get(endpoint) if endpoint is not None else None
        names = tuple(dict.fromkeys(name for name in (model, known.model if known else "") if name))
        vendor = known.vendor_id if known else getattr(self.vendors.get(provider.strip().casefold()), "pk", None)
        if agreed := self.agreed(endpoint, vendor, names, day):
            return self._converted(agreed, "contract", agreed.contract_ref or agreed.key, day)
        if known is not None and known.input_price is not None and known.output_price is not None:
            return self._converted(known, "endpoint", known.price_source, day)
        company = known.vendor.name if known else provider
        for name in names:
            if listed := library.listed(name, company, day):
                return self._listed(listed, day)
        return None

    def agreed(self, endpoint: int | None, vendor: int | None, names: Iterable[str], day: date) -> Price | None:
        """Return the contract's price of a day: the endpoint's own before the vendor's, the longest pattern first."""
        own = self.by_endpoint.get(endpoint, []) if endpoint is not None else []
        for each in own:
            if _holds(each, day):
                return each
        for each in self.by_vendor.get(vendor, []) if vendor is not None else []:
            if _holds(each, day) and any(fnmatchcase(name.casefold(), each.pattern.casefold()) for name in names):
                return each
        return None

    def _converted(self, said: Any, origin: Origin, source: str, day: date) -> Rate | None:
        worth = self.worth(said.currency, day)
        if worth is None:
            return None
        cached = getattr(said, "cached_price", None)
        given = _token(said.input_price, worth)
        return Rate(given, _token(said.output_price, worth), given if cached is None else _token(cached, worth), origin, source)

    def _listed(self, listed: library.Listed, day: date) -> Rate | None:
        worth = self.worth(LIBRARY_CURRENCY, day)
        if worth is None:
            return None
        steps = tuple((step.start, _of_step(step, worth, listed.source)) for step in listed.steps)
        first = steps[0][1]
        return Rate(first.given, first.taken, first.cached, "list", listed.source, steps[1:])


def price(
    *,
    endpoint: int | None,
    provider: str = "",
    model: str = "",
    at: datetime,
    tokens_in: int = 0,
    tokens_out: int = 0,
    tokens_cached: int = 0,
    said: float | None = None,
    book: Book | None = None,
) -> int | None:
    """Return what one call costs, in whole billionths of the company's currency; None where no price is known.

    `endpoint` is the id of the endpoint it was matched to, `provider` and `model` what the span said, `at` its beginning
    (aware), `said` the cost in US dollars by its gateway, which counts only where no price is known. What names no model and
    counts no token (a tool's call) costs nothing. Whoever prices many calls reads the `book` once for all of them.
    """
    return (book or current()).price(
        endpoint=endpoint,
        provider=provider,
        model=model,
        at=at,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        tokens_cached=tokens_cached,
        said=said,
    )


_kept: tuple[tuple[Any, ...], Book] | None = None


def current() -> Book:
    """Return all that is agreed: one statement where nothing happened since it was last read in this process."""
    global _kept
    head = Entry.objects.order_by("-seq").values_list("seq", "digest").first() or (0, "")
    if _kept is None or _kept[0] != head:
        _kept = (head, read())
    return _kept[1]


def read() -> Book:
    """Read all that is agreed, now."""
    by_endpoint: dict[int, list[Price]] = defaultdict(list)
    by_vendor: dict[int, list[Price]] = defaultdict(list)
    for each in Price.objects.order_by("-starts_on", "pk"):
        if each.endpoint_id is not None:
            by_endpoint[each.endpoint_id].append(each)
        elif each.vendor_id is not None:
            by_vendor[each.vendor_id].append(each)
    for found in by_vendor.values():
        found.sort(key=lambda each: (-len(each.pattern.replace("*", "")), "*" in each.pattern))
    currency = company_currency()
    rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for rate in ExchangeRate.objects.filter(base=currency).order_by("-starts_on"):
        rates[rate.currency].append((rate.starts_on, rate.rate))
    endpoints = {each.pk: each for each in Endpoint.objects.select_related("vendor").defer("notes", "who_may_use")}
    vendors: dict[str, Vendor] = {}
    for vendor in Vendor.objects.only("key", "name"):
        vendors.setdefault(vendor.key.casefold(), vendor)
        vendors.setdefault(vendor.name.casefold(), vendor)
    return Book(currency, dict(by_endpoint), dict(by_vendor), endpoints, vendors, dict(rates))


def company_currency() -> str:
    """Return the currency in which the company counts its money, as policy says."""
    return policy.usage_rules().spending.currency


def _holds(agreed: Price, day: date) -> bool:
    return agreed.starts_on <= day and (agreed.ends_on is None or day < agreed.ends_on)


def _token(per_million: Decimal, worth: Decimal) -> int:
    """What one token costs, in `SCALE`ths of a billionth, of a price for a million of them."""
    return round(per_million * worth * NANO * SCALE / 1_000_000)


def _of_step(step: library.Step, worth: Decimal, source: str) -> Rate:
    return Rate(_token(step.given, worth), _token(step.taken, worth), _token(step.cached, worth), "list", source)

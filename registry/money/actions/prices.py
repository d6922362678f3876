"""Writes down what was agreed with vendors, and what other currencies are worth."""

from datetime import date
from decimal import Decimal
from typing import Any

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.catalog.models import Endpoint, Vendor
from registry.money import rules
from registry.money.amounts import plain
from registry.money.repricing import ask
from registry.usage import pricing
from registry.usage.prices import ExchangeRate, Price

TERMS = ("input_price", "output_price", "cached_price", "currency", "starts_on", "ends_on", "contract_ref", "notes")


@action
def agree(
    *,
    actor: User,
    endpoint: Endpoint | None = None,
    vendor: Vendor | None = None,
    pattern: str = "",
    input_price: Decimal,
    output_price: Decimal,
    cached_price: Decimal | None = None,
    currency: str,
    starts_on: date,
    ends_on: date | None = None,
    contract_ref: str = "",
    notes: str = "",
    anew: bool = True,
) -> Price:
    """Write down a contract's price for an endpoint, or for a vendor's models by a pattern, in `currency` per million tokens.

    A price of the same thing that holds until further notice ends where this one begins. `anew` has the calls since then
    priced anew. Raises Denied for who may not, Invalid for what cannot be, Conflict where two prices would hold on one day.
    """
    if (endpoint is None) == (vendor is None) or (vendor is not None) != bool(pattern.strip()):
        said = ["One endpoint, or a vendor with its models."]
        raise Invalid("Say what it is the price of.", fields={"endpoint": said, "vendor": said})
    require(rules.may_price(actor, endpoint or vendor))
    if wrong := rules.wrong_price(input_price, output_price, cached_price, starts_on, ends_on):
        raise Invalid("This price cannot be kept.", fields=wrong)
    price = Price(endpoint=endpoint, vendor=vendor, pattern=pattern.strip(), input_price=input_price, output_price=output_price)
    price.cached_price, price.currency, price.starts_on, price.ends_on = cached_price, currency, starts_on, ends_on
    price.contract_ref, price.notes = contract_ref.strip(), notes.strip()
    _make_room(price, actor)
    made = transitions.create(price, actor=actor, kind="price.agreed", payload=_told(price), touches=_of(price))
    if anew:
        ask(actor, starts_on, ends_on, f"the price of {price.what}")
    return made


@action
def change(price: Price, *, actor: User, expected_version: int | None = None, anew: bool = True, **terms: Any) -> Price:
    """Change a price that was written down wrongly; see `agree`. Raises StaleState when it moved meanwhile."""
    price = _locked(price, expected_version)
    require(rules.may_price(actor, price.of))
    unknown = terms.keys() - set(TERMS)
    if unknown:
        raise TypeError(f"a price has no {', '.join(sorted(unknown))}")
    given = {name: terms.get(name, getattr(price, name)) for name in TERMS}
    figures = (given["input_price"], given["output_price"], given["cached_price"])
    if wrong := rules.wrong_price(*figures, given["starts_on"], given["ends_on"]):
        raise Invalid("This price cannot be kept.", fields=wrong)
    others = [each for each in _others(price) if each.pk != price.pk]
    if clash := rules.overlaps(others, given["starts_on"], given["ends_on"]):
        raise _two(clash[0])
    days = (min(price.starts_on, given["starts_on"]), _later(price.ends_on, given["ends_on"]))
    after = Price(**{name: getattr(price, name) for name in ("endpoint", "vendor", "pattern")}, **given)
    changed = transitions.change(
        price, actor=actor, kind="price.changed", changes=given, payload=_told(after), touches=_of(price)
    )
    if anew:
        ask(actor, *days, f"the price of {price.what}")
    return changed


@action
def end(price: Price, *, actor: User, ends_on: date, reason: str = "", expected_version: int | None = None) -> Price:
    """Let a price hold until before a day; what was called from then on is priced anew. Raises Invalid for an earlier start."""
    price = _locked(price, expected_version)
    require(rules.may_price(actor, price.of))
    if ends_on <= price.starts_on:
        raise Invalid("It would end before it begins.", fields={"ends_on": [f"After {price.starts_on.isoformat()}."]})
    was = price.ends_on
    told = _told(price) | {"ends_on": ends_on}
    done = transitions.change(
        price, actor=actor, kind="price.ended", changes={"ends_on": ends_on}, payload=told, touches=_of(price), reason=reason
    )
    ask(actor, min(ends_on, was or ends_on), was, f"the price of {price.what}")
    return done


@action
def set_rate(
    *, actor: User, currency: str, rate: Decimal, starts_on: date, source: str, base: str = "", anew: bool = True
) -> ExchangeRate:
    """Say what one unit of a currency is worth in the company's, from a day on.

    Raises Denied for who may not, Invalid for what cannot be, Conflict where that day has a rate.
    """
    require(rules.may_keep_rates(actor))
    base = base or pricing.company_currency()
    if wrong := rules.wrong_rate(rate, currency, base):
        raise Invalid("This rate cannot be kept.", fields=wrong)
    row = ExchangeRate(currency=currency, base=base, rate=rate, starts_on=starts_on, source=source.strip())
    made = transitions.create(row, actor=actor, kind="exchange_rate.set", payload=_rate_told(row))
    if anew:
        ask(actor, starts_on, None, f"what one {currency} is worth")
    return made


@action
def change_rate(
    row: ExchangeRate, *, actor: User, rate: Decimal, source: str, expected_version: int | None = None, anew: bool = True
) -> ExchangeRate:
    """Change a rate that was written down wrongly. Raises StaleState when it moved meanwhile."""
    require(rules.may_keep_rates(actor))
    row = ExchangeRate.objects.select_for_update().get(pk=row.pk)
    if expected_version is not None and row.version != expected_version:
        raise transitions.stale(row)
    if wrong := rules.wrong_rate(rate, row.currency, row.base):
        raise Invalid("This rate cannot be kept.", fields=wrong)
    told = _rate_told(row) | {"before": plain(row.rate), "rate": plain(rate), "source": source.strip()}
    changes = {"rate": rate, "source": source.strip()}
    done = transitions.change(row, actor=actor, kind="exchange_rate.changed", changes=changes, payload=told)
    if anew:
        ask(actor, row.starts_on, None, f"what one {row.currency} is worth")
    return done


def _make_room(price: Price, actor: User) -> None:
    """End what gives way to a new price. Raises Conflict for what does not."""
    for each in rules.overlaps(_others(price), price.starts_on, price.ends_on):
        if not rules.gives_way(each, price.starts_on):
            raise _two(each)
        told = _told(each) | {"ends_on": price.starts_on, "next": price.what}
        changes = {"ends_on": price.starts_on}
        transitions.change(each, actor=actor, kind="price.ended", changes=changes, payload=told, touches=_of(each))


def _others(price: Price) -> list[Price]:
    rows = Price.objects.select_for_update(of=("self",)).select_related("endpoint", "vendor")
    if price.endpoint_id is not None:
        return list(rows.filter(endpoint=price.endpoint_id))
    return list(rows.filter(vendor=price.vendor_id, pattern__iexact=price.pattern))


def _two(other: Price) -> Conflict:
    until = f" until {other.ends_on.isoformat()}" if other.ends_on else ""
    said = f"{other.key} holds from {other.starts_on.isoformat()}{until}, and two prices cannot hold on one day."
    return Conflict(said, fix="Choose other days, or change that price.")


def _locked(price: Price, expected_version: int | None) -> Price:
    rows = Price.objects.select_for_update(of=("self",))
    now = rows.select_related("endpoint__owner", "vendor__owner").get(pk=price.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _of(price: Price) -> tuple[Any, ...]:
    return (price.of,)


def _told(price: Price) -> dict[str, Any]:
    figures = f"{plain(price.input_price)} in, {plain(price.output_price)} out"
    cached = f", {plain(price.cached_price)} cached" if price.cached_price is not None else ""
    return {
        "what": price.what,
        "terms": f"{figures}{cached} {price.currency} per million tokens",
        "starts_on": price.starts_on,
        "ends_on": price.ends_on,
        "contract": price.contract_ref,
    }


def _rate_told(row: ExchangeRate) -> dict[str, Any]:
    told = {"currency": row.currency, "base": row.base, "rate": plain(row.rate), "starts_on": row.starts_on}
    return {**told, "source": row.source}

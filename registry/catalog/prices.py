"""What models cost by their public price lists, as suggestions: from the genai-prices library, which others maintain."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

from governance.core import clock

MOST = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry of a price list that fits a model: what a million tokens cost, in US dollars."""

    provider: str
    model: str
    name: str
    input_price: Decimal | None
    output_price: Decimal | None
    is_deprecated: bool
    remark: str

    @property
    def key(self) -> str:
        """Provider and model in one word."""
        return f"{self.provider}:{self.model}"

    @property
    def source(self) -> str:
        """Where it comes from, to be kept with the price."""
        return f"genai-prices {version('genai-prices')}, {self.provider} {self.model}"[:200]


@dataclass(frozen=True, slots=True)
class Step:
    """What a million tokens cost, in US dollars, for calls with more than `start` input tokens."""

    start: int
    given: Decimal
    taken: Decimal
    cached: Decimal


@dataclass(frozen=True, slots=True)
class Listed:
    """The list price of a model on a day: its first step holds for every call, later ones for longer inputs."""

    provider: str
    model: str
    source: str
    steps: tuple[Step, ...]


def listed(model: str, company: str, day: date) -> Listed | None:
    """Return what public price lists ask for a model on a day: of that company, or of whoever makes the model.

    None where they do not know the model, or do not price it by tokens.
    """
    found = _entry(model.strip().lower(), company.strip())
    if found is None:
        return None
    provider, entry = found
    prices = entry.get_prices(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    given, taken = prices.input_mtok, prices.output_mtok
    if given is None:
        return None
    cached = getattr(prices, "cache_read_mtok", None)
    asked = (given, taken if taken is not None else Decimal(0), cached if cached is not None else given)
    starts = sorted({0, *(tier.start for price in asked for tier in getattr(price, "tiers", ()))})
    steps = tuple(Step(start, *(_at(price, start) for price in asked)) for start in starts)
    source = f"genai-prices {version('genai-prices')}, {provider.id} {entry.id}"[:200]
    return Listed(provider.id, entry.id, source, steps)


@lru_cache(maxsize=4096)
def _entry(model: str, company: str) -> tuple[Any, Any] | None:
    """Return provider and entry that fit a model: the company's own first, then those of the model's maker."""
    if not model:
        return None
    near = [provider for provider in _providers() if _is_near(provider, company)]
    makers = [each for each in _providers() if each.model_match is not None and each.model_match.is_match(model)]
    for provider in (*near, *makers):
        entry = provider.find_model(model, all_providers=_providers())
        if entry is not None:
            return provider, entry
    return None


def _at(price: Any, start: int) -> Decimal:
    """A price, of one figure or of several tiers, for calls with more than `start` input tokens."""
    if isinstance(price, Decimal):
        return price
    found: Decimal = price.base
    for tier in price.tiers:
        if tier.start <= start:
            found = tier.price
    return found


@cache
def _providers() -> list[Any]:
    from genai_prices.data_snapshot import get_snapshot  # a megabyte of price lists: loaded when first asked for

    return list(get_snapshot().providers)


def suggest(model: str, vendor: str = "", at: datetime | None = None) -> list[Suggestion]:
    """Return the price-list entries that fit a model's name; those of its vendor first. Empty when none is known."""
    wanted = model.strip().lower()
    if not wanted:
        return []
    moment = at or clock.now()
    found = []
    for provider in _providers():
        near = _is_near(provider, vendor)
        for entry in provider.models:
            if entry.id.lower() == wanted or entry.is_match(wanted):
                made = _suggestion(provider, entry, moment)
                found.append((made.input_price is None, not near, entry.id.lower() != wanted, provider.id, made))
                break
    found.sort(key=lambda each: each[:4])
    return [each[4] for each in found[:MOST]]


def _is_near(provider: Any, vendor: str) -> bool:
    """Whether a provider is the vendor, by name."""
    name = vendor.casefold()
    return bool(name) and (name in provider.name.casefold() or provider.name.casefold() in name or provider.id in name)


def _suggestion(provider: Any, entry: Any, moment: datetime) -> Suggestion:
    prices = entry.get_prices(moment.astimezone(UTC))
    given, tiered_in = _plain(prices.input_mtok)
    taken, tiered_out = _plain(prices.output_mtok)
    remarks = [str(entry.price_comments or "")] + (["Long inputs cost more."] if tiered_in or tiered_out else [])
    return Suggestion(
        provider=provider.id,
        model=entry.id,
        name=entry.name or entry.id,
        input_price=given,
        output_price=taken,
        is_deprecated=bool(entry.deprecated),
        remark=" ".join(remark for remark in remarks if remark),
    )


def _plain(price: Any) -> tuple[Decimal | None, bool]:
    """A price as one figure (the first of several tiers), and whether there are more."""
    if price is None or isinstance(price, Decimal):
        return price, False
    return price.base, True

"""What models cost by their public price lists, as suggestions: from the genai-prices library, which others maintain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
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

"""Money over REST: prices, exchange rates, limits, spend, chargeback reports."""

from registry.money.api.limits import SpendLimitApi
from registry.money.api.prices import PriceApi, RateApi, RepricingApi
from registry.money.api.spend import ChargebackApi, SpendApi

__all__ = ["ChargebackApi", "PriceApi", "RateApi", "RepricingApi", "SpendApi", "SpendLimitApi"]

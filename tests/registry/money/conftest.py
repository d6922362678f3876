"""A live surface whose model has a price by contract, and money in the ledger's currency."""

from decimal import Decimal
from typing import Any

import pytest

from governance.core import clock
from registry.catalog.models import Endpoint
from registry.money.actions import prices
from registry.surfaces.models import Surface
from registry.usage.prices import Price
from tests.registry.usage.conftest import approve, live

__all__ = ["approve", "live"]


@pytest.fixture
def endpoint(live: Surface) -> Endpoint:
    """Meridian large, EU."""
    return Endpoint.objects.get(key="meridian-large-eu")


@pytest.fixture
def price(world: Any, endpoint: Endpoint) -> Price:
    """2 EUR in, 10 EUR out and 0.50 EUR cached for a million tokens, since long ago: `call()` costs 0.004 EUR."""
    return prices.agree(
        actor=world.rosa,
        endpoint=endpoint,
        input_price=Decimal(2),
        output_price=Decimal(10),
        cached_price=Decimal("0.5"),
        currency="EUR",
        starts_on=clock.now().date().replace(year=2024),
        contract_ref="Order 7",
        anew=False,
    )

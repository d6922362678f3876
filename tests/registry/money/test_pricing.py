"""What one call costs: which price holds, in which currency, to the billionth."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from registry.catalog import actions as catalog
from registry.catalog import prices as library
from registry.catalog.models import Endpoint, Vendor
from registry.money.actions import prices
from registry.usage import pricing
from registry.usage.models import NANO
from registry.usage.prices import Price
from registry.usage.pricing import Rate

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TERMS: dict[str, Any] = {"input_price": Decimal(1), "output_price": Decimal(2), "currency": "EUR"}


def cost(endpoint: Endpoint | None = None, at: datetime = NOON, **given: Any) -> int | None:
    told = {"provider": "meridian", "model": "meridian-2.1-large", "tokens_in": 1_000, "tokens_out": 100, **given}
    return pricing.price(endpoint=endpoint.pk if endpoint else None, at=at, **told)


def test_cached_tokens_are_part_of_the_input_and_rounding_happens_once() -> None:
    rate = Rate(given=3_000 * pricing.SCALE, taken=15_000 * pricing.SCALE, cached=300 * pricing.SCALE)
    assert rate.cost(1_000, 100, 400) == 600 * 3_000 + 400 * 300 + 100 * 15_000
    assert rate.cost(10, 0, 400) == 10 * 3_000 + 400 * 300, "a sender that counts cached tokens apart is taken at its word"
    third = Rate(given=pricing.SCALE // 3, taken=0, cached=0)
    assert [third.cost(tokens, 0, 0) for tokens in (1, 2, 3, 4_500_000)] == [0, 1, 1, 1_500_000 - 0]


def test_dearer_steps_hold_for_the_whole_call() -> None:
    dear = Rate(given=2 * pricing.SCALE, taken=0, cached=0)
    rate = Rate(given=pricing.SCALE, taken=0, cached=0, above=((200, dear),))
    assert (rate.cost(200, 0, 0), rate.cost(201, 0, 0)) == (200, 402)


def test_a_price_by_contract_goes_before_the_endpoints_page_and_that_before_the_public_list(
    world: Any, endpoint: Endpoint
) -> None:
    assert cost(endpoint) is None, "no list knows this model"
    catalog.set_price(
        endpoint, actor=world.rosa, input_price=Decimal(4), output_price=Decimal(4), source="Their page", currency="EUR"
    )
    assert cost(endpoint) == 1_100 * 4_000
    prices.agree(actor=world.rosa, vendor=endpoint.vendor, pattern="meridian-*", starts_on=date(2026, 1, 1), **TERMS)
    assert cost(endpoint) == 1_000 * 1_000 + 100 * 2_000
    prices.agree(actor=world.rosa, vendor=endpoint.vendor, pattern="meridian-2.1-*", starts_on=date(2026, 1, 1), **{
        **TERMS, "input_price": Decimal(7)
    })  # fmt: skip
    assert cost(endpoint) == 1_000 * 7_000 + 100 * 2_000, "the longest pattern fits best"
    own = prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=date(2026, 3, 4), **{**TERMS, "input_price": Decimal(0)})
    assert cost(endpoint) == 100 * 2_000
    before = datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC)
    assert cost(endpoint, at=before) == 1_000 * 7_000 + 100 * 2_000, "days are whole days in UTC"
    prices.end(own, actor=world.rosa, ends_on=date(2026, 3, 5))
    assert cost(endpoint, at=NOON + timedelta(days=1)) == 1_000 * 7_000 + 100 * 2_000
    assert cost(None) == 1_000 * 7_000 + 100 * 2_000, "a vendor's price holds for calls of no endpoint, by the provider's name"
    assert cost(None, provider="somebody") is None


def test_list_prices_count_in_the_rate_of_their_day(world: Any, endpoint: Endpoint) -> None:
    found = library.listed("gpt-4o", "openai", date(2026, 3, 4))
    assert found is not None and found.steps[0].given == Decimal("2.5") and "openai gpt-4o" in found.source
    assert library.listed("gpt-4o", "nobody we know", date(2026, 3, 4)) == found, "else what its maker asks"
    assert library.listed("no-such-model", "openai", date(2026, 3, 4)) is None
    told: dict[str, Any] = {"provider": "openai", "model": "gpt-4o"}
    assert cost(**told) is None, "a price in dollars is none while nobody says what a dollar is worth"
    prices.set_rate(actor=world.rosa, currency="USD", rate=Decimal("0.9"), starts_on=date(2026, 3, 1), source="ECB")
    prices.set_rate(actor=world.rosa, currency="USD", rate=Decimal("0.8"), starts_on=date(2026, 3, 4), source="ECB")
    assert cost(**told) == 1_000 * 2_000 + 100 * 8_000
    assert cost(**told, at=NOON - timedelta(days=1)) == 1_000 * 2_250 + 100 * 9_000
    assert cost(**told, at=datetime(2026, 2, 28, 12, tzinfo=UTC)) is None


def test_what_the_gateway_reckoned_counts_where_no_price_is_known(world: Any, price: Price, endpoint: Endpoint) -> None:
    prices.set_rate(actor=world.rosa, currency="USD", rate=Decimal("0.5"), starts_on=date(2026, 1, 1), source="ECB")
    assert cost(provider="own", model="own-1", said=0.002) == 1_000_000
    assert cost(endpoint, said=0.002) == 1_000 * 2_000 + 100 * 10_000, "a known price goes first"
    assert cost(endpoint, said=0.002, tokens_in=0, tokens_out=0) == 1_000_000, "but not without tokens"
    for broken in (float("nan"), float("inf"), -1.0, 1e12):
        assert cost(provider="own", model="own-1", said=broken) is None


def test_tool_calls_cost_nothing_and_impossible_counts_are_no_price(price: Price, endpoint: Endpoint) -> None:
    assert cost(provider="", model="", tokens_in=0, tokens_out=0) == 0
    assert cost(endpoint, tokens_in=2**53) is None
    assert cost(endpoint, tokens_in=10**9) == 10**9 * 2_000 + 100 * 10_000 <= pricing.MOST_COST


def test_the_book_is_read_again_only_when_something_happened(world: Any, price: Price, endpoint: Endpoint) -> None:
    cost(endpoint)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(50):
            cost(endpoint)
    assert len(asked) == 50, "each looks at the ledger's head, and nothing else"
    book = pricing.current()
    with CaptureQueriesContext(connection) as asked:
        assert cost(endpoint, book=book) == cost(endpoint, book=book)
    assert len(asked) == 0
    prices.change(price, actor=world.rosa, input_price=Decimal(3))
    assert cost(endpoint) == 1_000 * 3_000 + 100 * 10_000
    with pytest.raises(TypeError, match="colour"):
        prices.change(price, actor=world.rosa, colour="red")


def test_the_vendor_is_found_by_key_and_by_name(world: Any, endpoint: Endpoint) -> None:
    prices.agree(actor=world.rosa, vendor=Vendor.objects.get(key="meridian"), pattern="*", starts_on=clock.now().date(), **TERMS)
    today = clock.now()
    assert cost(provider="Meridian AI", at=today) == cost(provider="meridian", at=today) == 1_200 * 1_000
    assert NANO == 10**9

"""Prices from public lists are suggestions: taken with their source, never needed."""

from decimal import Decimal

import pytest

from governance.core.errors import Conflict, Denied, Invalid
from governance.ledger.models import Entry
from registry.catalog import actions, prices


def test_the_vendors_own_list_comes_first_with_figures_and_source():
    found = prices.suggest("gpt-4o", "OpenAI")
    assert found[0].provider == "openai"
    assert found[0].input_price is not None and found[0].input_price > 0
    assert "openai gpt-4o" in found[0].source and len(found[0].source) <= 200


def test_tiered_prices_are_told_as_their_first_step():
    tiered = [each for each in prices.suggest("claude-sonnet-4-5", "Anthropic") if "Long inputs" in each.remark]
    assert all(isinstance(each.input_price, Decimal) for each in tiered)


@pytest.mark.parametrize("model", ["", "   ", "our-own-llama-of-2019", "../../etc/passwd", "x" * 400])
def test_what_no_list_knows_has_no_suggestion(model):
    assert prices.suggest(model, "Nobody") == []


def test_a_price_is_set_by_the_owner_and_recorded(world, endpoint):
    given = {"input_price": Decimal("2.5"), "output_price": Decimal("10"), "source": "Contract of 3 May", "currency": "EUR"}
    with pytest.raises(Denied):
        actions.set_price(endpoint, actor=world.ben, **given)
    priced = actions.set_price(endpoint, actor=world.noor, **given)
    assert (priced.input_price, priced.currency) == (Decimal("2.5"), "EUR")
    assert Entry.objects.filter(kind="endpoint.priced").count() == 1
    with pytest.raises(Invalid):
        actions.set_price(priced, actor=world.noor, **{**given, "currency": "eur"})
    with pytest.raises(Conflict, match="cannot be negative"):
        actions.set_price(priced, actor=world.noor, **{**given, "input_price": Decimal("-1")})

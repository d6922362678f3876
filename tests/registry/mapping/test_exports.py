"""Exports of sign-on and expenses: known products are found, everything else is let go."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from governance.core.errors import Invalid
from registry.mapping import recognising, steps
from registry.mapping.exports import read

SSO = b"""Application,Department,User
ChatGPT,Claims,noor@example.org
ChatGPT,Claims,sam@example.org
ChatGPT,Claims,NOOR@example.org
Payroll,Claims,noor@example.org
Grammarly Business,Support,ben@example.org
"""
EXPENSES = b"""Merchant;Cost centre;Amount;Currency
OPENAI *CHATGPT SUBSCR;Claims;20,00;eur
Openai LLC;Claims;1.250,50;eur
Grocery;Claims;12,00;eur
ANTHROPIC;Engineering;99,90;usd
ANTHROPIC;Engineering;-9,90;usd
"""


def test_a_sign_on_export_counts_people_and_keeps_none() -> None:
    found = read("sso", SSO, "apps.csv")

    assert [(each.product.key, each.team, each.users) for each in found.found] == [
        ("chatgpt", "Claims", 2), ("grammarly", "Support", 1)
    ]  # fmt: skip
    assert (found.rows, found.unknown) == (5, 1)
    assert found.columns == {"what": "Application", "team": "Department", "person": "User"}


def test_an_export_that_counts_users_itself_is_believed() -> None:
    found = read("sso", b"App name,Active users\nCursor,41\nJira,900\n", "apps.csv")
    assert [(each.product.key, each.users) for each in found.found] == [("cursor", 41)]


def test_expenses_are_added_up_by_product_team_and_currency() -> None:
    found = read("expenses", EXPENSES, "cards.csv")

    said = [(each.product.key, each.team, each.spent, each.currency) for each in found.found]
    assert said == [
        ("anthropic-api", "Engineering", Decimal("90.00"), "USD"),
        ("chatgpt", "Claims", Decimal("20.00"), "EUR"),
        ("openai-api", "Claims", Decimal("1250.50"), "EUR"),
    ]


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"%PDF-1.7", b""])
def test_what_is_no_such_export_says_so(data: bytes) -> None:
    with pytest.raises(Invalid):
        read("sso", data, "apps.csv")


def test_the_list_of_known_products_is_whole() -> None:
    known = recognising.products()
    assert len(known) > 40
    for product in known.values():
        for name in product.apps:
            assert recognising.by_app(name.upper()) is product
        for merchant in product.merchants:
            assert recognising.by_merchant(f"{merchant} 123") in known.values()
    assert recognising.by_merchant("Openair parking") is None


def test_the_hour_has_steps_and_an_end() -> None:
    begun = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    now = begun + timedelta(minutes=12)
    states = [step.state for step in steps.steps(begun, 60, now)]
    assert states == ["ok", "held", "wait", "wait", "wait"]
    assert steps.left(begun, 60, now) == 48
    assert steps.left(begun, 60, begun + timedelta(minutes=61)) == 0
    assert {step.state for step in steps.steps(None, 60, now)} == {"wait"}
    assert steps.steps(begun, 30, now)[-1].ends_at == begun + timedelta(minutes=30)

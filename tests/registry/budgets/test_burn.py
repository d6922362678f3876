"""The arithmetic of error budgets, by worked examples and by properties."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.budgets import burn
from registry.budgets.burn import Counted, Pair, Terms

DAYS = timedelta(days=28)
TERMS = Terms(Decimal("0.99"), DAYS, 10_000)
FAST = Pair("fast", "Fast", timedelta(hours=1), timedelta(minutes=5), Decimal("14.4"))
events = st.integers(0, 10**7)
terms = st.builds(
    Terms,
    st.decimals("0.000001", "0.999999", places=6),
    st.integers(1, 90).map(lambda days: timedelta(days=days)),
    st.integers(0, 10**7),
)
few = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("good", "bad", "allowed", "spent"),
    [
        (0, 0, "100.00", "0"),
        (9_950, 50, "100.00", "0.5"),
        (19_900, 100, "200.00", "0.5"),
        (0, 150, "100.00", "1.5"),
        (5, -3, "100", "0"),
    ],
)
def test_a_budget_is_reckoned_on_what_was_counted_or_expected(good: int, bad: int, allowed: str, spent: str) -> None:
    counted = Counted(good, bad)
    assert (burn.allowed(TERMS, counted), burn.spent(TERMS, counted)) == (Decimal(allowed), Decimal(spent))


def test_the_workbooks_example() -> None:
    """At 99.9 % over 30 days, one hour at 14.4 uses 2 % of the budget."""
    month = Terms(Decimal("0.999"), timedelta(days=30), 0)
    hour = Counted(good=985_600, bad=14_400)
    assert burn.rate(month, hour, timedelta(hours=1)) == Decimal("14.4")
    assert Decimal("14.4") * 1 / (30 * 24) == Decimal("0.02")


def test_both_windows_have_to_be_above_the_limit() -> None:
    quiet, loud = Counted(1_000, 0), Counted(0, 1_000)
    for long, short, told in ((loud, loud, True), (loud, quiet, False), (quiet, loud, False)):
        (found,) = burn.burns(TERMS, {FAST.long: long, FAST.short: short}, [FAST])
        assert found.is_told is told
    assert burn.burns(Terms(Decimal("0.9"), FAST.long), {FAST.long: loud, FAST.short: loud}, [FAST]) == ()


@given(terms, events, events)
@few
def test_what_is_spent_grows_with_what_is_bad_and_never_with_what_is_good(asked: Terms, good: int, bad: int) -> None:
    before = burn.spent(asked, Counted(good, bad))
    assert burn.spent(asked, Counted(good + 1, bad)) <= before <= burn.spent(asked, Counted(good, bad + 1))


@given(terms, events, events)
@few
def test_burning_at_one_for_the_whole_window_spends_exactly_all_of_it(asked: Terms, good: int, bad: int) -> None:
    counted = Counted(good, bad)
    whole = burn.rate(asked, counted, asked.window)
    assert abs(whole - burn.spent(asked, counted)) <= whole * Decimal("1e-20")


@given(terms, st.decimals(0, 2, places=4), st.decimals("0.01", 100, places=2))
@few
def test_what_is_left_lasts_at_most_the_window_and_nothing_left_lasts_not_at_all(
    asked: Terms, used: Decimal, pace: Decimal
) -> None:
    left = burn.lasts(asked, used, pace)
    assert left is None or timedelta(0) < left < asked.window
    assert (left is None) is (used >= 1 or (1 - used) / pace >= 1)
    assert burn.lasts(asked, used, Decimal(0)) is None

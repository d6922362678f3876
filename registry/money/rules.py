"""Who keeps prices, exchange rates and spend limits, and what they must say: pure decisions."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.catalog import rules as catalog
from registry.money.models import AtHard, Scope, SpendLimit
from registry.surfaces.models import Mode
from registry.usage.prices import ExchangeRate, Price

KEEPERS = ("Risk officers", "administrators")
MOST_PER_MILLION = Decimal(1_000_000)
MOST_LIMIT = Decimal(100_000_000_000)


def may_price(user: Any, of: Any = None) -> Verdict:
    """Say whether a person may agree a price for an endpoint or a vendor; without one, whether for any at all."""
    if of is None:
        return catalog.may_add(user)
    return catalog.may_edit(user, of)


def may_keep_rates(user: Any) -> Verdict:
    """Say whether a person may say what currencies are worth, and have calls priced anew: it moves everybody's figures."""
    if roles.governs(user):
        return ALLOW
    return deny("Only risk officers and administrators keep exchange rates.", fix="Ask a risk officer.", grantors=KEEPERS)


def may_reprice(user: Any) -> Verdict:
    """Say whether a person may have the calls of a period priced anew."""
    if roles.governs(user):
        return ALLOW
    return deny("Only risk officers and administrators price calls anew.", fix="Ask a risk officer.", grantors=KEEPERS)


def wrong_price(
    input_price: Decimal, output_price: Decimal, cached_price: Decimal | None, starts_on: date, ends_on: date | None
) -> dict[str, list[str]]:
    """Return what is wrong with a price, by field; nothing when it can be kept."""
    wrong: dict[str, list[str]] = {}
    for name, value in (("input_price", input_price), ("output_price", output_price), ("cached_price", cached_price)):
        if value is not None and not 0 <= value <= MOST_PER_MILLION:
            wrong[name] = [f"From 0 to {MOST_PER_MILLION:,} for a million tokens."]
    if ends_on is not None and ends_on <= starts_on:
        wrong["ends_on"] = ["After the day on which it begins."]
    return wrong


def overlaps(others: Iterable[Price], starts_on: date, ends_on: date | None) -> list[Price]:
    """Return the prices of the same thing that hold on one of these days."""
    return [
        each
        for each in others
        if (each.ends_on is None or each.ends_on > starts_on) and (ends_on is None or each.starts_on < ends_on)
    ]


def gives_way(earlier: Price, starts_on: date) -> bool:
    """Whether a price that holds until further notice ends by itself where a later one begins."""
    return earlier.ends_on is None and earlier.starts_on < starts_on


def may_limit(user: Any, scope: str, *, may_edit: Verdict | None = None, leads: bool = False) -> Verdict:
    """Say whether a person may set a limit: who may edit the surface, who leads the team, and else those who govern."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user):
        return ALLOW
    if scope == Scope.SURFACE and may_edit is not None:
        return may_edit
    if scope == Scope.TEAM and leads:
        return ALLOW
    return deny(
        "Only risk officers and administrators limit what the company, a team, a vendor or a feature spends.",
        fix="Ask a risk officer; a team's lead may do so for the team.",
        grantors=KEEPERS,
    )


def may_keep(user: Any, limit: SpendLimit, may: Verdict) -> Verdict:
    """Say whether a person may change a limit: its owner, and whoever could set it."""
    if limit.state != SpendLimit.State.ACTIVE:
        return deny("This limit has ended.", fix="Set another one.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    return ALLOW if user.pk == limit.owner_id else may


def wrong_limit(soft: Decimal, hard: Decimal, at_hard: str, lower_to: str, scope: str) -> dict[str, list[str]]:
    """Return what is wrong with a limit, by field; nothing when it can be kept."""
    wrong: dict[str, list[str]] = {}
    if not 0 < hard <= MOST_LIMIT:
        wrong["hard"] = ["Above 0."]
    elif not 0 <= soft <= hard:
        wrong["soft"] = ["At most the hard limit: it warns before that one is reached."]
    if at_hard not in AtHard.values:
        wrong["at_hard"] = [f"One of {', '.join(AtHard.values)}."]
    elif at_hard == AtHard.LOWER and scope != Scope.SURFACE:
        wrong["at_hard"] = ["Only a surface has a mode to lower. Refuse further calls instead."]
    elif at_hard == AtHard.LOWER and (lower_to not in Mode.values or lower_to == Mode.NORMAL):
        wrong["lower_to"] = ["Say how far: a mode below normal."]
    elif at_hard != AtHard.LOWER and lower_to:
        wrong["lower_to"] = ["Only where the mode is lowered."]
    return wrong


def wrong_rate(rate: Decimal, currency: str, base: str) -> dict[str, list[str]]:
    """Return what is wrong with an exchange rate, by field."""
    wrong: dict[str, list[str]] = {}
    if not 0 < rate < ExchangeRate.MOST:
        wrong["rate"] = ["Above 0."]
    if currency == base:
        wrong["currency"] = [f"The company counts in {base}; name another currency."]
    return wrong

"""What money adds to the demo company: prices by contract, what a dollar is worth, limits with owners, and a kept report."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from governance.core import clock
from registry.catalog.models import Endpoint
from registry.money import chargeback
from registry.money.actions import checking, prices
from registry.money.actions import limits as actions
from registry.money.models import AtHard, Scope
from registry.surfaces import queries as surfaces
from registry.surfaces.models import SurfaceState

RATES = ((24.0, "0.92"), (9.0, "0.90"))
"""Weeks ago, and what a dollar was worth in euros from then on."""
AGREED = (
    (23.0, "meridian-21-large-eu", "2.10", "8.40", "0.50", "USD", "Order form of Meridian, volume band 2"),
    (10.0, "meridian-22-large-eu", "1.90", "7.80", "0.45", "USD", "Order form of Meridian, volume band 2"),
    (20.0, "polder-70b", "0.35", "0.35", None, "EUR", "Internal rate of the platform team"),
    (20.0, "polder-8b", "0.06", "0.06", None, "EUR", "Internal rate of the platform team"),
)
PILOT = (
    ("Call summary", 9, 18, AtHard.TELL),
    ("Prior-authorisation letters", 8, 12, AtHard.REFUSE),
    ("Claims triage assistant", 10, 15, AtHard.TELL),
    ("Member benefits chat", 6, 9, AtHard.REFUSE),
)
"""Surfaces, with the soft and the hard limit of a month in euros, and what happens at the hard one."""
LIMITED, REPORTED = 4.5, 0.0
"""Weeks ago; what is told last happens last at the same moment."""


def tell(story: Any) -> None:
    """Put them on the story's calendar: prices before any call, limits later, the look at them last."""
    for weeks, rate in RATES:
        story.at(weeks, partial(_rate, story, rate))
    for weeks, *terms in AGREED:
        story.at(weeks, partial(_agree, story, terms))
    story.at(LIMITED, partial(_limit, story))
    story.at(REPORTED, partial(_report, story))


def _rate(story: Any, rate: str) -> None:
    today = clock.now().date()
    prices.set_rate(
        actor=story.admin,
        currency="USD",
        rate=Decimal(rate),
        starts_on=today,
        source="Treasury",
        anew=False,
    )


def _agree(story: Any, terms: list[Any]) -> None:
    key, given, taken, cached, currency, contract = terms
    prices.agree(
        actor=story.admin,
        endpoint=Endpoint.objects.get(key=key),
        input_price=Decimal(given),
        output_price=Decimal(taken),
        cached_price=Decimal(cached) if cached else None,
        currency=currency,
        starts_on=clock.now().date(),
        contract_ref=contract,
        anew=False,
    )


def _limit(story: Any) -> None:
    """Let owners limit what their surfaces may spend in the pilot, and the company what all of it may."""
    live = surfaces.visible_to(story.admin).filter(state=SurfaceState.LIVE, owner__is_active=True)
    by_name = {each.name: each for each in live.select_related("owner", "team__lead", "in_force")}
    for name, soft, hard, at_hard in PILOT:
        if (surface := by_name.get(name)) is not None and surface.owner is not None:
            terms: dict[str, Any] = {"soft": Decimal(soft), "hard": Decimal(hard), "owner": surface.owner, "at_hard": at_hard}
            actions.set_limit(actor=surface.owner, scope=Scope.SURFACE, surface=surface, notes="For the pilot.", **terms)
    whole: dict[str, Any] = {
        "soft": Decimal(90),
        "hard": Decimal(120),
        "owner": story.admin,
        "notes": "Agreed with finance for the pilot.",
    }
    actions.set_limit(actor=story.admin, scope=Scope.COMPANY, **whole)


def _report(story: Any) -> None:
    """Keep what the month before came to, where something was observed in it, and look at the limits."""
    last = clock.now().date().replace(day=1) - timedelta(days=1)
    if chargeback.draft(last.replace(day=1))["lines"]:
        chargeback.make(last, actor=story.admin)
    checking.check()

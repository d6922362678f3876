"""A hard spend limit that refuses is a no to every model, and to nothing else, until the month ends or it is raised."""

from decimal import Decimal
from typing import Any

import pytest

from registry.catalog.models import Vendor
from registry.money import queries
from registry.money.actions import limits
from registry.money.models import SpendLimit
from registry.surfaces.models import Surface
from tests.registry.decisions.test_surfaces import Ask, ask, live

__all__ = ["ask", "live"]
CODE = "spend_limit_reached"


def limited(world: Any, at_hard: str = "refuse", **of: Any) -> SpendLimit:
    """A limit that is reached in this month."""
    terms = {"soft": Decimal(1), "hard": Decimal(2), "owner": world.rosa, "at_hard": at_hard}
    limit = limits.set_limit(actor=world.rosa, **of, **terms)
    SpendLimit.objects.filter(pk=limit.pk).update(passed_month=queries.month())
    return limit


def codes(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["context"]["reasons"]]


@pytest.mark.parametrize("scope", ["surface", "team", "company", "vendor"])
def test_models_are_refused_and_tools_are_not(scope: str, world: Any, live: Surface, ask: Ask) -> None:
    of = {"surface": live, "team": live.team, "vendor": Vendor.objects.get(key="meridian")}
    assert ask("send", "meridian-large-eu", data_classes=["internal"])["decision"] is True
    limit = limited(world, scope=scope, **({scope: of[scope]} if scope in of else {}))
    answer = ask("send", "meridian-large-eu", data_classes=["internal"])
    assert answer["decision"] is False and codes(answer) == [CODE] and limit.key in str(answer)
    assert CODE not in codes(ask("call", "claims.read"))
    limits.change(limit, actor=world.rosa, hard=Decimal(5))
    assert ask("send", "meridian-large-eu", data_classes=["internal"])["decision"] is True


def test_a_feature_is_refused_where_it_is_named(world: Any, live: Surface, ask: Ask) -> None:
    limited(world, scope="feature", feature="triage")
    assert codes(ask("send", "meridian-large-eu", data_classes=["internal"], feature="triage")) == [CODE]
    assert ask("send", "meridian-large-eu", data_classes=["internal"], feature="other")["decision"] is True
    assert ask("send", "meridian-large-eu", data_classes=["internal"], feature=["triage"])["decision"] is True


def test_a_limit_that_only_tells_refuses_nothing(world: Any, live: Surface, ask: Ask) -> None:
    limited(world, "tell", scope="surface", surface=live)
    assert ask("send", "meridian-large-eu", data_classes=["internal"])["decision"] is True

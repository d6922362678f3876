"""Spend limits: who sets them, when they are told, what happens at the hard limit, and that it is told once."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from governance.core import clock
from governance.core.contributions import BriefingLine, InboxSource, contribution
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.notifications.telling import NoticeRule
from registry.findings.models import Finding
from registry.money import limits, queries
from registry.money.actions import limits as actions
from registry.money.actions.checking import check
from registry.money.models import SpendLimit, SpendMark
from registry.surfaces.models import Surface
from registry.usage.prices import Price
from tests.registry.usage.observing import call, deliver

TERMS: dict[str, Any] = {"soft": Decimal("0.03"), "hard": Decimal("0.04")}


@pytest.fixture
def limit(world: Any, live: Surface, price: Price) -> SpendLimit:
    """0.04 EUR a month for claims triage: ten calls."""
    return actions.set_limit(actor=world.noor, scope="surface", surface=live, owner=world.noor, **TERMS)


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="spend_limit.").order_by("seq").values_list("kind", flat=True))


def test_limits_are_set_by_who_answers_for_the_thing(world: Any, live: Surface) -> None:
    team = world.team("claims")
    for person in (world.ben, world.aud):
        with pytest.raises(Denied):
            actions.set_limit(actor=person, scope="surface", surface=live, owner=world.noor, **TERMS)
    for scope in ("company", "feature", "vendor"):
        given = {"feature": "triage"} if scope == "feature" else {"vendor": None} if scope == "vendor" else {}
        with pytest.raises((Denied, Invalid)):
            actions.set_limit(actor=world.noor, scope=scope, owner=world.noor, **given, **TERMS)
    made = actions.set_limit(actor=world.rosa, scope="team", team=team, owner=world.rosa, **TERMS)
    assert made.currency == "EUR" and kinds() == ["spend_limit.set"]
    with pytest.raises(Conflict, match="This team has a limit"):
        actions.set_limit(actor=world.rosa, scope="team", team=team, owner=world.rosa, **TERMS)


def test_a_limit_makes_sense(world: Any, live: Surface) -> None:
    def fields(**given: Any) -> set[str]:
        told = {"scope": "surface", "surface": live, "owner": world.noor, **TERMS, **given}
        with pytest.raises(Invalid) as refused:
            actions.set_limit(actor=world.rosa, **told)
        return set(refused.value.fields)

    assert fields(scope="planet") == {"scope"}
    assert fields(surface=None) == {"surface"}
    assert fields(feature="triage") == {"feature"}
    assert fields(soft=Decimal(1)) == {"soft"}
    assert fields(hard=Decimal(0)) == {"hard"}
    assert fields(at_hard="explode") == {"at_hard"}
    assert fields(at_hard="lower", lower_to="normal") == {"lower_to"}
    assert fields(lower_to="off") == {"lower_to"}
    assert fields(scope="company", surface=None, at_hard="lower", lower_to="off") == {"at_hard"}


def test_its_owner_is_told_before_and_once(world: Any, limit: SpendLimit) -> None:
    assert check() == 0
    deliver([call(claim=limit.surface.key) for _ in range(5)])
    assert check() == 1 and check() == 0, "policy tells at 50 %"
    assert kinds() == ["spend_limit.set", "spend_limit.warned"]
    deliver([call(claim=limit.surface.key) for _ in range(4)])
    assert check() == 1
    marks = list(SpendMark.objects.order_by("pk").values_list("percent", "is_soft"))
    assert marks == [(50, False), (75, True), (80, False)] and kinds().count("spend_limit.warned") == 2
    entry = Entry.objects.filter(kind="spend_limit.warned").latest("seq")
    rule = contribution(NoticeRule, "spend_limit.warned")
    body = json.loads(entry.body)
    assert next(iter(rule.told(entry, body))) == world.noor and "80 % of its limit" in rule.text(entry, body)
    assert rule.url(entry, body) == limit.get_absolute_url()
    assert list(contribution(BriefingLine, "money.warned").rows(world.noor)) == [limit]
    assert not Finding.objects.filter(kind="budget_passed").exists()


def test_the_hard_limit_opens_a_finding_and_waits_in_the_inbox(world: Any, limit: SpendLimit) -> None:
    deliver([call(claim=limit.surface.key) for _ in range(11)])
    assert check() == 1 and check() == 0
    finding = Finding.objects.get(kind="budget_passed")
    assert (finding.surface, finding.owner) == (limit.surface, world.noor)
    assert [line.title for line in contribution(InboxSource, "spend-limits").lines(world.noor)] == [
        "Decide on the spend of Claims triage"
    ]
    assert list(contribution(BriefingLine, "money.reached").rows(world.noor)) == [limit]
    assert not contribution(BriefingLine, "money.warned").rows(world.noor)
    assert not contribution(BriefingLine, "money.reached").rows(world.ben), "who does not see the surface sees no limit of it"
    limit.refresh_from_db()
    actions.change(limit, actor=world.noor, hard=Decimal("0.05"), expected_version=limit.version)
    limit.refresh_from_db()
    assert limit.passed_month is None and not queries.reached().exists(), "a raised limit lets spend again at once"
    with pytest.raises(StaleState):
        actions.change(limit, actor=world.noor, hard=Decimal("0.06"), expected_version=1)
    deliver([call(claim=limit.surface.key) for _ in range(4)])
    assert check() == 1 and SpendMark.objects.filter(percent=100).count() == 2


def test_the_mode_is_lowered_at_the_hard_limit_and_not_raised_by_a_new_month(world: Any, limit: SpendLimit) -> None:
    actions.change(limit, actor=world.noor, at_hard="lower", lower_to="no_tools")
    deliver([call(claim=limit.surface.key) for _ in range(10)])
    assert check() == 1
    surface = Surface.objects.get(pk=limit.surface_id)
    assert surface.mode == "no_tools" and SpendMark.objects.get(percent=100).did == "the mode is lowered to no tools"
    assert "Spend limit SL-" in Entry.objects.get(kind="mode.lowered").body
    with time_machine.travel(clock.now() + timedelta(days=32), tick=False):
        assert check() == 1 and check() == 0
        assert "a new month has begun" in Entry.objects.get(kind="spend_limit.freed").body
        assert Surface.objects.get(pk=surface.pk).mode == "no_tools"


def test_limits_count_what_is_theirs(world: Any, live: Surface, price: Price) -> None:
    vendor, team = price.endpoint.vendor, live.team
    scopes = [("company", {}), ("surface", {"surface": live}), ("team", {"team": team}), ("vendor", {"vendor": vendor})]
    made = [actions.set_limit(actor=world.rosa, scope=scope, owner=world.rosa, **of, **TERMS) for scope, of in scopes]
    made.append(actions.set_limit(actor=world.rosa, scope="feature", feature="triage", owner=world.rosa, **TERMS))
    deliver([call(claim=live.key, feature="triage"), call(claim=live.key), call(service="elsewhere")])
    found = limits.standings(made)
    assert [found[each.pk].spent // 4_000_000 for each in made] == [3, 2, 2, 3, 1]


def test_the_contracts_budget_is_offered_as_a_start(world: Any, live: Surface) -> None:
    offered = limits.offered(live)
    assert offered is not None and (offered.hard, offered.soft) == (Decimal("2000.00"), Decimal("1600.00"))
    assert offered.owner_ref == world.noor.ref and offered.said == "2,000 EUR a month"
    live.in_force.contract["budget"] |= {"period": "quarter", "amount": 3_000}
    assert limits.offered(live).hard == Decimal("1000.00")  # type: ignore[union-attr]
    for unknown in ({"period": "week"}, {"currency": "JPY"}, {"amount": None}):
        live.in_force.contract["budget"] |= {"period": "month", "currency": "EUR", "amount": 1, **unknown}
        assert limits.offered(live) is None


def test_limits_are_given_away_and_ended(world: Any, limit: SpendLimit) -> None:
    with pytest.raises(Denied):
        actions.end(limit, actor=world.ben)
    actions.give_owner(limit, actor=world.rosa, to=world.rosa, reason="Noor leaves")
    limit.refresh_from_db()
    with pytest.raises(Conflict):
        actions.give_owner(limit, actor=world.rosa, to=world.rosa)
    actions.end(limit, actor=world.rosa, reason="Not needed", expected_version=limit.version)
    deliver([call(claim=limit.surface.key) for _ in range(20)])
    assert check() == 0 and kinds()[-2:] == ["spend_limit.owner_given", "spend_limit.ended"]
    limit.refresh_from_db()
    with pytest.raises(Denied, match="has ended"):
        actions.change(limit, actor=world.rosa, hard=Decimal(9))

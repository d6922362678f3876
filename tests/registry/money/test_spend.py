"""What was spent is read right, unowned first, and charged to the cent; loops become findings."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from governance.core import clock
from governance.core.errors import Conflict, Denied
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.packs.sections import Window
from governance.policy import queries as policy
from registry.findings.models import Finding
from registry.money import chargeback, spend, watching
from registry.money.actions import limits
from registry.money.actions.checking import check
from registry.money.models import Chargeback
from registry.packing import spent as packed
from registry.surfaces.models import Surface
from registry.usage.prices import Price
from tests.registry.building import make_surface
from tests.registry.usage.observing import call, deliver

EACH = 4_000_000
"""Billionths of a euro that one call costs."""


@action
def disown(surface: Surface, *, actor: Any) -> None:
    transitions.change(surface, actor=actor, kind="test.made", changes={"owner": None})


@pytest.fixture
def spent(world: Any, live: Surface, price: Price) -> Surface:
    """Six calls of claims triage, three of a surface without an owner, two of a program that nobody registered."""
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Letters")
    disown(other, actor=world.rosa)
    at = clock.now().replace(hour=0, minute=0)
    deliver([call(at, claim=live.key, feature="suggest" if each % 2 else "explain", task=1 + each % 2) for each in range(6)])
    deliver([call(at, claim=other.key, service="letters") for _ in range(3)])
    deliver([call(at, service="expenses-bot") for _ in range(2)])
    return live


def month() -> spend.Month:
    return spend.month_of(clock.now().date())


def test_what_nobody_answers_for_comes_first(world: Any, spent: Surface) -> None:
    found = spend.spend(world.ada, month(), "surface")
    assert found.total.cost == 11 * EACH and found.unowned_cost == 5 * EACH
    assert [(line.name, line.row.cost // EACH, line.is_unowned) for line in found.lines] == [
        ("Letters", 3, True), ("No registered surface", 2, True), ("Claims triage", 6, False),
    ]  # fmt: skip
    assert [line.name for line in found.unowned] == ["Letters", "expenses-bot"]
    assert found.total.cost_per_success == 11 * EACH / 3


def test_every_cut_adds_up_to_all(world: Any, spent: Surface) -> None:
    for by in spend.BY:
        found = spend.spend(world.ada, month(), by)
        assert sum(line.row.cost for line in found.lines) == found.total.cost == 11 * EACH, by
        assert all(line.name for line in found.lines), by


def test_a_reader_sees_what_their_surfaces_cost(world: Any, spent: Surface) -> None:
    assert spend.spend(world.noor, month(), "surface").total.cost == 9 * EACH, "her own, and her team's"
    assert spend.spend(world.ben, month(), "surface").total.calls == 0


def test_a_month_is_compared_with_as_many_days_of_the_one_before(world: Any) -> None:
    with time_machine.travel("2026-03-10T12:00:00Z", tick=False):
        assert [each.isoformat() for each in spend.month_of(clock.now().date()).before] == ["2026-02-01", "2026-02-10"]
        over = spend.month_of(clock.now().date().replace(month=1))
        assert over.is_over and [each.isoformat() for each in over.before] == ["2025-12-01", "2025-12-31"]


def test_a_chargeback_adds_up_to_the_cent_and_is_kept(world: Any, spent: Surface) -> None:
    with pytest.raises(Denied):
        chargeback.make(month().first, actor=world.noor)
    report = chargeback.make(month().first, actor=world.rosa)
    assert [(line["team"], line["name"], line["spent"]) for line in report.lines] == [
        (chargeback.NOBODY, "Letters", "0.01"),
        (chargeback.NOBODY, "expenses-bot: calls meridian-2.1-large; no surface is registered for it", "0.01"),
        (spent.team.name, "Claims triage", "0.02"),
    ]
    assert report.total == Decimal("0.04") == sum(Decimal(line["spent"]) for line in report.lines)
    entry = Entry.objects.get(kind="chargeback.made")
    assert report.digest in entry.body and entry.subject_key == report.key
    rows = list(chargeback.rows(report.month, report.lines, report.currency))
    assert rows[-1][1] == "Total" and rows[-1][-2] == "0.04"
    assert chargeback.make(month().first, actor=world.rosa).number == 2
    paper = chargeback.context(report, world.ada)
    assert [each["total"] for each in paper["teams"]] == ["0.02", "0.02"] and paper["lines_sha256"] == report.digest
    with pytest.raises(Conflict):
        chargeback.make(month().first.replace(year=2025), actor=world.rosa)


def test_the_report_of_the_month_before_is_made_once_its_late_calls_are_in(world: Any, spent: Surface) -> None:
    following = (month().first + timedelta(days=32)).replace(day=1)
    for day, made in ((2, 0), (4, 1), (5, 0)):
        with time_machine.travel(f"{following:%Y-%m}-{day:02d}T06:00:00Z", tick=False):
            assert chargeback.make_due() == made
    assert Chargeback.objects.get().month == month().first


def test_a_trace_that_calls_on_and_on_is_a_finding_once(world: Any, live: Surface, price: Price) -> None:
    trace, now, most = uuid4(), clock.now(), policy.usage_rules().spending.calls_per_trace
    deliver([call(now - timedelta(seconds=each), claim=live.key, trace=trace) for each in range(most + 1)])
    deliver([call(now, claim=live.key, trace=uuid4())])
    assert watching.look()["traces"] == watching.look()["traces"] == 1
    finding = Finding.objects.get(kind="spend_loop")
    assert finding.surface == live and f"{most + 1} times in one trace" in finding.title


def test_an_hour_far_above_the_same_hours_before_is_a_finding(world: Any, live: Surface, price: Price) -> None:
    now = clock.now()
    for day in (1, 2, 3):
        deliver([call(now - timedelta(days=day), claim=live.key) for _ in range(8)])
    deliver([call(now, claim=live.key) for _ in range(120)])
    assert watching.look() == {"traces": 0, "hours": 1}
    assert "15 times as much" in Finding.objects.get(kind="spend_loop").title


def test_a_file_of_spend_holds_every_line(world: Any, spent: Surface, client_as: Any) -> None:
    answer = client_as(world.ada).get("/spend/export.csv?by=feature")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert sum(Decimal(row["spent"]) for row in rows) == Decimal("0.044") and {row["currency"] for row in rows} == {"EUR"}


def test_a_pack_tells_limits_marks_and_reports(world: Any, spent: Surface) -> None:
    limit = limits.set_limit(
        actor=world.rosa, scope="surface", surface=spent, soft=Decimal("0.01"), hard=Decimal("0.02"), owner=world.noor
    )
    assert check() == 1
    report, today = chargeback.make(month().first, actor=world.rosa), clock.now()
    window = Window("company", today.date(), today.date(), "full", today, world.ada, surface_ids=(spent.pk,))
    sets = {each.key: list(each.rows) for each in packed.money(window)}
    assert [row["key"] for row in sets["spend-limits"]] == [limit.key] and sets["spend-limits"][0]["entry"]
    assert [row["percent"] for row in sets["spend-marks"]] == [50, 50, 80, 100]
    assert [(row["key"], row["digest"]) for row in sets["chargebacks"]] == [(report.key, report.digest)]
    buyer = Window("company", today.date(), today.date(), "buyer", today, world.ada, (spent.pk,), redact=frozenset({"costs"}))
    assert "hard" not in next(iter(packed.money(buyer))).columns[0].name
    assert all("hard" not in row for each in packed.money(buyer) for row in each.rows)
